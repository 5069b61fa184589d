import { setTimeout as sleep } from 'node:timers/promises';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import type { BatchStats } from '@clearquay/processor/processor.ts';
import { type Standalone, startStandalone } from '../standalone.ts';
import { askChild } from './ask-child.ts';
import { busyPorts, figure, thisMachine } from './figures.ts';
import type { Load, LoadResult } from './load-generator.ts';
import { withDirectory } from './with-directory.ts';

export interface SoakOptions {
  readonly seed: string;
  readonly fillMinutes: string;
  readonly minutes: string;
  readonly rate: string;
  readonly cacheMib: string;
  readonly json?: boolean;
}

/** One interval: memory in MiB (means; of the heap the least, which is nearest to what lives), counts as they stand at its end. */
interface Interval {
  readonly seconds: number;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  readonly cache: number;
  readonly recent: number;
  readonly applied: number;
  readonly open: number;
  readonly visits: number;
}

const mebibyte = 2 ** 20;
const sampleMs = 500;
const intervalCount = 20;
const ports = busyPorts.slice(0, 4);
/** The resident set of the second half of a run over that of the first, at most, where memory is called flat. */
const flatRatio = 1.05;
const logger = createLogger('error');
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** Growth of the resident set by least squares, in MiB per minute. */
function slopeOf(intervals: readonly Interval[]): number {
  const at = mean(intervals.map(({ seconds }) => seconds));
  const rss = mean(intervals.map((i) => i.rss));
  const together = mean(intervals.map((i) => (i.seconds - at) * (i.rss - rss)));
  return (60 * together) / mean(intervals.map(({ seconds }) => (seconds - at) ** 2));
}

/** MiB of subjects and of recent updates in memory, as the process tells of itself. */
async function caches({ url, key }: Standalone): Promise<Pick<Interval, 'cache' | 'recent'>> {
  const text = await (await fetch(new URL('/metrics', url), { headers: { authorization: `Bearer ${key}` } })).text();
  const gauge = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0) / mebibyte;
  return { cache: gauge('clearquay_processor_cache_bytes'), recent: gauge('clearquay_gateway_recent_bytes') };
}

async function measure(options: SoakOptions): Promise<readonly Interval[]> {
  return withDirectory(async (config) => {
    let applied = 0;
    const onBatch = (stats: BatchStats): void => {
      applied += stats.applied;
    };
    const system = await startStandalone(config, logger, { options: { cacheBytes: Number(options.cacheMib) * mebibyte }, onBatch });
    const { url, analystPassword = '' } = system.clickhouse;
    const analyst = { username: 'analyst', password: analystPassword, database: 'clearquay' };
    const warehouse = createWarehouse({ url, ...analyst, requestTimeoutMs: 60_000, logger });
    const memory: NodeJS.MemoryUsage[] = [];
    const sampling = setInterval(() => memory.push(process.memoryUsage()), sampleMs);
    try {
      const rate = Number(options.rate);
      const [fillSeconds, seconds] = [Number(options.fillMinutes) * 60, Number(options.minutes) * 60];
      const begun = performance.now();
      const look = async (): Promise<Interval> => {
        const some = memory.splice(0);
        const [row] = await warehouse.query<{ open: string; visits: string }>(
          "SELECT countIf(status = 'open') AS open, count() AS visits FROM visits_now",
        );
        return {
          seconds: (performance.now() - begun) / 1_000,
          rss: mean(some.map((m) => m.rss)) / mebibyte,
          heap: Math.min(...some.map((m) => m.heapUsed)) / mebibyte,
          external: mean(some.map((m) => m.external)) / mebibyte,
          ...(await caches(system)),
          applied,
          open: Number(row?.open),
          visits: Number(row?.visits),
        };
      };
      say(
        `${rate} events/s: ${options.fillMinutes} min that fill what is bounded, then ${options.minutes} min that are measured …\n${header}`,
      );
      const over = askChild<Load, LoadResult>('load-generator.ts', {
        url: system.url,
        key: system.key,
        ports,
        rate,
        seed: options.seed,
        containersEach: 10_000_000,
        limit: rate * (fillSeconds + seconds),
      }).then(() => true);
      const intervals: Interval[] = [];
      while (!(await Promise.race([over, sleep((seconds * 1_000) / intervalCount, false)]))) {
        intervals.push(await look());
        say(rowOf(intervals.at(-1) as Interval));
      }
      return intervals.filter((interval) => interval.seconds > fillSeconds);
    } finally {
      clearInterval(sampling);
      await warehouse.close();
      await system.close();
    }
  });
}

const header = '      s    rss MiB  least heap   external  subjects    updates     events       open     visits  events/visit';

const rowOf = ({ seconds, rss, heap, external, cache, recent, applied, open, visits }: Interval): string =>
  `${String(Math.round(seconds)).padStart(7)}${[rss, heap, external, cache, recent, applied, open, visits, applied / Math.max(1, visits)]
    .map((value) => figure(value).padStart(11))
    .join('')}`;

/**
 * Runs one load at a fixed rate, and prints how the memory of the process develops once its caches and what the allocators
 * keep of their peaks are full. The load with a subscriber of everything is a process of its own, as ClickHouse is.
 */
export async function benchSoak(options: SoakOptions): Promise<void> {
  const intervals = await measure(options);
  const middle = Math.floor(intervals.length / 2);
  const halves = [intervals.slice(0, middle), intervals.slice(middle)].map((half) => mean(half.map(({ rss }) => rss)));
  const ratio = (halves[1] ?? 0) / (halves[0] ?? 1);
  const slope = slopeOf(intervals.slice(middle));
  const verdict = ratio <= flatRatio ? 'flat' : 'not flat';
  const machine = thisMachine('-');
  const out = (text: string): boolean => process.stdout.write(`${text}\n`);
  out(`${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, ${machine.date}\n\n${header}`);
  for (const interval of intervals) out(rowOf(interval));
  out(`\nrss of the second half over the first   ${figure(ratio)} (flat up to ${flatRatio}): ${verdict}`);
  out(`slope of rss over the second half       ${figure(slope)} MiB/min`);
  if (options.json) out(JSON.stringify({ machine, seed: options.seed, intervals, ratio, slope, verdict }));
}
