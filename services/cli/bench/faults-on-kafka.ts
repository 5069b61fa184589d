import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '@clearquay/seeds/generator/random.ts';
import { apicurioVersion } from '../servers/apicurio.ts';
import { kafkaVersion } from '../servers/kafka-jars.ts';
import { CommandFailure } from '../terminal.ts';
import { busyPorts, figure, thisMachine } from './figures.ts';
import { checkInvariants, type Verdict } from './invariants.ts';
import { type KafkaFault, kafkaFaults } from './kafka-faults.ts';
import { type Progress, type Recovery, recoveryFrom } from './recovery.ts';
import { type ProcessName, processNames, type ServicesOnKafka, withServicesOnKafka } from './services-on-kafka.ts';
import { SteadyLoad } from './steady-load.ts';

export interface FaultsOnKafkaOptions {
  readonly seed: string;
  readonly seconds: string;
  readonly rate: string;
  /** Events to send at least. */
  readonly events: string;
  readonly json?: boolean;
}

interface FaultFigures extends Recovery {
  readonly fault: string;
}

/** Boxes of one day of a port; the twenty days at a time stay some 50,000 events. */
const boxesAtOnce = 100;
const warmUpMs = 3_000;
const pollMs = 500;
/** Nothing was written for so long: nothing is under way. */
const quietMs = 3_000;
/** Of a process of the product, resident: its heap with buffers is limited to 2,560 (decision 0032), and 670 stood beside it at most. */
const memoryBoundMiB = 3_584;
const mebibyte = 2 ** 20;
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

/** Reads again and again how many events are applied; while ClickHouse is away the last answer stands. */
function watchApplied({ parts: { warehouse } }: ServicesOnKafka): { readonly count: () => number; readonly stop: () => Promise<void> } {
  let count = 0;
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await sleep(pollMs)) {
      const [row] = await warehouse.query<{ n: string }>('SELECT count() AS n FROM events').catch(() => []);
      if (row) count = Number(row.n);
    }
  })();
  return {
    count: () => count,
    async stop() {
      isOver = true;
      await watching;
    },
  };
}

const together = 'all of them, by lanes at once';

/** Every fault once: those of a lane one after the other in an order of the seed, all lanes at once. */
const everyFault =
  (seed: string): KafkaFault =>
  async (services, ms) => {
    await Promise.all(
      Object.entries(kafkaFaults).map(async ([lane, faults]) => {
        const random = createRandom(`${seed}/${lane}`);
        for (const fault of shuffled(Object.values<KafkaFault>(faults), random)) {
          await sleep(random.between(0, 1_000));
          await fault(services, ms, random);
        }
      }),
    );
  };

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const left = [...list];
  return list.map(() => left.splice(random.int(left.length), 1)[0] as T);
}

/** The faults of a run without end: ClickHouse down, whose recovery counts most, then all at once, then each alone, and so on. */
function* schedule(seed: string): Generator<readonly [name: string, fault: KafkaFault], never> {
  const random = createRandom(seed);
  const alone = Object.assign({}, ...Object.values(kafkaFaults)) as Record<string, KafkaFault>;
  for (let round = 0; ; round++) {
    const { 'ClickHouse down': down, ...others } = alone;
    if (down) yield ['ClickHouse down', down];
    yield [together, everyFault(`${seed}/${round}`)];
    yield* shuffled(Object.entries(others), random);
  }
}

/** Injects faults until the events are sent, every kind at least once. */
async function injectFaults(services: ServicesOnKafka, options: FaultsOnKafkaOptions, progress: Progress, sent: () => number) {
  const figures: FaultFigures[] = [];
  const random = createRandom(`${options.seed}/victims`);
  for (const [name, fault] of schedule(options.seed)) {
    if (sent() >= Number(options.events) && figures.some((f) => f.fault === together)) return figures;
    await sleep(random.between(0, 2_000));
    say(`${figure(sent())} events sent; ${name} …`);
    figures.push({
      fault: name,
      ...(await recoveryFrom(() => fault(services, Number(options.seconds) * 1_000, random), progress)),
    });
  }
  return figures;
}

/** Resolves when everything acknowledged is applied and no batch was written for a while. */
async function quiet({ parts: { warehouse } }: ServicesOnKafka, { acknowledged, applied }: Progress): Promise<void> {
  while (applied() < acknowledged()) await sleep(pollMs);
  for (let before = ''; ; ) {
    const [row] = await warehouse.query<{ n: string }>('SELECT count() AS n FROM batches');
    if (row?.n === before) return;
    before = row?.n ?? '';
    await sleep(quietMs);
  }
}

