import type { Config } from '@clearquay/adapters/runtime/config.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { openParts } from '../parts.ts';
import { nodeOptions } from '../servers/service-process.ts';
import { askChild } from './ask-child.ts';
import type { Share } from './ingest-processor.ts';
import { StepTotals } from './step-totals.ts';

/** Where the events lie, and how many processes share them. */
export interface ProcessorsLoad {
  readonly config: Config;
  /** Settings of each process, but for the warehouse, which they share. */
  readonly environment: NodeJS.ProcessEnv;
  readonly processors: number;
  readonly logger: Logger;
}

/** What the processes did together. */
export interface Drained {
  /** From the start to the first records that one of them was given. */
  readonly startSeconds: number;
  /** From then on until everything can be read. */
  readonly seconds: number;
  /** Into all tables. */
  readonly rows: number;
  /** Of all processes and threads, without ClickHouse: other programs that want the cores disturb it less. */
  readonly cpuSeconds: number;
  readonly steps: ReturnType<StepTotals['summary']>;
  /** In the batches of each process. */
  readonly records: readonly number[];
  /** The most memory that each process had resident, in MiB. */
  readonly peakMiB: readonly number[];
}

/** Clearquay's side of `bench ingest`: so many processors in one group, on a fresh server of their own. */
export async function drainByProcessors({ config, environment, processors, logger }: ProcessorsLoad): Promise<Drained> {
  const opened = new AsyncDisposableStack();
  try {
    const { warehouse, embedded } = await openParts(config, logger, opened);
    if (!embedded) throw new Error('the benchmark has a ClickHouse of its own');
    const { url, username, password } = embedded.connection;
    const shared = { ...environment, CLEARQUAY_CLICKHOUSE_URL: url.replace('://', `://${username}:${password}@`) };
    const inserted = async (): Promise<number> => {
      const [row] = await warehouse.query<{ n: string }>("SELECT sum(value) AS n FROM system.events WHERE event = 'InsertedRows'");
      return Number(row?.n);
    };
    const before = await inserted();
    const shares = await Promise.all(
      Array.from({ length: processors }, () => askChild<NodeJS.ProcessEnv, Share>('ingest-processor.ts', shared, nodeOptions)),
    );
    const earliest = (of: (share: Share) => number | undefined): number =>
      Math.min(...shares.map((s) => of(s) ?? Number.POSITIVE_INFINITY));
    const first = earliest((s) => s.firstAt);
    const steps = new StepTotals();
    for (const stats of shares.flatMap((s) => s.batches)) steps.add(stats);
    return {
      startSeconds: (first - earliest((s) => s.begunAt)) / 1000,
      // All of them see the same end; who looks first after it tells it best.
      seconds: (earliest((s) => s.endedAt) - first) / 1000,
      rows: (await inserted()) - before,
      cpuSeconds: shares.reduce((sum, s) => sum + s.cpuSeconds, 0),
      steps: steps.summary(),
      records: shares.map((s) => s.batches.reduce((sum, { records }) => sum + records, 0)),
      peakMiB: shares.map((s) => s.peakMiB),
    };
  } finally {
    await opened.disposeAsync();
  }
}
