import type { OwnedPartition, ReadBounds, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import { fairShares } from '@clearquay/domain/stream/fair-shares.ts';
import type { Bell } from './bell.ts';
import { asEventLogError } from './failure.ts';
import type { PartitionStream } from './partition-stream.ts';

/** How long the first poll waits until every topic was looked into. */
const firstLookMs = 5_000;

export interface OwnedPartitionDeps {
  readonly group: string;
  readonly partition: number;
  readonly generation: number;
  readonly lost: AbortSignal;
  /** One per topic of the group. */
  readonly streams: readonly PartitionStream[];
  /** Rings when something came for one of the streams, and when the partition is lost. */
  readonly bell: Bell;
  /** Records were taken from the streams. */
  readonly taken: () => void;
  /** Sends the commit in the generation of the partition; rejects with `PartitionLostError` when that is over. */
  readonly commit: (next: ReadonlyMap<string, number>) => Promise<void>;
}

/** One partition of all topics of a group in the hands of one member, in one generation. */
export function createOwnedPartition(deps: OwnedPartitionDeps): OwnedPartition {
  const { group, partition, generation, lost, streams, bell } = deps;
  const lookedBy = performance.now() + firstLookMs;
  let polls = 0;
  let polling = false;

  function take(maxRecords: number): StoredRecord[] {
    const shares = fairShares(
      streams.map((stream) => stream.waiting),
      maxRecords,
      polls++,
    );
    return streams.flatMap((stream, at) => stream.take(shares[at] ?? 0));
  }

  async function next(maxRecords: number, waitMs: number): Promise<readonly StoredRecord[]> {
    const deadline = performance.now() + waitMs;
    while (!lost.aborted) {
      const unknown = streams.some(({ isKnown }) => !isKnown) ? lookedBy - performance.now() : 0;
      const records = unknown > 0 ? [] : take(maxRecords);
      if (records.length > 0) {
        deps.taken();
        return records;
      }
      const left = Math.max(unknown, deadline - performance.now());
      if (left <= 0) {
        const failed = streams.find(({ failure }) => failure !== undefined);
        // Who does not wait wants what is there.
        if (failed && waitMs > 0) throw asEventLogError(failed.failure, `read topic ${failed.topic} partition ${partition}`);
        return [];
      }
      await bell.wait(left);
    }
    return [];
  }

  return {
    partition,
    generation,
    lost,
    async poll({ maxRecords, waitMs }: ReadBounds) {
      if (polling) throw new Error(`Partition ${partition} of group ${group} is being polled already`);
      if (!(maxRecords >= 1)) throw new RangeError('maxRecords must be at least 1');
      polling = true;
      try {
        return await next(maxRecords, waitMs);
      } finally {
        polling = false;
      }
    },
    async commit(offsets) {
      if (lost.aborted) throw new PartitionLostError(group, partition, generation);
      for (const [topic, offset] of offsets) {
        if (!streams.some((stream) => stream.topic === topic)) throw new RangeError(`Group ${group} does not read topic ${topic}`);
        if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError(`Offset ${offset} of topic ${topic} cannot be committed`);
      }
      await deps.commit(offsets);
    },
  };
}
