import { expect, test } from 'vitest';
import { instant } from '../identifiers/instant.ts';
import { createPortTable, parsePortRows } from '../identifiers/un-locode.ts';
import { presentEvent } from './event-json.ts';
import { parseStatusEvent } from './parse-event.ts';
import { isQuarantined } from './quarantine.ts';

const ports = createPortTable(parsePortRows('code,aliases,name,name_zh,zone\nCNDLC,CNDAL CNDAG,Dalian,大连,Asia/Shanghai\n'));
const good = {
  id: 'e-1',
  port: 'CNDAL',
  source: 'terminal-a',
  code: 'terminal.discharged',
  subject: { type: 'container', id: 'LNPU1000018' },
  references: [{ type: 'call', id: '9319466:CNDAG:126W' }],
  occurredAt: '2026-03-01T08:00:00+08:00',
  details: { to: 'yard', own: { nested: [1, 2.5, null, 'x'] } },
};

/** The codes and pointers with which a variation of the good event is refused. */
function refused(change: object): string[] {
  const result = parseStatusEvent({ ...good, ...change }, ports);
  return result.ok ? [] : result.error.map((p) => `${p.code} ${p.pointer}`);
}

test('a good event is read with its port and call in canonical form, and every other value as sent', () => {
  const result = parseStatusEvent(good, ports);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  expect(result.value).toMatchObject({
    port: 'CNDLC',
    agency: 'terminal',
    action: 'report',
    classifier: 'actual',
    references: [{ type: 'call', id: '9319466:CNDLC:126W' }],
    occurredAtText: good.occurredAt,
    details: good.details,
  });
  expect(parseStatusEvent(presentEvent(result.value, 'Asia/Shanghai'), ports)).toEqual(result);
});

test.each([
  [{ subject: { type: 'container', id: 'LNPU1000019' } }, 'CQ_CONTAINER_CHECK_DIGIT /subject/id'],
  [{ subject: { type: 'container', id: 'lnpu1000018' } }, 'CQ_CONTAINER_FORMAT /subject/id'],
  [{ subject: { type: 'bill', id: 'B1' } }, 'CQ_CODE_SUBJECT /subject/type'],
  [{ subject: { type: 'ship', id: 'B1' } }, 'CQ_EVENT_SHAPE /subject'],
  [{ references: [{ type: 'container', id: 'LNPU1000019' }] }, 'CQ_CONTAINER_CHECK_DIGIT /references/0/id'],
  [{ references: [{ type: 'call', id: '9319466:XXXXX:126W' }] }, 'CQ_REFERENCE /references/0/id'],
  [{ code: 'terminal.vanished' }, 'CQ_CODE_UNKNOWN /code'],
  [{ agency: 'customs' }, 'CQ_AGENCY_MISMATCH /agency'],
  [{ code: 'terminal.stripped', classifier: 'planned' }, 'CQ_CODE_CLASSIFIER /classifier'],
  [{ port: 'XXXXX' }, 'CQ_PORT_UNKNOWN /port'],
  [{ port: undefined }, 'CQ_PORT_UNKNOWN /port'],
  [{ occurredAt: '2026-03-01T08:00:00' }, 'CQ_TIME_INVALID /occurredAt'],
  [{ occurredAt: 2 ** 53 }, 'CQ_TIME_INVALID /occurredAt'],
  [{ action: 'correct' }, 'CQ_REPLACES_MISSING /replaces'],
  [{ id: '' }, 'CQ_EVENT_ID /id'],
  [{ id: 'e\u200b1' }, 'CQ_EVENT_ID /id'],
  [{ source: 7 }, 'CQ_EVENT_ID /source'],
  [{ details: { n: 2 ** 60 } }, 'CQ_EVENT_SHAPE /details'],
  [{ details: [] }, 'CQ_EVENT_SHAPE /details'],
  [{ colour: 'red' }, 'CQ_EVENT_SHAPE /colour'],
])('%j is refused with %s', (change, expected) => {
  expect(refused(change)).toEqual([expected]);
});

const split = (map: unknown): object => ({ code: 'carrier.bill-replaced', subject: { type: 'bill', id: 'B1' }, details: { map } });
const row = (boxes: unknown, now = 'B2'): object => ({ old: 'B1', new: now, boxes });

test.each([
  [split({}), ['CQ_EVENT_SHAPE /details/map']],
  [split([row('LNPU1000018')]), ['CQ_EVENT_SHAPE /details/map/0']],
  [split([row([], 'B1')]), ['CQ_EVENT_SHAPE /details/map/0']],
  [
    split([row(['LNPU1000018']), row(['LNPU1000019', 'a box', 7])]),
    [
      'CQ_CONTAINER_CHECK_DIGIT /details/map/1/boxes/0',
      'CQ_CONTAINER_FORMAT /details/map/1/boxes/1',
      'CQ_CONTAINER_FORMAT /details/map/1/boxes/2',
    ],
  ],
  [split([row(['LNPU1000018'])]), []],
  [split(undefined), []],
])('a replaced bill with the map of %j is told %j', (change, expected) => {
  expect(refused(change)).toEqual(expected);
});

test('all problems of one event are told at once', () => {
  expect(refused({ id: '', port: 'XXXXX', occurredAt: 'soon' })).toEqual([
    'CQ_EVENT_ID /id',
    'CQ_PORT_UNKNOWN /port',
    'CQ_TIME_INVALID /occurredAt',
  ]);
});

test('an actual time more than 24 h ahead and any time no port can mean are quarantined', () => {
  const now = instant(Date.UTC(2026, 2, 1));
  const when = (year: number, classifier: 'actual' | 'planned' = 'actual'): boolean =>
    isQuarantined({ classifier, occurredAt: instant(Date.UTC(year, 2, 1)) }, now);
  expect([when(2026), when(2027), when(2027, 'planned'), when(2999, 'planned'), when(1970)]).toEqual([false, true, false, true, true]);
});
