import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { selectVisits, type VisitRow } from '../visit-selection.ts';

/** Reads the current state of all visits of a filter, a page at a time, in the order of their keys. */
export type SnapshotReader = (filter: Filter) => AsyncGenerator<readonly VisitRow[]>;

/**
 * Pages of `pageRows`; at most `concurrent` queries run at once over all sessions. Each page may be newer than the
 * one before: what changes meanwhile comes as deltas, and the key of a visit never changes, so none is missed.
 */
export function createSnapshotReader(warehouse: Warehouse, pageRows: number, concurrent: number): SnapshotReader {
  const turn = createTurns(concurrent);
  return async function* (filter) {
    let after: VisitRow | undefined;
    while (true) {
      const { sql, params } = selectVisits({ filter, after, limit: pageRows });
      const rows = await turn(() => warehouse.query<VisitRow>(sql, params));
      yield rows;
      if (rows.length < pageRows) return;
      after = rows.at(-1);
    }
  };
}

/** Runs at most `count` works at once, the others in order of arrival. */
function createTurns(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
