import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dischargeRecord, testPorts } from './batch-fixture.ts';
import { type EventRecord, eventFromRecord, parseRecord } from './event-from-record.ts';
import { plainEvent } from './plain-event.ts';

const text = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Z0-9-]{1,12}$/) },
  fc.constantFrom('', ' x', '大连', 'a\u200bb', 'a b', 'x'.repeat(41), 'x'.repeat(201)),
);
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 2 });
const callId = fc.constantFrom('9319466:CNDLC:126W', '9319466:CNDAL:126W', '9319466:XXXXX:1', '9319466:CNDLC', 'a:CNDLC:b:c');
const id = fc.oneof(fc.constantFrom('QXRU0000015', 'QXRU0000016', 'qxru0000010'), callId, text);
const time = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }) },
  fc.constantFrom(0, -1, Date.UTC(2999, 0), 8.64e15, Number.MAX_SAFE_INTEGER, Date.UTC(2100, 0)),
);
const details = fc.oneof(
  fc.constantFrom('{}', '[]', 'null', '1', '{', '{"n":9007199254740993}', '{"a":{"b":[1]}}', '{"a":1.5}', '{"__proto__":1}'),
  fc.json({ maxDepth: 2 }),
);

const record: fc.Arbitrary<EventRecord> = fc
  .record({
    id: text,
    action: fc.oneof({ weight: 5, arbitrary: fc.constant('report') }, fc.constantFrom('correct', 'cancel', 'delete')),
    replaces: maybe(fc.record({ source: text, id: text })),
    port: fc.constantFrom('CNDLC', 'CNDAL', 'CNYTG', 'CNXXX'),
    source: text,
    agency: fc.constantFrom('terminal', 'customs'),
    code: fc.constantFrom('terminal.discharged', 'customs.released', 'carrier.bill-linked', 'terminal.vanished'),
    subject: fc.record({ type: fc.constantFrom('container', 'bill', 'declaration', 'call'), id, kind: maybe(text) }),
    references: fc.array(
      fc.record({
        type: fc.constantFrom('container', 'bill', 'call', 'truck', 'seal', 'ship'),
        id,
        kind: maybe(text),
        relation: maybe(text),
      }),
      {
        maxLength: 3,
      },
    ),
    classifier: fc.constantFrom('actual', 'planned', 'estimated', 'guessed'),
    occurredAt: time,
    occurredAtText: maybe(text),
    zoneRule: maybe(fc.constantFrom('offset', 'port', 'moon')),
    recordedAt: maybe(time),
    location: maybe(fc.record({ facility: maybe(text), berth: maybe(text), gate: maybe(text), position: maybe(text) })),
    parties: fc.array(fc.record({ role: text, code: text, name: maybe(text) }), { maxLength: 2 }),
    details: maybe(details),
  })
  // Most records differ from a good one in a single place, so that both ways are walked.
  .chain((odd) => fc.constantFrom(...Object.keys(odd)).map((name) => dischargeRecord({ [name]: odd[name as keyof typeof odd] })));

test('a plain record gives the event that the full parser gives', () => {
  fc.assert(
    fc.property(record, (value) => {
      expect(eventFromRecord(value, testPorts)).toEqual(parseRecord(value, testPorts));
    }),
    { numRuns: 3_000 },
  );
});

test('an ordinary record is plain, and the full parser agrees', () => {
  const value = dischargeRecord({ location: { facility: 'DCT', berth: null, gate: null, position: null } });
  const plain = plainEvent(value, testPorts);
  expect(plain).toBeDefined();
  expect(parseRecord(value, testPorts)).toEqual({ ok: true, value: plain });
});
