import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultEdifactLimits } from './limits.ts';
import type { Segment } from './segment.ts';
import { createTokenizer } from './tokenizer.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function tokens(input: Uint8Array | string, cuts: readonly number[] = [], limits = defaultEdifactLimits): Segment[] {
  const bytes = Buffer.from(input as string, 'latin1');
  const tokenizer = createTokenizer(latin1, limits);
  const edges = [0, ...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const out = edges.slice(1).flatMap((end, i) => tokenizer.push(bytes.subarray(edges[i], end)));
  return [...out, ...tokenizer.end()];
}

const values = (segment: Segment | undefined): string[][] => (segment?.elements ?? []).map((e) => e.map((c) => c.value));

/** Text made of what the syntax gives meaning to. */
const syntax = fc
  .array(
    fc.constantFrom(
      "UNA:+.? '",
      "UNA:+.?'",
      'UNA;|.\\ ~',
      "UNB+X'",
      'UNZ',
      "'",
      '+',
      ':',
      '?',
      "?'",
      '\r',
      '\n',
      'A',
      'é',
      '~',
      '|',
      ';',
      '\\',
      '12',
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

test('any cutting into chunks gives the same segments', () => {
  fc.assert(
    fc.property(syntax, fc.array(fc.nat(200), { maxLength: 8 }), (text, cuts) => {
      expect(tokens(text, cuts)).toEqual(tokens(text));
    }),
  );
});

test('byte by byte gives the same segments as one piece', () => {
  fc.assert(
    fc.property(syntax, (text) => {
      expect(tokens(text, [...Buffer.from(text, 'latin1').keys()])).toEqual(tokens(text));
    }),
  );
});

test('offset and length of every segment and component are those of its bytes', () => {
  fc.assert(
    fc.property(syntax, (text) => {
      const bytes = Buffer.from(text, 'latin1');
      let end = 0;
      for (const segment of tokens(text)) {
        expect(segment.offset).toBeGreaterThanOrEqual(end);
        expect(bytes.subarray(end, segment.offset).toString('latin1')).toMatch(/^[\r\n]*$/);
        end = segment.offset + segment.length;
        for (const c of segment.elements.flat()) expect(bytes.subarray(c.offset, c.offset + c.length).toString('latin1')).toBe(c.raw);
      }
      expect(bytes.subarray(end).toString('latin1')).toMatch(/^[\r\n]*$/);
    }),
  );
});

test('a released separator is text; the raw text keeps its release character', () => {
  const [segment] = tokens("FTX+A?+B?:C??D?'E+X'");
  expect(values(segment)).toEqual([['FTX'], ["A+B:C?D'E"], ['X']]);
  expect(segment?.elements[1]?.[0]?.raw).toBe("A?+B?:C??D?'E");
});

test('line ends are dropped between segments only, and kept inside, also behind a release character', () => {
  const [first, second] = tokens("\r\nFTX+A\r\nB?\r\nC'\r\n\r\nLOC+9'\n");
  expect(values(first)).toEqual([['FTX'], ['A\r\nB\r\nC']]);
  expect(second).toMatchObject({ tag: 'LOC', offset: 19 });
});

test('a release character at the end of the input is told and kept', () => {
  const [segment] = tokens('FTX+A?');
  expect(segment).toMatchObject({ ended: false, danglingRelease: true });
  expect(values(segment)).toEqual([['FTX'], ['A?']]);
});

test('a UNA sets the separators of its interchange and of no later one', () => {
  const segments = tokens("UNA;|.\\ ~UNB|A;B\\|C~UNZ|1~UNB+D:E'");
  expect(segments.map((s) => s.tag)).toEqual(['UNA', 'UNB', 'UNZ', 'UNB']);
  expect(values(segments[1])).toEqual([['UNB'], ['A', 'B|C']]);
  expect(values(segments[3])).toEqual([['UNB'], ['D', 'E']]);
});

test.each(["UNA:+.?'", 'UNA::.? +', 'UNAabc? d', 'UNA:+.? \n'])('an odd UNA (%j) falls back to the defaults', (una) => {
  const [first, second] = tokens(`${una}UNB+UNOA:2'`);
  expect(first).toMatchObject({ tag: 'UNA', unusable: true });
  expect(values(second)).toEqual([['UNB'], ['UNOA', '2']]);
});

test('a release character of space means that there is none', () => {
  expect(values(tokens("UNA:+.  'FTX+A?'LOC+9'")[1])).toEqual([['FTX'], ['A?']]);
});

test('a segment at the cap is whole, one byte more is a fault and its bytes are not kept', () => {
  const limits = { ...defaultEdifactLimits, segmentBytes: 64, elementBytes: 100 };
  const at = tokens(`FTX+${'x'.repeat(60)}'LOC+9'`, [], limits);
  expect(at[0]).not.toHaveProperty('fault');
  const over = tokens(`FTX+${'x'.repeat(61)}'LOC+9'`, [], limits);
  expect(over[0]).toMatchObject({ tag: 'FTX', fault: 'segment-too-long', length: 66 });
  expect(values(over[1])).toEqual([['LOC'], ['9']]);
});

test('element length, element count and component count have their caps', () => {
  const limits = { ...defaultEdifactLimits, elementBytes: 10, elementsPerSegment: 3, componentsPerElement: 2 };
  const faults = tokens("A+12345678901'B+1+2'B+1+2+3'C+1:2'C+1:2:3'", [], limits).map((s) => s.fault);
  expect(faults).toEqual(['element-too-long', undefined, 'too-many-elements', undefined, 'too-many-components']);
});
