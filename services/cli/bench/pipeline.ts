import type { Config } from '@clearquay/adapters/runtime/config.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { createProcessor } from '@clearquay/processor/processor.ts';
import { openParts, type Parts } from '../parts.ts';
import { startStandalone } from '../standalone.ts';
import { allApplied } from './all-applied.ts';
import { askChild } from './ask-child.ts';
import { busyPorts, figure, type Machine, thisMachine } from './figures.ts';
import type { Load, LoadResult } from './load-generator.ts';
import { preload } from './preload.ts';
import { StepTotals } from './step-totals.ts';
import { withDirectory } from './with-directory.ts';

export interface PipelineOptions {
  readonly seed: string;
  readonly containers: string;
  readonly ports: string;
  readonly latencySeconds: string;
  readonly json?: boolean;
}

const latencyRate = 500;
const stallEveryMs = 5_000;
const logger = createLogger('warn');
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

interface Whole extends LoadResult {
  readonly eventsPerSecond: number;
  readonly steps: ReturnType<StepTotals['summary']>;
}

/** Everything in one process group: load generator, intake, log, processor, ClickHouse, gateway, one subscriber. */
async function measureWhole(config: Config, load: Omit<Load, 'url' | 'key'>): Promise<Whole> {
  const steps = new StepTotals();
  const system = await startStandalone(config, logger, { onBatch: (stats) => steps.add(stats) });
  try {
    const begun = performance.now();
    const result = await askChild<Load, LoadResult>('load-generator.ts', { ...load, url: system.url, key: system.key });
    const seconds = (steps.lastAt - begun) / 1000;
    return { ...result, eventsPerSecond: steps.records / Math.max(seconds, result.deltaSeconds), steps: steps.summary() };
  } finally {
    await system.close();
  }
}

/** The processor alone, with the log and ClickHouse, on a log that was filled before it starts. */
async function measureProcessor(
  config: Config,
  load: Omit<Load, 'url' | 'key'>,
): Promise<{
  events: number;
  eventsPerSecond: number;
  steps: ReturnType<StepTotals['summary']>;
  mix: ReadonlyMap<string, number>;
  rows: Record<string, number>;
  version: string;
}> {
  const opened = new AsyncDisposableStack();
  try {
    const parts = await openParts(config, logger, opened);
    say('filling the log …');
    const { events, mix } = await preload(load, parts);
    say(`${figure(events)} events in the log; the processor starts`);
    const steps = new StepTotals();
    const processor = opened.adopt(createProcessor({ ...parts, onBatch: (stats) => steps.add(stats) }), (p) => p.close());
    const begun = performance.now();
    await processor.start();
    await allApplied(parts.log, parts.warehouse);
    const seconds = (performance.now() - begun) / 1000;
    return {
      events,
      eventsPerSecond: events / seconds,
      steps: steps.summary(),
      mix,
      rows: await rowsOf(parts),
      version: await versionOf(parts),
    };
  } finally {
    await opened.disposeAsync();
  }
}

const counted = ['events', 'subjects', 'timeline', 'visits', 'visit_revisions', 'changes'];

async function rowsOf({ warehouse }: Parts): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const table of counted) {
    const [row] = await warehouse.query<{ n: string }>(`SELECT count() AS n FROM ${table}`);
    rows[table] = Number(row?.n ?? 0);
  }
  return rows;
}

async function versionOf({ warehouse }: Parts): Promise<string> {
  const [row] = await warehouse.query<{ v: string }>('SELECT version() AS v');
  return row?.v ?? '';
}

/** Measures the pipeline whole, its processor alone, and its delay, and prints a table; with `--json` also one object. */
export async function benchPipeline(options: PipelineOptions): Promise<void> {
  const ports = busyPorts.slice(0, Number(options.ports));
  const base = { seed: options.seed, ports, containersEach: Number(options.containers), limit: Number.MAX_SAFE_INTEGER };
  const alone = await withDirectory((config) => measureProcessor(config, base));
  say('everything at once …');
  const whole = await withDirectory((config) => measureWhole(config, base));
  say(`${latencyRate} events/s for ${options.latencySeconds} s …`);
  const slow = { ...base, rate: latencyRate, limit: latencyRate * Number(options.latencySeconds) };
  const paced = await withDirectory((config) => measureWhole(config, slow));
  say('the same beside clients that do not read …');
  const besideStalled = await withDirectory((config) => measureWhole(config, { ...slow, stallEveryMs }));
  const machine = thisMachine(alone.version);
  print(machine, alone, { whole, paced, besideStalled });
  if (options.json) {
    const { mix, ...processor } = alone;
    process.stdout.write(
      `${JSON.stringify({ machine, seed: options.seed, processor, whole, paced, besideStalled, mix: Object.fromEntries(mix) })}\n`,
    );
  }
}

function print(
  machine: Machine,
  alone: Awaited<ReturnType<typeof measureProcessor>>,
  { whole, paced, besideStalled }: Readonly<Record<'whole' | 'paced' | 'besideStalled', Whole>>,
): void {
  const out = (text = ''): boolean => process.stdout.write(`${text}\n`);
  out(
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node}, ClickHouse ${machine.clickhouse}, ${machine.date}`,
  );
  out();
  out(
    `everything in one process group   ${figure(whole.eventsPerSecond)} events/s (${figure(whole.sent)} sent, ${whole.refused} refused, ${figure(whole.deltas)} deltas)`,
  );
  out(`processor alone, preloaded log    ${figure(alone.eventsPerSecond)} events/s (${figure(alone.events)} events)`);
  out(
    `publish to delta at ${latencyRate}/s          p50 ${figure(paced.delayMs.p50)} ms, p99 ${figure(paced.delayMs.p99)} ms, max ${figure(paced.delayMs.max)} ms (${figure(paced.delayMs.samples)} events)`,
  );
  out(
    `beside clients that do not read   p50 ${figure(besideStalled.delayMs.p50)} ms, p99 ${figure(besideStalled.delayMs.p99)} ms: ${figure(besideStalled.delayMs.p99 / paced.delayMs.p99)} times`,
  );
  out();
  out('rows per event');
  for (const [table, n] of Object.entries(alone.rows)) out(`  ${table.padEnd(16)} ${figure(n / alone.events)}`);
  out();
  out('where the time of the processor goes (wall time inside batches, alone | whole)');
  for (const [name, share] of Object.entries(alone.steps.shares))
    out(
      `  ${name.padEnd(16)} ${(share * 100).toFixed(1).padStart(5)} % | ${((whole.steps.shares[name] ?? 0) * 100).toFixed(1).padStart(5)} %`,
    );
  out(
    `  batches of ${figure(alone.steps.meanRecords)} records alone, ${figure(whole.steps.meanRecords)} whole, ${figure(paced.steps.meanRecords)} paced`,
  );
  out();
  out('event mix');
  const total = [...alone.mix.values()].reduce((a, b) => a + b, 0);
  for (const [code, n] of [...alone.mix].sort((a, b) => b[1] - a[1]).slice(0, 20))
    out(`  ${code.padEnd(34)} ${((n / total) * 100).toFixed(2).padStart(5)} %`);
}
