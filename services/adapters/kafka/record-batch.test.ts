import { compressionsAlgorithms, crc32c, createRecordsBatch, type MessageRecord } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchesIn, openBatch } from './record-batch.ts';

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const limit = 2 ** 20;
const attributesAt = 21;
const checksumAt = 17;

const message = (key: string | undefined, value: Buffer, headers: readonly (readonly [string, string])[] = []): MessageRecord => ({
  topic: 'test',
  ...(key !== undefined && { key: Buffer.from(key) }),
  value,
  headers: new Map(headers.map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
});

const packed = (compression: (typeof codecs)[number], messages: MessageRecord[]): Buffer =>
  Buffer.from(createRecordsBatch(messages, { compression, producerId: 7n }).buffer);

function opened(bytes: Buffer, maxBytes = limit) {
  return batchesIn(bytes).flatMap((batch) => openBatch(batch, 'test', 3, maxBytes));
}

test.each(codecs)('what was packed with %s comes back as it was', (codec) => {
  const text = fc.string({ unit: 'binary' });
  const records = fc.array(
    fc.record({ key: fc.option(text, { nil: undefined }), value: fc.uint8Array({ maxLength: 3_000 }), headers: fc.dictionary(text, text) }),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(records, (those) => {
      const got = opened(
        packed(
          codec,
          those.map(({ key, value, headers }) => message(key, Buffer.from(value), Object.entries(headers))),
        ),
      );
      expect(got.map(({ offset }) => offset)).toEqual(those.map((_, at) => at));
      got.forEach((record, at) => {
        const { key = null, value, headers } = those[at] ?? { value: undefined, headers: {} };
        expect([record.key, record.partition, record.refused]).toEqual([key, 3, undefined]);
        expect(Buffer.compare(record.value ?? Buffer.alloc(0), value ?? Buffer.alloc(1))).toBe(0);
        expect(Object.entries(record.headers ?? {})).toEqual(Object.entries(headers));
      });
    }),
  );
});

test('a header named like a part of objects is plain data', () => {
  const [record] = opened(packed('zstd', [message('k', Buffer.from('v'), [['__proto__', 'x']])]));
  expect(Object.entries(record?.headers ?? {})).toEqual([['__proto__', 'x']]);
});

test.each(codecs.slice(1))('a batch packed with %s that unpacks to more than the limit is one refused record', (codec) => {
  const bytes = packed(codec, [message('k', Buffer.alloc(3 * limit)), message('k', Buffer.from('small'))]);
  const [record, ...more] = opened(bytes);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ key: null, offset: 1, refused: { code: 'CQ_TOO_LARGE' } });
  expect(Buffer.compare(record?.value ?? Buffer.alloc(0), bytes)).toBe(0);
  expect(opened(bytes, 4 * limit).map(({ value }) => value?.length)).toEqual([3 * limit, 5]);
});

test('blocks of Snappy in the frames of Java producers are opened, and counted against the limit', () => {
  const whole = packed('snappy', [message('k', Buffer.from('quay'))]);
  const block = compressionsAlgorithms.snappy.compressSync(compressionsAlgorithms.snappy.decompressSync(whole.subarray(61)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(block.length);
  const frame = Buffer.concat([Buffer.from('82534e4150505900', 'hex'), Buffer.from('0000000100000001', 'hex'), length, block]);
  const batch = Buffer.concat([whole.subarray(0, 61), frame]);
  batch.writeInt32BE(batch.length - 12, 8);

  const [record] = opened(resealed(batch));
  expect(record?.value && Buffer.from(record.value).toString()).toBe('quay');
  expect(opened(resealed(batch), 4)[0]?.refused?.code).toBe('CQ_TOO_LARGE');
});

test('a flipped bit anywhere in the sealed part is seen', () => {
  const bytes = packed('zstd', [message('k', Buffer.from('quay crane 7'))]);
  fc.assert(
    fc.property(fc.integer({ min: checksumAt, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
      for (const record of opened(flipped)) expect(record.refused?.code).toBe('CQ_BATCH_DAMAGED');
    }),
  );
});

test('hostile bytes under a right checksum end in records or in one refusal, in bounded work', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ maxLength: 400 }), fc.integer(), (codec, body, count) => {
      const batch = Buffer.concat([packed('none', [message('k', Buffer.from('v'))]).subarray(0, 61), body]);
      batch.writeInt32BE(batch.length - 12, 8);
      batch.writeInt16BE(codec, attributesAt);
      batch.writeInt32BE(count, 57);
      const records = opened(resealed(batch), 10_000);
      const refusals = records.filter(({ refused }) => refused);
      expect(refusals.length === 0 || records.length === 1).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('marks of transactions are no records, and a batch that was cut off waits for the rest', () => {
  const bytes = packed('none', [message('k', Buffer.from('v'))]);
  const control = Buffer.from(bytes);
  control.writeInt16BE(0b10_0000, attributesAt);
  expect(opened(resealed(control))).toEqual([]);
  expect(batchesIn(Buffer.concat([bytes, bytes.subarray(0, -1)]))).toHaveLength(1);
});

/** The bytes with the checksum that belongs to them. */
function resealed(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(attributesAt)), checksumAt);
  return batch;
}
