import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { OwnedPartition, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { type Batch, openBatch } from './batch.ts';
import type { DueVisit } from './due-watch.ts';
import type { Epoch } from './epochs.ts';
import type { ProcessorOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import type { Slots } from './slots.ts';
import type { Memory } from './state/memory.ts';
import type { Written } from './steps/insert.ts';

export interface OwnerDeps {
  readonly epoch: Epoch;
  readonly pipeline: Pipeline;
  readonly memory: Memory;
  readonly slots: Slots;
  /** Counts revisions of this process; never repeats. */
  readonly nextSequence: () => number;
  /** Counts batches of this process. */
  readonly nextBatch: () => number;
  readonly clock: Clock;
  readonly options: ProcessorOptions;
  /** Fires when the loop shall end after the batch in flight. */
  readonly stop: AbortSignal;
  readonly poll: OwnedPartition['poll'];
  /** Visits of the partition of which an answer changed by the passing of time; handed out once. */
  readonly due: () => readonly DueVisit[];
  /** Called when a batch is committed. */
  readonly committed: (batch: Batch, written: Written) => void;
}

/** Learns how big records are, so that a poll for a number of records stays within a number of bytes. */
class RecordSize {
  #average = 2_048;

  learn(records: readonly StoredRecord[]): void {
    if (records.length === 0) return;
    const bytes = records.reduce((sum, r) => sum + (r.value?.length ?? 0), 0);
    this.#average = Math.max(64, (this.#average + bytes / records.length) / 2);
  }

  recordsIn(bytes: number): number {
    return Math.floor(bytes / this.#average);
  }
}

/** Turns the records of one partition into batches, one after the other, until the partition is lost or the loop is stopped. */
export async function runPartition(owned: OwnedPartition, deps: OwnerDeps): Promise<void> {
  const { epoch, pipeline, memory, slots, clock, options, stop } = deps;
  const { partition } = owned;
  const size = new RecordSize();
  let lastStamp: number = epoch.appliedAt.get(partition) ?? 0;
  let writing: Promise<void> = Promise.resolve();
  let lastBegun = Number.NEGATIVE_INFINITY;
  const goesOn = (): boolean => !owned.lost.aborted && !stop.aborted;

  const nextStamp = (): Instant => {
    lastStamp = Math.max(clock.now(), lastStamp + 1);
    return instant(lastStamp);
  };
  const wasInFlight = ({ topic, offset }: StoredRecord): boolean => offset < (epoch.ends.get(topic)?.[partition] ?? 0);

  /**
   * The first record is awaited without a slot; what else has come by the time there is one joins it. The records end with
   * this call: their bytes are not needed while the batch is written.
   */
  async function begin(first: readonly StoredRecord[], due: readonly DueVisit[]): Promise<readonly [Batch, Written]> {
    const most = Math.min(options.maxBatchRecords, size.recordsIn(options.maxBatchBytes)) - first.length;
    const rest = most > 0 ? await deps.poll({ maxRecords: most, waitMs: 0 }) : [];
    const records = [...first, ...rest];
    size.learn(records);
    const revision = revisionOf(epoch.epoch, deps.nextSequence());
    const batch = openBatch(records, {
      partition,
      epoch: epoch.epoch,
      number: deps.nextBatch(),
      due,
      appliedAt: nextStamp(),
      revision,
      wasInFlight,
    });
    return [batch, await pipeline.prepare(batch, records)];
  }

  async function write(batch: Batch, written: Written, release: () => void): Promise<void> {
    try {
      await pipeline.write(batch, written);
      memory.release(batch.pinned);
      deps.committed(batch, written);
    } finally {
      memory.release(batch.pinned);
      release();
    }
  }

  async function pause(): Promise<void> {
    const restMs = lastBegun + options.flushIntervalMs - performance.now();
    if (restMs > 0) await delay(restMs, undefined, { signal: AbortSignal.any([stop, owned.lost]) }).catch(() => undefined);
    lastBegun = performance.now();
  }

  try {
    while (goesOn()) {
      const first = await deps.poll({ maxRecords: 1, waitMs: options.pollWaitMs });
      const due = deps.due();
      if ((first.length === 0 && due.length === 0) || !goesOn()) continue;
      await pause();
      const release = await slots.take();
      try {
        const [batch, written] = await begin(first, due);
        await writing;
        writing = write(batch, written, release);
        // A failure shows at the next await; until then it must not count as unhandled.
        writing.catch(() => undefined);
        // With a backlog the next batch is prepared meanwhile; without one it had better grow.
        if (batch.records < options.maxBatchRecords / 2) await writing;
      } catch (error) {
        release();
        throw error;
      }
    }
  } finally {
    await writing.catch(() => undefined);
    memory.clear();
  }
  await writing;
}
