import type { OwnedPartition, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import { fairShares } from '@clearquay/domain/stream/fair-shares.ts';
import type { OffsetCommit, ReadRange } from './operations.ts';
import type { StreamEnds } from './stream-ends.ts';

export interface OwnedPartitionDeps {
  readonly group: string;
  readonly partition: number;
  readonly generation: number;
  readonly lost: AbortSignal;
  /** Stream of each topic of the group in this partition. */
  readonly streams: ReadonlyMap<string, number>;
  /** Committed offsets by stream; a stream without one is read from its start. */
  readonly committed: ReadonlyMap<number, number>;
  readonly ends: StreamEnds;
  read(ranges: readonly ReadRange[]): Promise<{ records: StoredRecord[]; next: readonly number[] }>;
  /** Resolves with false when the generation is no longer the newest. */
  commit(commits: readonly OffsetCommit[]): Promise<boolean>;
}

/** One partition of all topics of a group in the hands of one member, in one generation. */
export function createOwnedPartition(deps: OwnedPartitionDeps): OwnedPartition {
  const { group, partition, generation, lost, ends } = deps;
  const streams = [...deps.streams.values()];
  const positions = new Map(streams.map((stream) => [stream, deps.committed.get(stream) ?? 0]));
  const position = (stream: number): number => positions.get(stream) ?? 0;
  let polls = 0;
  let polling = false;

  /** What is there to read now, shared out fairly between the topics; gaps make a share smaller, never larger. */
  function ranges(maxRecords: number): ReadRange[] {
    const behind = streams.filter((stream) => position(stream) < ends.end(stream));
    const shares = fairShares(
      behind.map((stream) => ends.end(stream) - position(stream)),
      maxRecords,
      polls++,
    );
    return behind.map((stream, at) => ({ stream, from: position(stream), max: shares[at] ?? 0 })).filter(({ max }) => max > 0);
  }

  async function next(maxRecords: number, waitMs: number): Promise<readonly StoredRecord[]> {
    const deadline = performance.now() + waitMs;
    while (!lost.aborted) {
      const wanted = ranges(maxRecords);
      const left = deadline - performance.now();
      if (wanted.length === 0 && left <= 0) return [];
      if (wanted.length === 0) {
        await ends.moved(streams, left);
        continue;
      }
      const got = await deps.read(wanted);
      wanted.forEach(({ stream }, at) => {
        positions.set(stream, got.next[at] ?? position(stream));
      });
      if (got.records.length > 0 && !lost.aborted) return got.records;
    }
    return [];
  }

  return {
    partition,
    generation,
    lost,
    async poll({ maxRecords, waitMs }) {
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
      const commits = [...offsets].map(([topic, offset]) => {
        const stream = deps.streams.get(topic);
        if (stream === undefined) throw new RangeError(`Group ${group} does not read topic ${topic}`);
        if (!Number.isInteger(offset) || offset < 0 || offset > ends.end(stream)) {
          throw new RangeError(`Offset ${offset} of topic ${topic} partition ${partition} cannot be committed`);
        }
        return { group, generation, stream, next: offset };
      });
      if (commits.length > 0 && !(await deps.commit(commits))) throw new PartitionLostError(group, partition, generation);
    },
  };
}
