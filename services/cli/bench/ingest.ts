import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';
import { openRuntime } from '../parts.ts';
import { CommandFailure } from '../terminal.ts';
import { figure, thisMachine } from './figures.ts';
import { type Drained, drainByProcessors } from './ingest-processors.ts';
import { ingestServers } from './ingest-servers.ts';
import { drainByKafkaEngine, type EngineDrained } from './kafka-engine.ts';
import { type Preloaded, preload } from './preload.ts';
import { withDirectory } from './with-directory.ts';

export interface IngestOptions {
  readonly seed: string;
  readonly events: string;
  readonly processors: string;
  /** `host:port` of brokers and URL of a registry's Confluent API; absent: started here. */
  readonly kafka?: string;
  readonly registry?: string;
  readonly json?: boolean;
}

/** Their partitions (16, 25, 0, 9 of 32) lie two and two in the halves that the engine's two consumers read. */
const ports = ['CNDLC', 'CNYTG', 'CNYIK', 'CNXMN'];
/** Fewer than a box really has, so that the days hold enough. */
const eventsPerBox = 20;
const logger = createLogger('warn');
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

function wholeNumber(option: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new CommandFailure(`${option}: Set a whole number from 1.`);
  return number;
}

/** What one side did with the events. */
interface Side {
  /** From the start to the first records. */
  readonly startSeconds: number;
  /** From then on until everything can be read. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
}

const side = (events: number, rows: number, { startSeconds, seconds }: Pick<Side, 'startSeconds' | 'seconds'>): Side => ({
  startSeconds,
  seconds,
  eventsPerSecond: events / seconds,
  rows,
  rowsPerSecond: rows / seconds,
});

/** Fills the topics, which must be empty. */
const fill = (environment: NodeJS.ProcessEnv, { seed }: IngestOptions, limit: number): Promise<Preloaded> =>
  withDirectory(async (config) => {
    const opened = new AsyncDisposableStack();
    try {
      const runtime = await openRuntime(config, logger, opened);
      const bounds = (await Promise.all(eventTopics.map((topic) => runtime.log.bounds(topic)))).flat();
      if (bounds.some(({ end }) => end > 0))
        throw new CommandFailure('The topics are not empty: give a Kafka without topics of Clearquay.');
      return await preload({ seed, ports, containersEach: Math.ceil(limit / eventsPerBox / ports.length), limit }, runtime);
    } finally {
      await opened.disposeAsync();
    }
  }, environment);

/**
 * Measures the processor beside ClickHouse's own Kafka engine: both read the same topics, which were filled before, each
 * into a ClickHouse of its own, one after the other. Prints a table; with `--json` also one object.
 */
export async function benchIngest(options: IngestOptions): Promise<void> {
  const limit = wholeNumber('--events', options.events);
  const processors = wholeNumber('--processors', options.processors);
  const opened = new AsyncDisposableStack();
  try {
    const { brokers, registry, versions } = await ingestServers(options, opened);
    const environment = { CLEARQUAY_KAFKA_BROKERS: brokers, CLEARQUAY_SCHEMA_REGISTRY_URL: registry };
    say('filling the topics …');
    const { events, distinct } = await fill(environment, options, limit);
    say(`${figure(events)} events in the topics; the Kafka engine starts`);
    const engine = await withDirectory(({ dataDir: directory }) => drainByKafkaEngine({ directory, brokers, registry, distinct, logger }));
    say(`${figure(engine.seconds)} s; the processor starts`);
    const drained = await withDirectory((config) => drainByProcessors({ config, environment, processors, logger }), environment);
    say(`${drained.records.map(figure).join(' and ')} events in the batches of ${processors === 1 ? 'the process' : 'each process'}`);
    print(options, { events, distinct, processors, versions }, engine, drained);
  } finally {
    await opened.disposeAsync();
  }
}

function print(
  { seed, json }: IngestOptions,
  given: { readonly events: number; readonly distinct: number; readonly processors: number; readonly versions: object },
  engine: EngineDrained,
  drained: Drained,
): void {
  const { events, distinct, processors, versions } = given;
  const machine = { ...thisMachine(engine.version), ...versions };
  const kafkaEngine = side(events, events, engine);
  const clearquay = side(events, drained.rows, drained);
  const ratioPerEvent = clearquay.eventsPerSecond / kafkaEngine.eventsPerSecond;
  const ratioPerRow = clearquay.rowsPerSecond / kafkaEngine.rowsPerSecond;
  const line = (name: string, it: Side): string =>
    `${name.padEnd(26)}${[it.eventsPerSecond, it.rows, it.rowsPerSecond, it.seconds, it.startSeconds].map((n) => figure(n).padStart(12)).join('')}\n`;
  process.stdout.write(
    `${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}\n${figure(events)} events, ${figure(distinct)} of them distinct, seed ${seed}, processors ${processors}\n\n` +
      `${''.padEnd(26)}${['events/s', 'rows', 'rows/s', 'seconds', 'to start'].map((n) => n.padStart(12)).join('')}\n` +
      line('Kafka engine, one table', kafkaEngine) +
      line('Clearquay, all tables', clearquay) +
      `${'ratio per event'.padEnd(26)}${figure(ratioPerEvent).padStart(12)}\n${'ratio per row'.padEnd(26)}${figure(ratioPerRow).padStart(36)}\n` +
      `the processor took ${figure(drained.cpuSeconds)} s of a core beside its ClickHouse; most resident of a process: ${drained.peakMiB.map(figure).join(' and ')} MiB\n`,
  );
  if (json)
    process.stdout.write(
      `${JSON.stringify({ machine, seed, events, distinct, ports: ports.length, processors, kafkaEngine, clearquay: { ...clearquay, cpuSeconds: drained.cpuSeconds, peakMiB: drained.peakMiB, steps: drained.steps }, ratioPerEvent, ratioPerRow })}\n`,
    );
}
