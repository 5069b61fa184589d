import { expect, test } from 'vitest';
import { jsonText, maxJsonDepth } from './json-body.ts';

const bytes = (text: string) => Buffer.from(text);
const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));

test('a byte order mark is stripped and everything else kept', () => {
  expect(jsonText(bytes('\ufeff{"a":"通关 \\" [{","n":-0.5}'))).toBe('{"a":"通关 \\" [{","n":-0.5}');
});

test('bytes that are not UTF-8 are refused', () => {
  expect(() => jsonText(Buffer.from([0x22, 0xff, 0x22]))).toThrow('UTF-8');
});

test('nesting is allowed up to the limit and refused above it; brackets in strings do not count', () => {
  expect(jsonText(nested(maxJsonDepth))).toHaveLength(2 * maxJsonDepth);
  expect(() => jsonText(nested(maxJsonDepth + 1))).toThrow('deep');
  expect(() => jsonText(nested(100_000))).toThrow('deep');
  expect(jsonText(bytes(`"${'['.repeat(1000)}"`))).toHaveLength(1002);
});

test.each(['9007199254740993', '[0.1234567890123456789]', '1e400', '-123456789012345678', `1${'0'.repeat(200)}1`])(
  'a number that would lose digits is refused: %s',
  (text) => {
    expect(() => jsonText(bytes(text))).toThrow('strings');
  },
);

test.each(['9007199254740991', '0.30000000000000004', '1e3', '1.50e-7', '1790000000000', '"9007199254740993"', '100000000000000000000'])(
  'a number that keeps its digits is accepted: %s',
  (text) => {
    expect(jsonText(bytes(text))).toBe(text);
  },
);

test('an unclosed string of a megabyte is scanned once', () => {
  expect(jsonText(bytes(`"${'\\"'.repeat(500_000)}`))).toHaveLength(1_000_001);
});
