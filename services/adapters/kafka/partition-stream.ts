import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { batchesIn, openBatch, type RecordBatch } from './record-batch.ts';

/** One partition of one topic on its way from the broker to its owner. Batches wait packed; one at a time is open. */
export class PartitionStream {
  readonly topic: string;
  readonly partition: number;
  readonly #maxBatchBytes: number;
  /** Offset to fetch next. */
  fetchOffset: number;
  /** Offset of the first record that is wanted. */
  #wanted: number;
  /** True once a broker answered about it. */
  isKnown = false;
  /** What is wrong with it at the moment. */
  failure: unknown;
  #packed: RecordBatch[] = [];
  #open: StoredRecord[] = [];
  #bytes = 0;

  constructor(topic: string, partition: number, offset: number, maxBatchBytes: number) {
    this.topic = topic;
    this.partition = partition;
    this.#maxBatchBytes = maxBatchBytes;
    this.fetchOffset = offset;
    this.#wanted = offset;
  }

  /** Packed bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that wait, about: what compaction took away is counted too. */
  get waiting(): number {
    return this.#open.length + this.#packed.reduce((sum, { count }) => sum + count, 0);
  }

  /** Takes in what a broker sent for `fetchOffset`. */
  put(bytes: Buffer): void {
    for (const batch of batchesIn(bytes)) {
      // Brokers send whole batches, also of those that begin before what was asked for.
      if (batch.lastOffset < this.fetchOffset) continue;
      this.#packed.push(batch);
      this.#bytes += batch.bytes.length;
      this.fetchOffset = batch.lastOffset + 1;
    }
  }

  /** The next records, at most so many. */
  take(most: number): StoredRecord[] {
    const taken: StoredRecord[] = [];
    while (taken.length < most) {
      if (this.#open.length === 0) {
        const batch = this.#packed.shift();
        if (!batch) break;
        this.#bytes -= batch.bytes.length;
        this.#open = openBatch(batch, this.topic, this.partition, this.#maxBatchBytes).filter(({ offset }) => offset >= this.#wanted);
        continue;
      }
      const some = this.#open.splice(0, most - taken.length);
      taken.push(...some);
      this.#wanted = (some.at(-1)?.offset ?? this.#wanted) + 1;
    }
    return taken;
  }

  /** Goes on elsewhere: what waits was from a log that no longer reads so. */
  seek(offset: number): void {
    this.#packed = [];
    this.#open = [];
    this.#bytes = 0;
    this.fetchOffset = offset;
    this.#wanted = offset;
  }
}
