import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from './scan-json.ts';

const limits = { maxDepth: 8, maxItems: 5 };
const scan = (text: string) => scanJson(text, 'events', limits);
const problemsOf = (text: string) => scan(text).items.map((i) => i.problems.map((p) => p.pointer));

test('every element of the watched array is found where it stands, however the text is spaced', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(fc.array(json, { maxLength: 5 }), json, fc.constantFrom(undefined, 1, '\t'), (events, other, space) => {
      const text = JSON.stringify({ other, events, more: { events: [1, 2] } }, null, space);
      const found = scanJson(text, 'events', { maxDepth: 20, maxItems: 5 }).items.map((i) => JSON.parse(text.slice(i.start, i.end)));
      expect(found).toEqual(JSON.parse(JSON.stringify(events)));
    }),
  );
});

test('a key that stands twice is found in its item, escaped or not', () => {
  expect(problemsOf('{"events":[{"a":1},{"b":{"x":1,"x":2}},{"c":1,"\\u0063":2}]}')).toEqual([[], ['/b/x'], ['/c']]);
});

test.each(['9007199254740993', '-9007199254740993', '1e400', '123456789012345678901234567890', '0.12345678901234567890', '1e20'])(
  'the number %s is refused: a double does not keep it',
  (number) => {
    expect(problemsOf(`{"events":[{"n":${number}}]}`)).toEqual([['/n']]);
  },
);

test.each(['9007199254740991', '0', '-1.5', '121.49700000000001', '1e3', '0.1', '1E-7'])('the number %s is taken', (number) => {
  expect(problemsOf(`{"events":[{"n":${number}}]}`)).toEqual([[]]);
});

test('half a surrogate pair is refused in values and keys, a whole pair is taken', () => {
  expect(problemsOf('{"events":[{"a":"\\ud83d"},{"\\udc00":1},{"a":"\\ud83d\\ude80"}]}')).toEqual([['/a'], ['/\udc00'], []]);
});

test('problems outside the items stand apart', () => {
  expect(scan('{"a":1,"a":2,"events":[]}').problems).toMatchObject([{ code: 'CQ_JSON_INVALID', pointer: '/a' }]);
});

test('depth and count stop the pass at their bounds', () => {
  expect(scan(`{"events":[${'['.repeat(6)}${']'.repeat(6)}]}`)).not.toHaveProperty('stopped');
  expect(scan(`{"events":[${'['.repeat(7)}${']'.repeat(7)}]}`)).toMatchObject({ stopped: 'depth' });
  expect(scan('['.repeat(100_000))).toMatchObject({ stopped: 'depth' });
  expect(scan('{"events":[1,2,3,4,5]}')).not.toHaveProperty('stopped');
  expect(scan('{"events":[1,2,3,4,5,6]}')).toMatchObject({ stopped: 'items' });
});

test('text that is no JSON ends the pass as well', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '1', 'e', '-', 'x', '"events"', ' ', '~'), { maxLength: 40 }),
      (parts) => {
        expect(() => scan(parts.join(''))).not.toThrow();
      },
    ),
  );
});
