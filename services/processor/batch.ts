import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { LogRecord, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Problem } from '@clearquay/domain/problems/problem.ts';
import type { DueVisit } from './due-watch.ts';
import type { SubjectMemory } from './state/subject-memory.ts';

/** The steps of the pipeline in order; the name of a step is its metric label and its dead-letter stage. */
export const stepNames = ['decode', 'validate', 'prefetch', 'apply', 'refold', 'insert', 'publish', 'confirm', 'commit'] as const;

export type StepName = (typeof stepNames)[number];

/** A record that is not applied, and why. */
export interface Refusal {
  readonly record: StoredRecord;
  readonly stage: StepName;
  readonly problem: Problem;
  /** What the record says it is, when its bytes could be read. */
  readonly names?: Named | undefined;
}

/** How an event is called. */
type Named = { readonly source: string; readonly id: string };

/** What became of the records of a batch, counted. */
export interface BatchCounts {
  /** Events applied for the first time. */
  applied: number;
  /** The same event with the same body again. */
  duplicate: number;
  refused: number;
  /** Records of another partition, sent on to it. */
  rerouted: number;
  tombstone: number;
}

/** One batch of one partition on its way through the pipeline. */
export interface Batch {
  readonly partition: number;
  readonly epoch: number;
  /** Counts the batches of this process; with the epoch it names an insert. */
  readonly number: number;
  /** How many records it has; none when it is about time alone. They themselves are left behind once they are applied. */
  readonly records: number;
  /** First and next offset of the records, which are contiguous, by topic. */
  readonly ranges: ReadonlyMap<string, readonly [first: number, next: number]>;
  /** Visits of which an answer changed by the passing of time. */
  readonly due: readonly DueVisit[];
  /** The one stamp of the batch: strictly increasing per partition. */
  readonly appliedAt: Instant;
  /** Revision of its rows in `events` and `subjects`; those of its visits are greater. */
  readonly revision: bigint;
  /** True for a record that a former owner may have applied in part. */
  wasInFlight(record: StoredRecord): boolean;
  readonly refusals: Refusal[];
  /** Records of other partitions, as they are sent on. */
  readonly reroutes: LogRecord[];
  readonly counts: BatchCounts;
  /** Events that came again with the same body. */
  readonly repeats: { readonly event: AcceptedEvent; readonly record: StoredRecord }[];
  /** Subjects that stay in memory until the batch is written. */
  readonly pinned: SubjectMemory[];
  readonly stepMs: Record<StepName, number>;
}

/** Keeps a record out of the batch; it goes to the dead letters when the batch is published. */
export function refuseRecord(batch: Batch, stage: StepName, record: StoredRecord, problem: Problem, names?: Named): void {
  batch.refusals.push({ record, stage, problem, names });
  batch.counts.refused++;
}

function rangesOf(records: readonly StoredRecord[]): Map<string, [first: number, next: number]> {
  const ranges = new Map<string, [first: number, next: number]>();
  for (const { topic, offset } of records) {
    const range = ranges.get(topic);
    if (range) range[1] = offset + 1;
    else ranges.set(topic, [offset, offset + 1]);
  }
  return ranges;
}

/** A batch of records with nothing done yet. */
export function openBatch(
  records: readonly StoredRecord[],
  given: Pick<Batch, 'partition' | 'epoch' | 'number' | 'due' | 'appliedAt' | 'revision' | 'wasInFlight'>,
): Batch {
  return {
    ...given,
    records: records.length,
    ranges: rangesOf(records),
    refusals: [],
    reroutes: [],
    counts: { applied: 0, duplicate: 0, refused: 0, rerouted: 0, tombstone: 0 },
    repeats: [],
    pinned: [],
    stepMs: { decode: 0, validate: 0, prefetch: 0, apply: 0, refold: 0, insert: 0, publish: 0, confirm: 0, commit: 0 },
  };
}
