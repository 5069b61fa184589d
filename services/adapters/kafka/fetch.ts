import { type Connection, createAPI, fetchV16, ProtocolError, type Reader } from '@platformatic/kafka';

/** Where to go on in one partition. */
export interface FetchPosition {
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
}

/** What a broker has for one partition. */
export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  /** Code of the protocol; 0 is none. */
  readonly error: number;
  /** Batches one after another, the last one maybe cut off. */
  readonly bytes: Buffer;
}

const emptyBatches = Buffer.alloc(0);

function readPartition(reader: Reader, topicId: string): FetchedPartition {
  const partition = reader.readInt32();
  const error = reader.readInt16();
  // High watermark, last stable offset, start of the log.
  reader.skip(24);
  reader.readNullableArray((r) => r.skip(16));
  reader.readInt32();
  const size = reader.readUnsignedVarInt() - 1;
  const bytes = size > 0 ? reader.buffer.slice(reader.position, reader.position + size) : emptyBatches;
  reader.skip(Math.max(0, size));
  reader.readTaggedFields();
  return { topicId, partition, error, bytes };
}

/**
 * Version 16 of the fetch request (Kafka 3.7). The answer is read here and not by the client library, which unpacks
 * batches without a limit: the batches stay packed until somebody takes their records.
 */
const fetchApi = createAPI<Parameters<typeof fetchV16.createRequest>, { error: number; partitions: FetchedPartition[] }>(
  1,
  16,
  fetchV16.createRequest,
  (_correlationId, _key, _version, reader) => {
    reader.readInt32();
    const error = reader.readInt16();
    reader.readInt32();
    const topics = reader.readArray((topic) => {
      const topicId = topic.readUUID();
      return topic.readArray((partition) => readPartition(partition, topicId), true, false);
    });
    return { error, partitions: topics.flat() };
  },
);

/** How long a broker may wait, and how many bytes it may send; the first batch of a partition always comes whole. */
export interface FetchBounds {
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
}

const anyReplica = { currentLeaderEpoch: -1, lastFetchedEpoch: -1 };

/** Fetches from one broker, without a session. Rejects with errors of the client library, and those of the whole answer. */
export async function fetchFrom(
  connection: Connection,
  positions: readonly FetchPosition[],
  bounds: FetchBounds,
): Promise<FetchedPartition[]> {
  const topics = Map.groupBy(positions, ({ topicId }) => topicId);
  const asked = [...topics].map(([topicId, there]) => ({
    topicId,
    partitions: there.map(({ partition, offset }) => ({
      ...anyReplica,
      partition,
      fetchOffset: BigInt(offset),
      partitionMaxBytes: bounds.maxPartitionBytes,
    })),
  }));
  const { waitMs, maxBytes } = bounds;
  const { error, partitions } = await fetchApi.async(connection, waitMs, 1, maxBytes, 0, 0, -1, asked, [], '');
  if (error !== 0) throw new ProtocolError(error);
  return partitions;
}
