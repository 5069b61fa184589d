import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameWriter, readFrames } from './record-frame.ts';
import { maxStreams, offsetOf, recordId, streamOf } from './record-id.ts';

const record = fc.record({
  topic: fc.constant('t'),
  partition: fc.constant(3),
  key: fc.option(fc.string({ unit: 'grapheme' })),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  headers: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { maxKeys: 4 }),
});

test('records come out of frames as they went in, however the buffer had to grow', () => {
  fc.assert(
    fc.property(fc.array(record), fc.integer({ min: 1, max: 100 }), (records, initialBytes) => {
      const writer = createFrameWriter(initialBytes);
      records.forEach((it, at) => {
        writer.add(recordId(5, at), 1_790_000_000_000 + at, it);
      });
      const read = readFrames(writer.take(), (stream) => ({ topic: stream === 5 ? 't' : '', partition: 3 }));
      expect(read.map(({ headers }) => Object.entries(headers ?? {}))).toEqual(records.map(({ headers }) => Object.entries(headers)));
      expect(read.map(({ headers: _, ...rest }) => rest)).toEqual(
        records.map(({ headers: _, ...rest }, at) => ({ ...rest, offset: at, timestamp: 1_790_000_000_000 + at })),
      );
    }),
  );
});

test('the highest id is a safe integer and gives stream and offset back', () => {
  const highest = recordId(maxStreams - 1, 2 ** 40 - 1);
  expect(Number.isSafeInteger(highest)).toBe(true);
  expect([streamOf(highest), offsetOf(highest)]).toEqual([maxStreams - 1, 2 ** 40 - 1]);
});
