import { expect, test } from 'vitest';
import { columnWriter } from './column-writer.ts';
import { RowBinaryBuffer } from './row-binary-buffer.ts';

function written(type: string, value: unknown): string {
  const out = new RowBinaryBuffer(1);
  columnWriter(type)(out, value);
  return out.written().toString('hex');
}

test.each([
  ['String', '码头', '06e7a081e5a4b4'],
  ['String', 'x'.repeat(200), `c801${'78'.repeat(200)}`],
  ['String', Uint8Array.of(0, 255, 34), '0300ff22'],
  ['LowCardinality(String)', 'a', '0161'],
  ['FixedString(3)', 'a', '610000'],
  ['UInt8', 255, 'ff'],
  ['UInt16', 513, '0102'],
  ['UInt32', 4_294_967_295, 'ffffffff'],
  ['Int32', -2, 'feffffff'],
  ['UInt64', '18446744073709551615', 'ffffffffffffffff'],
  ['UInt64', 2 ** 40 + 1, '0100000000010000'],
  ['Int64', -1, 'ffffffffffffffff'],
  ['Bool', true, '01'],
  ['Float64', 1.5, '000000000000f83f'],
  ["DateTime64(3, 'UTC')", 4_294_967_297, '0100000001000000'],
  ["DateTime64(3, 'UTC')", -1, 'ffffffffffffffff'],
  ['Nullable(UInt8)', null, '01'],
  ['Nullable(UInt8)', 7, '0007'],
  ['Array(LowCardinality(String))', ['a', 'b'], '0201610162'],
  ['Map(LowCardinality(String), Array(UInt8))', { a: [1], b: [] }, '0201610101016200'],
  ['Map(String, String)', undefined, '00'],
  ['String', undefined, '00'],
  ['UInt64', null, '0000000000000000'],
])('%s %j is written as RowBinary has it', (type, value, hex) => {
  expect(written(type, value)).toBe(hex);
});

test.each([
  ['String', 1],
  ["DateTime64(3, 'UTC')", '2026-01-01'],
  ["DateTime64(3, 'UTC')", 0.5],
  ["DateTime64(3, 'UTC')", Number.NaN],
  ['UInt64', 2 ** 60],
  ['UInt8', 256],
  ['UInt16', -1],
  ['Int32', 2 ** 31],
  ['UInt32', 1.5],
  ['Array(String)', 'a'],
  ['Map(String, String)', 'a'],
  ['FixedString(2)', 'abc'],
])('%s refuses %j', (type, value) => {
  expect(() => written(type, value)).toThrow(TypeError);
});

test.each(['Decimal(10, 2)', "DateTime64(6, 'UTC')", 'Tuple(String, String)'])('%s is refused when the table is first seen', (type) => {
  expect(() => columnWriter(type)).toThrow(TypeError);
});
