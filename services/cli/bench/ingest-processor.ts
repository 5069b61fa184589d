import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { type BatchStats, createProcessor } from '@clearquay/processor/processor.ts';
import { openParts } from '../parts.ts';
import { allApplied } from './all-applied.ts';
import { answerParent } from './ask-child.ts';
import { withDirectory } from './with-directory.ts';

/*
 * One processor of `bench ingest` in a process of its own, as cold as the other side, as production composes it. Gets its
 * settings, as in the environment, from its parent and answers with a `Share`.
 */

/** What one process did; moments in epoch milliseconds. */
export interface Share {
  readonly begunAt: number;
  /** When it was given its first records; absent when it had none. */
  readonly firstAt?: number;
  /** When it saw that everything can be read. */
  readonly endedAt: number;
  /** Of all of its threads, from its first records to its end. */
  readonly cpuSeconds: number;
  /** The most memory that it had resident, in MiB. */
  readonly peakMiB: number;
  readonly batches: readonly BatchStats[];
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

const drain = (environment: NodeJS.ProcessEnv): Promise<Share> =>
  withDirectory(async (config) => {
    const opened = new AsyncDisposableStack();
    try {
      const parts = await openParts(config, createLogger('warn'), opened);
      const batches: BatchStats[] = [];
      let firstAt: number | undefined;
      let cpu = process.cpuUsage();
      const log = watched(parts.log, () => {
        if (firstAt === undefined) cpu = process.cpuUsage();
        firstAt ??= Date.now();
      });
      const processor = opened.adopt(createProcessor({ ...parts, log, onBatch: (stats) => batches.push(stats) }), (p) => p.close());
      const begunAt = Date.now();
      await processor.start();
      await allApplied(parts.log, parts.warehouse);
      const { user, system } = process.cpuUsage(cpu);
      const endedAt = Date.now();
      // The commit of the last batch follows what can be read.
      await opened.disposeAsync();
      return {
        begunAt,
        ...(firstAt !== undefined && { firstAt }),
        endedAt,
        cpuSeconds: (user + system) / 1e6,
        peakMiB: process.resourceUsage().maxRSS / 1024,
        batches,
      };
    } finally {
      await opened.disposeAsync();
    }
  }, environment);

answerParent(drain);
