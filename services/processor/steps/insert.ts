import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import type { Batch } from '../batch.ts';
import { eventRow, linkRows } from '../rows/event-rows.ts';
import { changeRow, timelineRows, visitRow } from '../rows/visit-rows.ts';
import type { VisitRevision } from '../visit-revision.ts';
import type { AppliedPort } from './apply.ts';

/** What a batch writes. */
export interface Written {
  readonly applied: readonly AppliedPort[];
  readonly revisions: readonly VisitRevision[];
  /** Revision of the marker: greater than all others of the batch. */
  readonly marker: bigint;
}

export interface InsertDeps {
  /** Inserts and tries again with the same rows and token until it is done. */
  readonly insert: (table: string, rows: readonly Row[], token: string) => Promise<void>;
  readonly owner: string;
}

/** Rows of one insert at most: bounds the memory of a call with very many boxes. */
const maxRows = 20_000;

/** First and next offset of the batch per topic, as JSON. */
function rangesOf(batch: Batch): string {
  const ranges: Record<string, [number, number]> = {};
  for (const { topic, offset } of batch.records) {
    const range = ranges[topic];
    if (range) range[1] = offset + 1;
    else ranges[topic] = [offset, offset + 1];
  }
  return JSON.stringify(ranges);
}

/**
 * Makes the batch durable: first what was said, then what follows from it, then the marker that the batch is whole.
 * Each stage begins when the one before is durable, so a crash leaves a prefix that the next owner completes.
 */
export async function insert(batch: Batch, { applied, revisions, marker }: Written, deps: InsertDeps): Promise<void> {
  const put = async (table: string, rows: readonly Row[]): Promise<void> => {
    for (let at = 0; at < rows.length; at += maxRows) {
      const part = at === 0 ? '' : `-${at / maxRows}`;
      await deps.insert(table, rows.slice(at, at + maxRows), `${batch.epoch}-${batch.number}-${table}${part}`);
    }
  };
  const events = applied.flatMap((a) => a.events);
  const { partition, appliedAt, epoch, revision } = batch;
  await Promise.all([
    put(
      'events',
      events.filter((e) => e.isNew).map((e) => eventRow(e, revision)),
    ),
    put(
      'subjects',
      events.flatMap((e) => linkRows(e, revision)),
    ),
  ]);
  const visits = revisions.map((r) => visitRow(r, appliedAt));
  await Promise.all([
    put('timeline', revisions.flatMap(timelineRows)),
    put('visit_revisions', visits),
    put('visits', visits),
    put(
      'changes',
      revisions.map((r) => changeRow(r, partition, appliedAt)),
    ),
  ]);
  await put('batches', [
    {
      partition,
      revision: marker,
      epoch,
      kind: 'batch',
      ranges: rangesOf(batch),
      events: batch.counts.applied,
      visits: revisions.length,
      owner: deps.owner,
      applied_at: appliedAt,
    },
  ]);
}
