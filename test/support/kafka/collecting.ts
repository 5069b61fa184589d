import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { textOf } from '../../contract/log-records.ts';

/** Owners that note what they read and commit it, as one member or as several. */
export interface Collecting {
  readonly own: (owned: OwnedPartition) => Promise<void>;
  readonly seen: ReadonlySet<string>;
  /** Partitions that had two owners at once. */
  readonly shared: readonly number[];
  /** Partitions that are owned now. */
  readonly owned: ReadonlySet<number>;
}

export function startCollecting(): Collecting {
  const seen = new Set<string>();
  const shared: number[] = [];
  const held = new Set<number>();
  return {
    seen,
    shared,
    owned: held,
    async own(owned) {
      const { partition, lost } = owned;
      if (held.has(partition)) shared.push(partition);
      held.add(partition);
      while (!lost.aborted) {
        try {
          const records = await owned.poll({ maxRecords: 100, waitMs: 500 });
          for (const record of records) seen.add(textOf(record) ?? '');
          await owned.commit(new Map(records.map(({ topic, offset }) => [topic, offset + 1])));
        } catch (error) {
          // Brokers that are away come back; what was not committed comes again.
          if (!(error instanceof EventLogError)) throw error;
        }
      }
      held.delete(partition);
    },
  };
}
