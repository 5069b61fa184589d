import type { LogRecord, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { offsetOf, streamOf } from './record-id.ts';

/*
 * Records cross between the threads and lie in the file as frames, many in one buffer, all numbers little-endian:
 *   u32 size of body · f64 record id · f64 epoch milliseconds · body
 *   body = u8 flags · [u32 size, key] · [u32 size, headers as JSON] · [value to the end]
 * Id, time and body are contiguous, so one checksum covers them.
 */
export const frameHeaderBytes = 20;
const hasKey = 1;
const hasValue = 2;
const hasHeaders = 4;

/** Bytes of several frames; `buffer` may be longer than `length` and is moved, not copied, between threads. */
export interface Frames {
  readonly buffer: ArrayBuffer;
  readonly length: number;
}

/** Writes frames one after another into a buffer that grows. */
export interface FrameWriter {
  /** Bytes written so far. */
  length(): number;
  /** Adds a record that has no offset yet: the stream stands in the place of the id. */
  add(stream: number, atMs: number, record: LogRecord): void;
  /** Adds a stored body and gives the bytes that its checksum covers, valid until the next call. */
  addStored(id: number, atMs: number, body: Uint8Array): Uint8Array;
  /** Gives the buffer away; the writer must not be used after. */
  take(): Frames;
}

export function createFrameWriter(initialBytes: number): FrameWriter {
  let bytes = Buffer.allocUnsafeSlow(initialBytes);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, length + more));
    bytes.copy(grown, 0, 0, length);
    bytes = grown;
  };
  const writeText = (text: string, at: number): number => {
    const size = bytes.write(text, at + 4);
    bytes.writeUInt32LE(size, at);
    return at + 4 + size;
  };
  const finish = (id: number, atMs: number, end: number): void => {
    bytes.writeUInt32LE(end - length - frameHeaderBytes, length);
    bytes.writeDoubleLE(id, length + 4);
    bytes.writeDoubleLE(atMs, length + 12);
    length = end;
  };
  return {
    length: () => length,
    add(stream, atMs, { key, value, headers }) {
      const headerText = headers === undefined ? '' : JSON.stringify(headers);
      // UTF-8 takes at most three bytes per UTF-16 unit.
      reserve(frameHeaderBytes + 9 + 3 * ((key?.length ?? 0) + headerText.length) + (value?.byteLength ?? 0));
      let end = length + frameHeaderBytes;
      bytes[end++] = (key === null ? 0 : hasKey) | (value === null ? 0 : hasValue) | (headers === undefined ? 0 : hasHeaders);
      if (key !== null) end = writeText(key, end);
      if (headers !== undefined) end = writeText(headerText, end);
      if (value !== null) bytes.set(value, end);
      finish(stream, atMs, end + (value?.byteLength ?? 0));
    },
    addStored(id, atMs, body) {
      reserve(frameHeaderBytes + body.byteLength);
      const start = length;
      bytes.set(body, start + frameHeaderBytes);
      finish(id, atMs, start + frameHeaderBytes + body.byteLength);
      return bytes.subarray(start + 4, length);
    },
    take() {
      // Values are views into this buffer: a reader that keeps one small value must not keep a large buffer with it.
      const { buffer } = bytes.length > 2 * length ? new Uint8Array(bytes.subarray(0, length)) : bytes;
      return { buffer, length };
    },
  };
}

/** Reads frames back; values are views into the buffer. `placeOf` names the topic and partition of a stream. */
export function readFrames(
  frames: Frames,
  placeOf: (stream: number) => { readonly topic: string; readonly partition: number },
): StoredRecord[] {
  const bytes = Buffer.from(frames.buffer, 0, frames.length);
  const records: StoredRecord[] = [];
  for (let start = 0; start < bytes.length; ) {
    const id = bytes.readDoubleLE(start + 4);
    const timestamp = bytes.readDoubleLE(start + 12);
    const end = start + frameHeaderBytes + bytes.readUInt32LE(start);
    let at = start + frameHeaderBytes;
    const flags = bytes.readUInt8(at++);
    let key: string | null = null;
    if ((flags & hasKey) !== 0) {
      const size = bytes.readUInt32LE(at);
      key = bytes.toString('utf8', at + 4, at + 4 + size);
      at += 4 + size;
    }
    let headers: Record<string, string> | undefined;
    if ((flags & hasHeaders) !== 0) {
      const size = bytes.readUInt32LE(at);
      headers = JSON.parse(bytes.toString('utf8', at + 4, at + 4 + size));
      at += 4 + size;
    }
    const value = (flags & hasValue) === 0 ? null : new Uint8Array(frames.buffer, at, end - at);
    const { topic, partition } = placeOf(streamOf(id));
    const record = { topic, partition, key, value, offset: offsetOf(id), timestamp };
    records.push(headers === undefined ? record : { ...record, headers });
    start = end;
  }
  return records;
}
