import type { Problem } from '../problems/problem.ts';

/** A record to append. `partition` is the one of its key (`stream/partition.ts`). A null value deletes a compacted key. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as read back. `timestamp` is the time of its append in epoch milliseconds. */
export interface StoredRecord extends LogRecord {
  readonly offset: number;
  readonly timestamp: number;
  /** Why a packed batch was not opened: the record stands for all of it, with its packed bytes and its last offset. */
  readonly refused?: Problem;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** `delete` drops records older than `retentionMs`; `compact` keeps the newest per key. */
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs?: number;
}

/** How much one read may bring; it waits at most `waitMs` for the first record. */
export interface ReadBounds {
  readonly maxRecords: number;
  readonly waitMs: number;
}

/** Partition p of every topic of a group, held by this member until `lost` fires. */
export interface OwnedPartition {
  readonly partition: number;
  /** Grows with every change of owners in the group. */
  readonly generation: number;
  readonly lost: AbortSignal;
  /** The next records after the last poll, starting at the committed offsets; in offset order per topic. */
  poll(bounds: ReadBounds): Promise<readonly StoredRecord[]>;
  /** Makes the next offset to read durable, per topic. Refused by throwing once the partition is lost, also when it names none. */
  commit(next: ReadonlyMap<string, number>): Promise<void>;
}

/** The append-only log that everything passes through. Broken infrastructure throws `EventLogError`. */
export interface EventLog {
  /** Creates missing topics; throws when a topic stands with another partition count. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves with the offsets once all is durable. After an `EventLogError` any part may be there, and twice if sent again; after others nothing. */
  append(records: readonly LogRecord[]): Promise<readonly number[]>;
  /** Joins a group. `own` runs once per partition gained; the partition is given up only after it returned. */
  join(group: string, topics: readonly string[], own: (owned: OwnedPartition) => Promise<void>): Promise<{ leave(): Promise<void> }>;
  /** Reads outside any group. Resolves with nothing after `waitMs`. */
  read(topic: string, partition: number, offset: number, bounds: ReadBounds): Promise<readonly StoredRecord[]>;
  /** First and next offset of every partition of a topic. */
  bounds(topic: string): Promise<readonly { readonly start: number; readonly end: number }[]>;
  close(): Promise<void>;
}
