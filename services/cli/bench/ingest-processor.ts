import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { createProcessor } from '@clearquay/processor/processor.ts';
import { openParts } from '../parts.ts';
import { answerParent } from './ask-child.ts';
import { StepTotals } from './step-totals.ts';
import { withDirectory } from './with-directory.ts';

/*
 * Clearquay's side of `bench ingest`, in a process of its own, as cold as the other side: the processor as production
 * composes it, with a ClickHouse of its own. Gets a `ProcessorLoad` from its parent and answers with a `Drained`.
 */

/** Where the events lie, and how many there are. */
export interface ProcessorLoad {
  /** Settings as in the environment. */
  readonly environment: NodeJS.ProcessEnv;
  readonly events: number;
}

/** What the processor did. */
export interface Drained {
  /** From its start to the first records that it was given. */
  readonly startSeconds: number;
  /** From then on until all offsets are committed, everything being readable before. */
  readonly seconds: number;
  /** Into all tables. */
  readonly rows: number;
  /** Of this process, all of its threads, over the same time: other programs that want the cores disturb it less. */
  readonly cpuSeconds: number;
  readonly steps: ReturnType<StepTotals['summary']>;
}

/** The log, telling of records that are given to an owner. */
const watched = (log: EventLog, given: () => void): EventLog => ({
  ...log,
  join: (group, topics, own) =>
    log.join(group, topics, (owned) =>
      own({
        ...owned,
        async poll(bounds) {
          const records = await owned.poll(bounds);
          if (records.length > 0) given();
          return records;
        },
      }),
    ),
});

const drain = ({ environment, events }: ProcessorLoad): Promise<Drained> =>
  withDirectory(async (config) => {
    const opened = new AsyncDisposableStack();
    try {
      const parts = await openParts(config, createLogger('warn'), opened);
      const inserted = async (): Promise<number> => {
        const [row] = await parts.warehouse.query<{ n: string }>("SELECT sum(value) AS n FROM system.events WHERE event = 'InsertedRows'");
        return Number(row?.n);
      };
      const before = await inserted();
      const steps = new StepTotals();
      let first: number | undefined;
      let cpu = process.cpuUsage();
      const log = watched(parts.log, () => {
        if (first === undefined) cpu = process.cpuUsage();
        first ??= performance.now();
      });
      const processor = opened.adopt(createProcessor({ ...parts, log, onBatch: (stats) => steps.add(stats) }), (p) => p.close());
      const begun = performance.now();
      await processor.start();
      await steps.reached(events);
      const { user, system } = process.cpuUsage(cpu);
      const from = first ?? begun;
      return {
        startSeconds: (from - begun) / 1000,
        seconds: (steps.lastAt - from) / 1000,
        rows: (await inserted()) - before,
        cpuSeconds: (user + system) / 1e6,
        steps: steps.summary(),
      };
    } finally {
      await opened.disposeAsync();
    }
  }, environment);

answerParent(drain);
