import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';

/** Records before the farthest offset of a whole batch: one that was read again counts once, one whose commit was not answered counts too. */
const appliedSql = `SELECT sum(next) AS n FROM (
  SELECT max(range.2[2]) AS next FROM batches ARRAY JOIN JSONExtractKeysAndValues(ranges, 'Array(UInt64)') AS range
  WHERE kind = 'batch' GROUP BY partition, range.1)`;
/** Seldom enough to cost the processor that is measured next to nothing. */
const pollMs = 100;

/**
 * Resolves when everything that the topics of events hold now can be read, whoever applied it; offsets begin at 0. Rejects when there
 * was no new batch for `stallMs`.
 */
export async function allApplied(log: Pick<EventLog, 'bounds'>, warehouse: Pick<Warehouse, 'query'>, stallMs = 300_000): Promise<void> {
  const bounds = (await Promise.all(eventTopics.map((topic) => log.bounds(topic)))).flat();
  const all = bounds.reduce((sum, { end }) => sum + end, 0);
  let [applied, since] = [0, performance.now()];
  for (;;) {
    const [row] = await warehouse.query<{ n: string }>(appliedSql);
    const now = Number(row?.n);
    if (now >= all) return;
    if (now !== applied) [applied, since] = [now, performance.now()];
    if (performance.now() - since > stallMs) throw new Error(`no batch for ${stallMs / 1000} s after ${applied} of ${all} records`);
    await sleep(pollMs);
  }
}
