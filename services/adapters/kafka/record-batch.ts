import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { crc32c, Reader, readRecord } from '@platformatic/kafka';
import { decompress, TooLargeError } from './decompress.ts';

/*
 * A batch of records as it lies on the broker's disk (https://kafka.apache.org/documentation/#recordbatch), big-endian:
 *   i64 first offset · i32 bytes after it · i32 leader epoch · i8 magic · u32 checksum of all that follows
 *   i16 attributes · i32 last offset - first · i64 first time · i64 greatest time · i64, i16, i32 producer · i32 count · records
 */
const headerBytes = 61;
const lengthEnds = 12;
const magicAt = 16;
const checksumAt = 17;
const attributesAt = 21;
const codecBits = 0b111;
const appendTimeBit = 0b1000;
const controlBit = 0b10_0000;
/** Of a batch that was not opened, so that it fits into a dead letter. */
const maxKeptBytes = 4 * 2 ** 20;

/** A batch that is not opened yet. */
export interface RecordBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Records inside, by its header. */
  readonly count: number;
  readonly bytes: Buffer;
}

/** The whole batches of one answer; brokers may cut the last one off. */
export function batchesIn(bytes: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const end = at + lengthEnds + bytes.readInt32BE(at + 8);
    if (end > bytes.length || end < at + headerBytes) break;
    const firstOffset = Number(bytes.readBigInt64BE(at));
    batches.push({
      firstOffset,
      lastOffset: firstOffset + bytes.readInt32BE(at + 23),
      count: Math.max(0, bytes.readInt32BE(at + 57)),
      bytes: bytes.subarray(at, end),
    });
    at = end;
  }
  return batches;
}

const text = (bytes: Buffer | null): string => bytes?.toString() ?? '';

function readRecords({ firstOffset, bytes, count }: RecordBatch, topic: string, partition: number, maxBytes: number): StoredRecord[] {
  const attributes = bytes.readInt16BE(attributesAt);
  const firstTime = Number(bytes.readBigInt64BE(27));
  const appendTime = (attributes & appendTimeBit) === 0 ? undefined : Number(bytes.readBigInt64BE(35));
  const reader = Reader.from(decompress(attributes & codecBits, bytes.subarray(headerBytes), maxBytes));
  const records: StoredRecord[] = [];
  for (let at = 0; at < count; at++) {
    const { key, value, headers, offsetDelta, timestampDelta } = readRecord(reader);
    const timestamp = appendTime ?? firstTime + Number(timestampDelta);
    const offset = firstOffset + offsetDelta;
    const record = { topic, partition, key: key === null ? null : text(key), value: value && plain(value), offset, timestamp };
    // Later headers win over earlier ones of the same name.
    records.push(headers.length === 0 ? record : { ...record, headers: Object.fromEntries(headers.map(([k, v]) => [text(k), text(v)])) });
  }
  return records;
}

const plain = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function refused(batch: RecordBatch, topic: string, partition: number, problem: Problem): StoredRecord {
  const { bytes, lastOffset } = batch;
  const value = plain(bytes.subarray(0, maxKeptBytes));
  return { topic, partition, key: null, value, offset: lastOffset, timestamp: Number(bytes.readBigInt64BE(35)), refused: problem };
}

/**
 * The records of a batch. Marks of transactions are none. A batch that is damaged, or that would unpack to more than
 * `maxBytes`, is one refused record in the place of all.
 */
export function openBatch(batch: RecordBatch, topic: string, partition: number, maxBytes: number): StoredRecord[] {
  const { bytes } = batch;
  if ((bytes.readInt16BE(attributesAt) & controlBit) !== 0) return [];
  const size = `${bytes.length} packed bytes, of which at most ${maxKeptBytes} are kept`;
  try {
    if (bytes.readInt8(magicAt) !== 2 || bytes.readUInt32BE(checksumAt) !== crc32c(bytes.subarray(attributesAt))) {
      return [refused(batch, topic, partition, problem('CQ_BATCH_DAMAGED', `Send the records again (${size}).`))];
    }
    return readRecords(batch, topic, partition, maxBytes);
  } catch (error) {
    const wrong =
      error instanceof TooLargeError
        ? problem('CQ_TOO_LARGE', `Send batches that unpack to at most ${maxBytes} bytes (${size}).`)
        : problem('CQ_BATCH_DAMAGED', `Send the records again (${size}).`);
    return [refused(batch, topic, partition, wrong)];
  }
}
