import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { compressionsAlgorithms } from '@platformatic/kafka';

/** Bytes would unpack to more than the limit. */
export class TooLargeError extends Error {}

// Block sizes by the BD byte of a frame, https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
const lz4BlockBytes = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 2 ** 20, 4 * 2 ** 20];
const lz4UncompressedBit = 0x8000_0000;

const lz4Magic = 0x184d_2204;

/** What LZ4 frames can unpack to: no block is larger than its frame says. */
function lz4Bound(data: Buffer): number {
  let bound = 0;
  for (let at = 0; at + 7 <= data.length && data.readUInt32LE(at) === lz4Magic; ) {
    const flags = data.readUInt8(at + 4);
    const block = lz4BlockBytes[(data.readUInt8(at + 5) >> 4) & 7] ?? 0;
    const [hasBlockSum, hasSize, hasSum, hasDictionary] = [0x10, 0x08, 0x04, 0x01].map((bit) => (flags & bit) !== 0);
    at += 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
    for (let size = data.readUInt32LE(at); size !== 0; size = at + 4 <= data.length ? data.readUInt32LE(at) : 0) {
      const bytes = size % lz4UncompressedBit;
      bound += size >= lz4UncompressedBit ? bytes : block;
      at += 4 + bytes + (hasBlockSum ? 4 : 0);
    }
    at += 4 + (hasSum ? 4 : 0);
  }
  return bound;
}

/** The length that a raw Snappy block begins with, https://github.com/google/snappy/blob/main/format_description.txt */
function snappyLength(data: Buffer): number {
  let length = 0;
  for (let at = 0, shift = 0; at < 5; at++, shift += 7) {
    const byte = data.readUInt8(at);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return length;
}

const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

/** What Snappy bytes unpack to: one block, or the blocks that Java producers frame. */
function snappyBound(data: Buffer): number {
  if (!data.subarray(0, xerial.length).equals(xerial)) return snappyLength(data);
  let bound = 0;
  for (let at = 16; at + 4 <= data.length; at += 4 + data.readUInt32BE(at)) bound += snappyLength(data.subarray(at + 4));
  return bound;
}

const boundedZlib = (work: () => Buffer): Buffer => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw new TooLargeError(error.message);
    throw error;
  }
};

const bounded = (bound: number, maxBytes: number, work: () => Buffer): Buffer => {
  if (bound > maxBytes) throw new TooLargeError(`up to ${bound} bytes`);
  return work();
};

/**
 * Unpacks the records of a batch; `codec` is the number in its attributes. Throws `TooLargeError` before more than
 * `maxBytes` are held, and other errors for bytes that are not what the codec says.
 */
export function decompress(codec: number, data: Buffer, maxBytes: number): Buffer {
  const limit = { maxOutputLength: maxBytes };
  switch (codec) {
    case 0:
      return data;
    case 1:
      return boundedZlib(() => gunzipSync(data, limit));
    case 2:
      return bounded(snappyBound(data), maxBytes, () => compressionsAlgorithms.snappy.decompressSync(data));
    case 3:
      return bounded(lz4Bound(data), maxBytes, () => compressionsAlgorithms.lz4.decompressSync(data));
    case 4:
      return boundedZlib(() => zstdDecompressSync(data, limit));
    default:
      throw new RangeError(`There is no codec ${codec}`);
  }
}
