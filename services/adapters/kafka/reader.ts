import type { EventLog, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { ConnectionPool, ProtocolError } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { asEventLogError, isAnswer } from './failure.ts';
import { fetchFrom } from './fetch.ts';
import { connectionOptions, type KafkaSettings } from './kafka-options.ts';
import { PartitionStream } from './partition-stream.ts';

/** A broker answers after so long at the latest, with nothing. */
const longestWaitMs = 5_000;
const requestMs = 15_000;
const maxBytes = 2 ** 20;

/** Reads outside any group. */
export interface Reader {
  readonly read: EventLog['read'];
  /** Ends every read that waits, which then resolves with nothing. */
  close(): Promise<void>;
}

/** Every read that waits holds a connection of its own, since a broker answers one request of a connection after the other. */
export function createReader({ cluster, settings }: { readonly cluster: Cluster; readonly settings: KafkaSettings }): Reader {
  const idle: ConnectionPool[] = [];
  const all = new Set<ConnectionPool>();
  let isClosed = false;

  function borrow(): ConnectionPool {
    const pool = idle.pop() ?? new ConnectionPool('clearquay', connectionOptions(settings, requestMs));
    all.add(pool);
    return pool;
  }

  /** One fetch at the position of the stream. */
  async function fetch(pool: ConnectionPool, stream: PartitionStream, waitMs: number): Promise<void> {
    const { topic, partition } = stream;
    const { id, partitions, leader } = await cluster.topic(topic);
    if (!(partition >= 0 && partition < partitions))
      throw new EventLogError('CQ_UNAVAILABLE', `Topic ${topic} has no partition ${partition}`);
    const broker = leader(partition);
    if (!broker) throw new Error('no broker leads the partition');
    const position = { topicId: id, partition, offset: stream.fetchOffset };
    const bounds = { waitMs: Math.min(Math.max(0, Math.floor(waitMs)), longestWaitMs), maxBytes, maxPartitionBytes: maxBytes };
    const [answer] = await fetchFrom(await pool.get(broker), [position], bounds);
    if (!answer) return;
    if (answer.error === 0) return stream.put(answer.bytes);
    const error = new ProtocolError(answer.error);
    const { start, end } = isAnswer(error, 'OFFSET_OUT_OF_RANGE') ? ((await cluster.bounds(topic))[partition] ?? {}) : {};
    if (start === undefined || end === undefined) throw error;
    // Behind the end there is nothing yet; before the start nothing is left.
    if (stream.fetchOffset >= start) await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, longestWaitMs)));
    else stream.seek(start);
  }

  return {
    async read(topic, partition, offset, { maxRecords, waitMs }) {
      const stream = new PartitionStream(topic, partition, offset, settings.maxBatchBytes);
      const deadline = performance.now() + waitMs;
      const pool = borrow();
      try {
        for (;;) {
          const from = stream.fetchOffset;
          await fetch(pool, stream, deadline - performance.now());
          const records: StoredRecord[] = stream.take(maxRecords);
          if (records.length > 0) return records;
          // A batch without records, such as compaction leaves, was passed; what comes after it is still to be looked at.
          if (stream.fetchOffset === from && performance.now() >= deadline) return [];
        }
      } catch (error) {
        if (isClosed) return [];
        cluster.forget();
        throw asEventLogError(error, `read topic ${topic} partition ${partition}`);
      } finally {
        if (!isClosed) idle.push(pool);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([...all].map((pool) => pool.close()));
    },
  };
}