/** What a run gave. */
interface Measured {
  readonly version: string;
  readonly sent: number;
  readonly refused: number;
  readonly figures: readonly FaultFigures[];
  readonly verdicts: readonly Verdict[];
  readonly peakMiB: Readonly<Record<ProcessName, number>>;
  /** Processes that ended without being told to. */
  readonly ended: readonly ProcessName[];
}

async function measure(services: ServicesOnKafka, key: string, options: FaultsOnKafkaOptions): Promise<Measured> {
  const { parts, running } = services;
  const rate = Number(options.rate);
  const load = new SteadyLoad({
    url: running('intake').url,
    key,
    seed: options.seed,
    ports: busyPorts,
    rate,
    boxesAtOnce,
  });
  const watch = watchApplied(services);
  try {
    load.start();
    await sleep(warmUpMs);
    const progress: Progress = { acknowledged: () => load.acknowledged.size, applied: watch.count, rate };
    const figures = await injectFaults(services, options, progress, () => load.sent);
    await load.stop();
    say(`${figure(load.sent)} events sent; waiting until nothing is under way …`);
    await quiet(services, progress);
    const { verdicts, differences } = await checkInvariants({ parts, acknowledged: load.acknowledged });
    for (const difference of differences.slice(0, 5)) say(JSON.stringify(difference));
    const [row] = await parts.warehouse.query<{ v: string }>('SELECT version() AS v');
    return {
      version: row?.v ?? '',
      sent: load.sent,
      refused: load.refused,
      figures,
      verdicts,
      peakMiB: Object.fromEntries(processNames.map((name) => [name, services.peakBytes(name) / mebibyte])) as Measured['peakMiB'],
      ended: processNames.filter((name) => running(name).process.exitCode !== null || running(name).process.signalCode !== null),
    };
  } finally {
    load.abandon();
    await watch.stop();
  }
}

/**
 * Runs the services as production does, on Kafka with a fault-injecting proxy before every broker, takes away one part after
 * the other under a steady load, and checks afterwards that nothing is lost, twice or wrong. Fails when something is.
 */
export async function benchFaultsOnKafka(options: FaultsOnKafkaOptions): Promise<void> {
  const measured = await withServicesOnKafka((services, key) => measure(services, key, options));
  const holds = print(options, measured);
  if (!holds) throw new CommandFailure('An invariant does not hold.');
}

const mark = (holds: boolean): string => (holds ? 'holds' : 'BROKEN');

/** Prints what was measured; gives whether all of it is right. */
function print(options: FaultsOnKafkaOptions, measured: Measured): boolean {
  const { sent, refused, figures, verdicts, peakMiB, ended, version } = measured;
  const machine = { ...thisMachine(version), kafka: kafkaVersion, registry: `Apicurio ${apicurioVersion}` };
  const isBounded = Object.values(peakMiB).every((peak) => peak < memoryBoundMiB) && ended.length === 0;
  const lines = [
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    `${figure(sent)} events of ${busyPorts.length} ports at ${options.rate}/s, ${figure(refused)} requests sent again, faults of ${options.seconds} s, seed ${options.seed}`,
    '',
    `${'fault'.padEnd(38)}most behind  behind at its end  catch-up s  × live  to notice s  × live then`,
    ...figures.map(
      (f) =>
        `${f.fault.padEnd(38)}${figure(f.mostBehind).padStart(11)}${figure(f.leftBehind).padStart(19)}${figure(f.catchUpSeconds).padStart(12)}${figure(f.timesLive).padStart(8)}${figure(f.noticeSeconds).padStart(13)}${figure(f.timesLiveOnceNoticed).padStart(13)}`,
    ),
    '',
    ...verdicts.flatMap(({ invariant, sides, different, holds }) => [
      `${invariant}  ${sides.map(({ name, count, digest }) => `${name} ${figure(count)} ${digest}`).join('  =  ')}  ${mark(holds)}${different === 0 ? '' : `, ${different} differ`}`,
    ]),
    `I7  most resident: ${Object.entries(peakMiB)
      .map(([name, peak]) => `${name} ${figure(peak)} MiB`)
      .join(', ')} (bound ${figure(memoryBoundMiB)})  ${mark(isBounded)}`,
    ...ended.map((name) => `${name} ended by itself`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, seed: options.seed, ...measured })}\n`);
  return isBounded && verdicts.every(({ holds }) => holds);
}
