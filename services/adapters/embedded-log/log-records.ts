import { crc32 } from 'node:zlib';
import { damaged } from './failure.ts';
import type { LogCatalog } from './log-catalog.ts';
import type { LogFile } from './log-file.ts';
import type { ReadRange } from './operations.ts';
import { createFrameWriter, type Frames, type FrameWriter, frameHeaderBytes } from './record-frame.ts';
import { offsetOf, recordId } from './record-id.ts';

const firstReadBytes = 64 * 1024;
const checkedPerStream = 10;

/** The records of all streams in the file. */
export interface LogRecords {
  /** Inserts inside a transaction and fills in the offsets; gives the new end of every touched stream. */
  insert(frames: Frames, offsets: Float64Array): Map<number, number>;
  /** One record of every range, then more until `maxBytes` are shared out. Throws when a record is damaged or missing. */
  read(ranges: readonly ReadRange[], maxBytes: number): { frames: Frames; next: number[] };
  /** Reads the newest records of every stream: a damaged end is found before it is continued. */
  check(): void;
}

export function createLogRecords(file: LogFile, catalog: LogCatalog): LogRecords {
  const insertRow = file.db.prepare('INSERT INTO records VALUES (?, ?, ?, ?)');
  const select = file.db.prepare('SELECT id, at, crc, body FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');

  function insert(frames: Frames, offsets: Float64Array): Map<number, number> {
    const bytes = Buffer.from(frames.buffer, 0, frames.length);
    const ends = new Map<number, number>();
    let index = 0;
    for (let start = 0; start < bytes.length; ) {
      const body = start + frameHeaderBytes;
      const end = body + bytes.readUInt32LE(start);
      // A frame that is to be appended carries its stream where a stored one carries its id.
      const stream = bytes.readDoubleLE(start + 4);
      const offset = ends.get(stream) ?? catalog.boundsOf(stream).end;
      const id = recordId(stream, offset);
      bytes.writeDoubleLE(id, start + 4);
      insertRow.run(id, bytes.readDoubleLE(start + 12), crc32(bytes.subarray(start + 4, end)), bytes.subarray(body, end));
      ends.set(stream, offset + 1);
      offsets[index++] = offset;
      start = end;
    }
    return ends;
  }

  /** Adds one range to the writer, until it is over `limit` bytes, and gives the offset to go on from. */
  function readRange({ stream, from, max }: ReadRange, writer: FrameWriter, limit: number): number {
    const { start, end } = catalog.boundsOf(stream);
    const topic = catalog.topicOf(stream);
    const gapsAllowed = topic.cleanup === 'compact';
    const missing = (offset: number) => damaged(`${topic.name} partition ${stream - topic.firstStream} misses offset ${offset}`);
    let next = Math.max(from, start);
    let taken = 0;
    for (const { id, at, crc, body } of select.iterate(recordId(stream, next), recordId(stream, end), max)) {
      const offset = offsetOf(Number(id));
      if (offset !== next && !gapsAllowed) throw missing(next);
      if (crc32(writer.addStored(Number(id), Number(at), body as Uint8Array)) !== crc) {
        throw damaged(`${topic.name} partition ${stream - topic.firstStream} offset ${offset} does not fit its checksum`);
      }
      next = offset + 1;
      taken += 1;
      if (writer.length() > limit) return next;
    }
    if (taken === max || next >= end) return next;
    if (!gapsAllowed) throw missing(next);
    return end;
  }

  function read(ranges: readonly ReadRange[], maxBytes: number): { frames: Frames; next: number[] } {
    const writer = createFrameWriter(firstReadBytes);
    const next = ranges.map((range, at) => readRange(range, writer, (maxBytes * (at + 1)) / ranges.length));
    return { frames: writer.take(), next };
  }

  return {
    insert,
    read,
    check() {
      catalog.bounds().forEach(({ end }, stream) => {
        readRange({ stream, from: end - checkedPerStream, max: checkedPerStream }, createFrameWriter(firstReadBytes), 2 ** 30);
      });
    },
  };
}
