import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import type { Batch } from '../batch.ts';
import { eventRow, linkRows, repeatRow } from '../rows/event-rows.ts';
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
  readonly insert: (table: string, rows: Iterable<Row>, token: string) => Promise<void>;
  readonly owner: string;
  /** What counted as told when the epoch took the partition over. */
  readonly toldBefore: bigint;
  readonly commit: OwnedPartition['commit'];
}

/** Things of which one insert has the rows, at most: bounds the memory of a call with very many boxes. */
const maxItems = 5_000;

/** The rows of some things, made while they are read: none of them lives longer than its bytes take to write. */
const lazyRows = <T>(items: readonly T[], rowsOf: (item: T) => Iterable<Row>): Iterable<Row> => ({
  *[Symbol.iterator]() {
    for (const item of items) yield* rowsOf(item);
  },
});

/**
 * True for a batch whose marker alone does not say that subscribers were told: a revision that time made comes from no
 * record that would be read again after a crash, and a visit that went is not there any more to be written again.
 */
export const needsConfirmation = (batch: Batch, revisions: readonly VisitRevision[]): boolean =>
  batch.due.length > 0 || revisions.some((r) => r.isGone);

/** The row that says that a batch is whole. */
export const markerRow = (batch: Batch, { revisions, marker }: Written, { owner, toldBefore }: InsertDeps): Row => ({
  partition: batch.partition,
  revision: marker,
  epoch: batch.epoch,
  kind: 'batch',
  ranges: JSON.stringify(Object.fromEntries(batch.ranges)),
  events: batch.counts.applied,
  visits: revisions.length,
  owner,
  applied_at: batch.appliedAt,
  generation: 0,
  unconfirmed: needsConfirmation(batch, revisions) ? 1 : 0,
  fence: toldBefore,
});

/**
 * Makes the batch durable: first what was said, then what follows from it, then the marker that the batch is whole.
 * Each stage begins when the one before is durable, so a crash leaves a prefix that the next owner completes.
 */
export async function insert(batch: Batch, written: Written, deps: InsertDeps): Promise<void> {
  const { applied, revisions } = written;
  const put = async <T>(table: string, items: readonly T[], rowsOf: (item: T) => Iterable<Row>): Promise<void> => {
    for (let at = 0; at < items.length; at += maxItems) {
      const part = at === 0 ? '' : `-${at / maxItems}`;
      await deps.insert(table, lazyRows(items.slice(at, at + maxItems), rowsOf), `${batch.epoch}-${batch.number}-${table}${part}`);
    }
  };
  const events = applied.flatMap((a) => a.events);
  const { partition, appliedAt, revision } = batch;
  await Promise.all([
    put('events', events, (e) => (e.isNew ? [eventRow(e, revision)] : [])),
    put('event_repeats', batch.repeats, (r) => [repeatRow(r)]),
    put('subjects', events, (e) => linkRows(e, revision)),
  ]);
  // Events are a set, whoever writes them; who stood still since is refused here, before it puts them into visits that are not so any more.
  await deps.commit(new Map());
  await Promise.all([
    put('timeline', revisions, timelineRows),
    put('visit_revisions', revisions, (r) => [visitRow(r, appliedAt)]),
    put('visits', revisions, (r) => [visitRow(r, appliedAt)]),
    put('changes', revisions, (r) => [changeRow(r, partition, appliedAt)]),
  ]);
  await put('batches', [markerRow(batch, written, deps)], (r) => [r]);
}
