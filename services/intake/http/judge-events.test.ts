import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { expect, test } from 'vitest';
import { fixturePorts } from '../formats/edifact/fixtures/read-fixture.ts';
import { judgeEvents, maxEventBytes } from './judge-events.ts';
import { type BodyItem, readEventsBody } from './read-events-body.ts';

const event = {
  id: 'e1',
  port: 'CNDLC',
  source: 'quayside',
  code: 'terminal.discharged',
  subject: { type: 'container', id: 'JADU2207018' },
  occurredAt: '2026-03-01T09:13:00+08:00',
};
const receivedAt = instant(Date.parse('2026-03-02T00:00Z'));
const judge = (events: readonly unknown[]) => judgeText(JSON.stringify({ events }));
function itemsOf(text: string): readonly BodyItem[] {
  const read = readEventsBody(Buffer.from(text), 1_000);
  if (!read.ok) throw read.error;
  return read.value;
}

const judgeText = (text: string) => judgeEvents(itemsOf(text), fixturePorts, receivedAt);
const outcomes = (events: readonly unknown[]) => judge(events).map((j) => j.outcome);

test('the same event twice in one request is accepted once and named a duplicate', () => {
  const other = { ...event, details: { a: 1, b: 2 } };
  const judged = judge([event, event, { ...other, id: 'e2' }, { ...other, id: 'e2', details: { b: 2, a: 1 } }]);
  expect(judged.map((j) => j.outcome)).toMatchObject([
    { status: 'accepted' },
    { duplicate: true },
    { status: 'accepted' },
    { duplicate: true },
  ]);
  expect(judged.filter((j) => j.event)).toHaveLength(2);
});

test('one identity with two bodies in one request: the first stands, the other is a conflict', () => {
  expect(outcomes([event, { ...event, code: 'terminal.loaded' }])).toMatchObject([
    { status: 'accepted' },
    { status: 'rejected', code: 'CQ_EVENT_CONFLICT' },
  ]);
});

test('the same id at another port or of another source is another event', () => {
  expect(outcomes([event, { ...event, port: 'KRPUS' }, { ...event, source: 'other' }]).every((o) => o.status === 'accepted')).toBe(true);
});

test('a port alias is the same port', () => {
  expect(outcomes([event, { ...event, port: 'CNDAL' }])[1]).toMatchObject({ duplicate: true });
});

test('an event far ahead is accepted and named quarantined', () => {
  expect(outcomes([{ ...event, occurredAt: '2999-01-01T00:00:00Z' }, event])).toEqual([
    { status: 'accepted', id: 'e1', subject: 'JADU2207018', quarantined: true },
    { status: 'rejected', code: 'CQ_EVENT_CONFLICT', pointer: '/id', message: expect.any(String) },
  ]);
});

test('everything that is wrong with an event is told with pointers into it', () => {
  expect(outcomes([{ ...event, code: 'terminal.vanished', port: 'XXNUL' }])).toMatchObject([
    {
      status: 'rejected',
      code: 'CQ_PORT_UNKNOWN',
      pointer: '/port',
      errors: [{ pointer: '/port' }, { code: 'CQ_CODE_UNKNOWN', pointer: '/code' }],
    },
  ]);
});

test('an event over the size of one record is refused, one at the bound is taken', () => {
  const padding = maxEventBytes - JSON.stringify({ ...event, details: { text: '' } }).length;
  const sized = (extra: number) => outcomes([{ ...event, details: { text: 'x'.repeat(padding + extra) } }]);
  expect(sized(0)).toMatchObject([{ status: 'accepted' }]);
  expect(sized(1)).toMatchObject([{ status: 'rejected', code: 'CQ_EVENT_SHAPE' }]);
});

test('__proto__ in the details is plain data', () => {
  const [judged] = judgeText(JSON.stringify({ events: [{ ...event, details: { x: 1 } }] }).replace('"x"', '"__proto__"'));
  expect(judged?.outcome).toMatchObject({ status: 'accepted' });
  expect(JSON.stringify(judged?.event?.details)).toBe('{"__proto__":1}');
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('the bytes of an item are those that were sent', () => {
  const [item] = itemsOf('\ufeff{ "events" : [ { "id":"大连" ,"n": 1.50 } ] }');
  expect(Buffer.from(item?.bytes ?? []).toString()).toBe('{ "id":"大连" ,"n": 1.50 }');
});

test.each([
  ['no JSON', '{"events":[', 'CQ_JSON_INVALID'],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'CQ_JSON_INVALID'],
  ['nesting of 100,000', `{"events":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`, 'CQ_JSON_INVALID'],
  ['the list twice', '{"events":[],"events":[]}', 'CQ_JSON_INVALID'],
  ['an array', '[]', 'CQ_REQUEST_INVALID'],
  ['null', 'null', 'CQ_REQUEST_INVALID'],
  ['no list', '{"events":{}}', 'CQ_REQUEST_INVALID'],
  ['another field', '{"events":[],"dryRun":true}', 'CQ_REQUEST_INVALID'],
  ['too many events', '{"events":[1,2,3]}', 'CQ_REQUEST_INVALID'],
])('a body of %s is refused whole', (_, body, code) => {
  expect(readEventsBody(Buffer.from(body as string), 2)).toMatchObject({ ok: false, error: { code } });
});
