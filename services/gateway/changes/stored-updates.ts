import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';
import type { Positions } from '@clearquay/domain/stream/revision.ts';
import type { Update } from '../tail/update.ts';
import { createStoredChanges, type StoredChanges, type Stretch } from './stored-changes.ts';

/** The past of the updates topic as the warehouse keeps it: for cursors of the stream that are older than the memory. */
export interface StoredUpdates {
  /**
   * Every update after one vector of positions up to another whose container and port a filter wants, in order within a
   * partition, a page at a time. Refused when the warehouse does not know the older positions, or when there are more
   * updates than `maxUpdates`.
   */
  between(from: Positions, to: Positions, filter: Filter): Promise<Result<AsyncIterable<readonly Update[]>, StoredRefusal>>;
}

/** Why a cursor cannot be served from the warehouse. */
export type StoredRefusal = 'cursor-too-old' | 'too-much-missed';

const pageRows = 500;

/** Reads the tables of the change feed. */
export function createStoredUpdates(warehouse: Warehouse, maxUpdates: number): StoredUpdates {
  const stored = createStoredChanges(warehouse);
  return {
    async between(from, to, filter) {
      const stretches = stretchesBetween(from, to);
      if (!(await knows(warehouse, stretches))) return refuse('cursor-too-old');
      const { containers = [], ports = [] } = filter;
      const [counted] = await warehouse.query<{ n: string }>(
        `SELECT count() AS n FROM changes WHERE (${stretches.map(termOf).join(' OR ')})
  AND (empty({containers:Array(String)}) OR container IN {containers:Array(String)})
  AND (empty({ports:Array(String)}) OR port IN {ports:Array(String)})`,
        { containers, ports },
      );
      return Number(counted?.n) > maxUpdates ? refuse('too-much-missed') : ok(pages(stored, stretches, filter));
    },
  };
}

function stretchesBetween(from: Positions, to: Positions): Stretch[] {
  const all = Array.from({ length: partitionCount }, (_, partition) => {
    return { partition, from: from.get(partition) ?? 0n, to: to.get(partition) ?? 0n };
  });
  return all.filter((stretch) => stretch.from < stretch.to);
}

// The numbers come from verified cursors and from the log, as bigints: they are written into the query as they are.
const termOf = ({ partition, from, to }: Stretch): string => `(partition = ${partition} AND revision > ${from} AND revision <= ${to})`;

/** True when the very revisions or markers at which the client stands are kept: all that came after them is then kept too. */
async function knows(warehouse: Warehouse, stretches: readonly Stretch[]): Promise<boolean> {
  const begun = stretches.filter(({ from }) => from > 0n);
  if (begun.length === 0) return true;
  const stands = begun.map(({ partition, from }) => `(partition = ${partition} AND revision = ${from})`).join(' OR ');
  const [found] = await warehouse.query<{ n: string }>(
    `SELECT uniqExact(partition) AS n
FROM (SELECT partition FROM changes WHERE ${stands} UNION ALL SELECT partition FROM batches WHERE ${stands})`,
  );
  return Number(found?.n) === begun.length;
}

async function* pages(stored: StoredChanges, stretches: readonly Stretch[], filter: Filter): AsyncGenerator<readonly Update[]> {
  for (const stretch of stretches)
    for (let from = stretch.from; ; ) {
      const updates = await stored.read({ ...stretch, from }, filter, pageRows);
      const last = updates.at(-1);
      if (!last) break;
      yield updates;
      from = last.revision;
    }
}
