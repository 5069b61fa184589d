import type { TopicSpec } from '@clearquay/domain/ports/event-log.ts';
import type { EventLogErrorCode } from '@clearquay/domain/ports/event-log-error.ts';
import type { Frames } from './record-frame.ts';

/** Where the log lies and its limits, as the worker needs them. */
export interface LogFileOptions {
  readonly directory: string;
  /** The file may not grow over this many bytes; absent: as much as the disk holds. */
  readonly maxBytes?: number;
  /** Up to this size the structure of the whole file is checked at open; above it, only what is used. */
  readonly checkBytes: number;
  /** The log that has to be there; absent: any, and one that is made when there is none. */
  readonly logId?: string;
}

/** A topic as it stands in the file; its streams are `firstStream … firstStream + partitions - 1`. */
export interface TopicState extends TopicSpec {
  readonly firstStream: number;
}

/** First and next offset of a stream. */
export interface StreamBounds {
  readonly start: number;
  readonly end: number;
}

/** A group's next offset to read in a stream, valid only in the group's newest generation. */
export interface OffsetCommit {
  readonly group: string;
  readonly generation: number;
  readonly stream: number;
  readonly next: number;
}

/** A group with the streams of its topics. */
export interface GroupStreams {
  readonly group: string;
  readonly streams: readonly number[];
}

/** Records that a group has committed ever, and those that are left to it. */
export interface GroupProgress {
  readonly read: number;
  readonly left: number;
}

/** What a group reads after it was set back: records, and whether older ones are gone because they had their time. */
export interface Rewound {
  readonly records: number;
  readonly isTrimmed: boolean;
}

/** At most `max` records of a stream from an offset on. */
export interface ReadRange {
  readonly stream: number;
  readonly from: number;
  readonly max: number;
}

/** What the worker does: one request, one reply, in the order sent. */
export interface Operations {
  open: { request: LogFileOptions; reply: { topics: TopicState[]; bounds: StreamBounds[] } };
  ensureTopics: { request: readonly TopicSpec[]; reply: { topics: TopicState[]; bounds: StreamBounds[] } };
  /** One durable transaction. `offsets` holds one f64 per record; `ends` the touched streams; `refused` indexes of stale commits. */
  write: {
    request: { frames: Frames; records: number; commits: readonly OffsetCommit[] };
    reply: { offsets: ArrayBuffer; ends: [stream: number, end: number][]; refused: number[] };
  };
  /** Frames of all ranges in their order; `next` says per range where to go on, past gaps that compaction left. */
  read: { request: { ranges: readonly ReadRange[]; maxBytes: number }; reply: { frames: Frames; next: number[] } };
  bounds: { request: { firstStream: number; partitions: number }; reply: StreamBounds[] };
  /** Makes all older generations of the group stale, durably; `committed` pairs streams with next offsets. */
  newGeneration: { request: string; reply: { generation: number; committed: [stream: number, next: number][] } };
  /** One bounded step of retention and compaction; false when nothing is left to do. */
  sweep: { request: { nowMs: number; tombstoneMs: number }; reply: boolean };
  /** Brings everything into the file, named in the reply, and leaves it so: what is appended from now on lies beside it. */
  hold: { request: null; reply: string };
  letGo: { request: null; reply: null };
  progress: { request: GroupStreams; reply: GroupProgress };
  /** Sets a group back to the first record that was appended at or after a time; never forward. */
  rewind: { request: GroupStreams & { sinceMs: number }; reply: Rewound };
  /** Makes a copy a log of its own: its generations are above those that the original will reach. */
  fork: { request: null; reply: null };
  close: { request: null; reply: null };
}

export type Operation = keyof Operations;
export type RequestOf<O extends Operation> = Operations[O]['request'];
export type ReplyOf<O extends Operation> = Operations[O]['reply'];

/** A request on its way to the worker. */
export interface Call<O extends Operation = Operation> {
  readonly id: number;
  readonly operation: O;
  readonly request: RequestOf<O>;
}

/** The worker's answer to the call with the same id. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly reply: ReplyOf<Operation> }
  | { readonly id: number; readonly ok: false; readonly code: EventLogErrorCode; readonly message: string };
