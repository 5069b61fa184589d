import { join } from 'node:path';
import type { Parts } from '../parts.ts';
import { CommandFailure } from '../terminal.ts';

/** Parts that ClickHouse could not read when it started: it sets them aside and goes on without their rows. */
const asideSql = "SELECT path FROM system.detached_parts WHERE database = currentDatabase() AND startsWith(reason, 'broken') ORDER BY path";

/**
 * Tables with fewer rows than the markers of whole batches tell of. Every revision is a row of its own in `visit_revisions`
 * and in `changes`; of the tables whose rows are replaced, only that there are any is known without reading them. Owners
 * claim their epoch in `batches` before they write.
 */
const missingSql = `WITH
  (SELECT (sum(e), sum(v)) FROM
    (SELECT max(events) AS e, max(visits) AS v FROM batches WHERE kind = 'batch' GROUP BY partition, revision)) AS told
SELECT table, toUInt64(found) AS found, toUInt64(least) AS least FROM (
  SELECT 'visit_revisions' AS table, count() AS found, told.2 AS least FROM visit_revisions
  UNION ALL SELECT 'changes', count(), told.2 FROM changes
  UNION ALL SELECT 'events', count(), least(told.1, 1) FROM events
  UNION ALL SELECT 'timeline', count(), least(told.2, 1) FROM timeline
  UNION ALL SELECT 'visits', count(), least(told.2, 1) FROM visits
  UNION ALL SELECT 'batches', (SELECT max(epoch) FROM batches), bitShiftRight(max(revision), 40) FROM changes
) WHERE found < least ORDER BY table`;

/** Going on beside an own warehouse that lost some of its files would show less than what happened, as if it were all. */
export async function refuseDamagedWarehouse({ embedded, warehouse, directory }: Parts): Promise<void> {
  if (!embedded) return;
  const aside = await warehouse.query<{ path: string }>(asideSql);
  const missing = await warehouse.query<{ table: string; found: string; least: string }>(missingSql);
  const what = [
    ...aside.map(({ path }) => `${path} cannot be read`),
    ...missing.map(({ table, found, least }) => `table ${table} has ${found} where the batches that were written need ${least}`),
  ];
  if (what.length > 0)
    throw new CommandFailure(
      `CQ_WAREHOUSE_DAMAGED: ${what.join('; ')}. Restore a backup, or move ${join(directory, 'clickhouse')} away and rebuild the ` +
        'warehouse from the log with: clearquay replay --from 1970-01-01T00:00:00Z',
    );
}
