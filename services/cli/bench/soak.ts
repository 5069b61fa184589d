import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { startStandalone } from '../standalone.ts';
import { busyPorts, figure, thisMachine } from './figures.ts';
import { SteadyLoad } from './steady-load.ts';
import { StepTotals } from './step-totals.ts';
import { withDirectory } from './with-directory.ts';

export interface SoakOptions {
  readonly seed: string;
  readonly minutes: string;
  readonly rate: string;
  readonly json?: boolean;
}

const sampleMs = 1_000;
const mebibyte = 2 ** 20;

/** Median of some values; 0 of none. */
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Runs everything at a fixed rate and prints how the resident memory of the Node process develops: its median over each
 * tenth of the run. The caches fill at first; from the middle on it should not grow.
 */
export async function benchSoak(options: SoakOptions): Promise<void> {
  const measured = await withDirectory(async (config) => {
    const steps = new StepTotals();
    const system = await startStandalone(config, createLogger('error'), { onBatch: (stats) => steps.add(stats) });
    const load = new SteadyLoad({
      ...system,
      seed: options.seed,
      ports: busyPorts.slice(0, 4),
      rate: Number(options.rate),
      keepsNames: false,
    });
    const samples: number[] = [];
    try {
      load.start();
      const until = performance.now() + Number(options.minutes) * 60_000;
      while (performance.now() < until) {
        await sleep(sampleMs);
        samples.push(process.memoryUsage().rss / mebibyte);
      }
      await load.stop();
      while (steps.records < load.accepted) await sleep(sampleMs);
      let visits = 0;
      const rest = createRestClient(system);
      for (let cursor: string | undefined, more = true; more; ) {
        const page = await rest.getVisits({ limit: 500, ...(cursor !== undefined && { cursor }) });
        visits += page.visits.length;
        cursor = page.cursor;
        more = cursor !== undefined;
      }
      return { samples, events: load.accepted, visits };
    } finally {
      await system.close();
    }
  });
  const { samples, events, visits } = measured;
  const tenths = Array.from({ length: 10 }, (_, n) =>
    median(samples.slice(Math.floor((n * samples.length) / 10), Math.floor(((n + 1) * samples.length) / 10))),
  );
  const growth = (tenths[9] ?? 0) - (tenths[4] ?? 0);
  const machine = thisMachine('-');
  process.stdout.write(`${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, ${machine.date}\n\n`);
  process.stdout.write(`resident MiB by tenths of ${options.minutes} min   ${tenths.map(figure).join('  ')}\n`);
  process.stdout.write(`growth over the second half      ${figure(growth)} MiB\n`);
  process.stdout.write(
    `events per visit                 ${figure(events / Math.max(1, visits))} (${figure(events)} events, ${figure(visits)} visits)\n`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, seed: options.seed, tenths, growth, events, visits })}\n`);
}
