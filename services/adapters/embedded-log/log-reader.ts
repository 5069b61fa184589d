import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { ReadRange } from './operations.ts';
import { readFrames } from './record-frame.ts';
import type { StreamEnds } from './stream-ends.ts';
import type { TopicDirectory } from './topic-directory.ts';
import type { WorkerClient } from './worker-client.ts';

export interface LogReaderDeps {
  readonly worker: WorkerClient;
  readonly topics: TopicDirectory;
  readonly ends: StreamEnds;
  /** Bytes of one reply, at most, plus one record per range. */
  readonly maxReadBytes: number;
}

/** Reads records, waiting for the first one when there is none. */
export interface LogReader {
  /** What is there now; `next` says per range where to go on. */
  ranges(ranges: readonly ReadRange[]): Promise<{ records: StoredRecord[]; next: readonly number[] }>;
  /** Records of one stream, nothing after `waitMs`. */
  read(stream: number, offset: number, maxRecords: number, waitMs: number): Promise<StoredRecord[]>;
  /** Ends every wait with nothing. */
  close(): void;
}

export function createLogReader({ worker, topics, ends, maxReadBytes }: LogReaderDeps): LogReader {
  let closed = false;

  async function ranges(wanted: readonly ReadRange[]): Promise<{ records: StoredRecord[]; next: readonly number[] }> {
    const { frames, next } = await worker.call('read', { ranges: wanted, maxBytes: maxReadBytes });
    return { records: readFrames(frames, topics.placeOf), next };
  }

  async function read(stream: number, offset: number, maxRecords: number, waitMs: number): Promise<StoredRecord[]> {
    if (!Number.isInteger(offset) || !(maxRecords >= 1)) throw new RangeError('offset must be an integer and maxRecords at least 1');
    const deadline = performance.now() + waitMs;
    let from = offset;
    while (!closed) {
      const left = deadline - performance.now();
      if (from < ends.end(stream)) {
        const { records, next } = await ranges([{ stream, from, max: maxRecords }]);
        if (records.length > 0) return records;
        // Compaction had removed what stood here.
        from = next[0] ?? from;
      } else if (left <= 0) break;
      else await ends.moved([stream], left);
    }
    return [];
  }

  return {
    ranges,
    read,
    close() {
      closed = true;
      ends.wake();
    },
  };
}
