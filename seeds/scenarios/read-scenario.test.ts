import { readFileSync } from 'node:fs';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import { parseContainerNumber } from '@clearquay/domain/identifiers/container-number.ts';
import { isImoNumber } from '@clearquay/domain/identifiers/imo-number.ts';
import { createPortTable, parsePortRows } from '@clearquay/domain/identifiers/un-locode.ts';
import { expect, test } from 'vitest';
import { readScenario } from './read-scenario.ts';
import { loadScenario, loadScenarios, scenarioNames } from './scenario-files.ts';

const ports = createPortTable(parsePortRows(readFileSync(new URL('../reference/ports.csv', import.meta.url), 'utf8')));
const scenarios = loadScenarios();

const story = (...lines: string[]): string => ['S99 A test', 'CNDLC Asia/Shanghai from 2026-03-02', ...lines].join('\n');

test('there are twenty-one scenarios, in order', () => {
  expect(scenarios.map((s) => s.name)).toEqual(Array.from({ length: 21 }, (_, i) => `S${String(i + 1).padStart(2, '0')}`));
});

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('intake accepts every event of %s', (_, scenario) => {
  for (const { event } of scenario.deliveries) expect(parseStatusEvent(event, ports)).toMatchObject({ ok: true });
});

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('the identifiers of %s are valid', (_, { ids }) => {
  for (const [name, id] of Object.entries(ids)) {
    if (name.startsWith('C')) expect(parseContainerNumber(id)).toMatchObject({ ok: true });
    if (name.startsWith('D')) expect(id).toMatch(/^[0-9]{18}$/);
    if (name.startsWith('K')) expect([id, isImoNumber(id.split(':')[0] ?? '')]).toEqual([id, true]);
  }
});

test('together the scenarios use every code of the catalogue', () => {
  const used = new Set(scenarios.flatMap((s) => s.deliveries.map((d) => d.event.code)));
  expect(Object.keys(codeRules).filter((code) => !used.has(code))).toEqual([]);
});

test('no two events of all scenarios share an id, but for those delivered twice', () => {
  const bodies = scenarios.flatMap((s) => [...new Set(s.deliveries.map((d) => d.event))]);
  expect(new Set(bodies.map((e) => e.id)).size).toBe(bodies.length);
});

test('a line of an event gives code, subject, references, attributes, place and receipt', () => {
  const { deliveries, start } = readScenario(
    story(
      'names',
      'C1 LNPU1000018',
      'B1 LNB1',
      'K1 9319466:CNDLC:126W',
      'events',
      '+6:00 terminal.discharged C1 > B1 K1 seal:X1 {to yard, mass 12.5, amount 620.00, goods frozen fish, full true, due +48:00, lastFreeDay date+168:00} [consignee LNTRADE] @ DCT-A #4 rx 6:05',
      '+6:00 terminal.discharged C1 !dup 4 rx 8:00',
      '+6:20 terminal.discharged C1 !correct 4 rx 12:30',
      '+7:00 terminal.vessel-arrived (estimated) K1',
    ),
  );
  const [first, again, correction, forecast] = deliveries;
  expect(first?.event).toEqual({
    id: 's99-4',
    action: 'report',
    port: 'CNDLC',
    source: 'dlc-terminal',
    agency: 'terminal',
    code: 'terminal.discharged',
    subject: { type: 'container', id: 'LNPU1000018' },
    references: [
      { type: 'bill', id: 'LNB1' },
      { type: 'call', id: '9319466:CNDLC:126W' },
      { type: 'seal', id: 'X1' },
    ],
    classifier: 'actual',
    occurredAt: '2026-03-02T06:00:00+08:00',
    location: { facility: 'DCT-A' },
    parties: [{ role: 'consignee', code: 'LNTRADE' }],
    details: {
      to: 'yard',
      mass: 12.5,
      amount: '620.00',
      goods: 'frozen fish',
      full: true,
      due: '2026-03-04T00:00:00+08:00',
      lastFreeDay: '2026-03-09',
    },
  });
  expect([(first?.receivedAt ?? 0) - start, (again?.receivedAt ?? 0) - start]).toEqual([365 * 60_000, 480 * 60_000]);
  expect(again?.event).toBe(first?.event);
  expect(correction?.event).toMatchObject({ id: 's99-e03', action: 'correct', replaces: { source: 'dlc-terminal', id: 's99-4' } });
  expect(forecast?.event.classifier).toBe('estimated');
});

test.each([
  ['an unknown code', '+0:00 terminal.exploded C1', 'terminal.exploded'],
  ['an unknown name', '+0:00 terminal.discharged C2', 'C2'],
  ['an offset that is none', '+0:75 terminal.discharged C1', '0:75'],
  ['a message about nothing', '+0:00 terminal.discharged C1 !cancel 9', '#9'],
  ['a word too many', '+0:00 terminal.discharged C1 twice', 'twice'],
])('%s is a defect that names its line', (_, line, named) => {
  const read = (): unknown => readScenario(story('names', 'C1 LNPU1000018', 'events', line));
  expect(read).toThrow(`S99 line 6: `);
  expect(read).toThrow(named);
});

const told = (...lines: string[]) =>
  readScenario(
    story('names', 'C1 LNPU1000018', 'B1 LNB1', 'D1 090820261000000001', 'events', '+0:00 terminal.discharged C1 #1', 'expect', ...lines),
  ).expectations;

test('an expectation says of visits and papers what must be so, and nothing else', () => {
  const [end] = told(
    'at the end',
    'C1 visit 1 import guessed closed gated-out from 1:00 to 2:00',
    'holds: customs inspection on D1 0:10 to 0:50 by #1 waived 0:20',
    'verdict: pickup not-ready because customs-hold inspection D1, eir-missing',
    'clocks: clearance-import 51.00 first 5.00 above 40, lab running',
    'account: CNY charged 620.00 paid 0.00 waived 0.00 open 620.00',
    'seals: X1 affixed 0:10 verified 0:20',
    'C1 visit 2 absent',
    'B1 partial n 5 released 4',
    'delivery: ready since 1:00',
    'D1',
    'clocks: clearance-export absent',
  );
  const at = (time: string): string => `2026-03-02T${time}:00+08:00`;
  expect(end?.visits).toEqual([
    {
      container: 'LNPU1000018',
      nth: 1,
      direction: 'import',
      directionGuessed: true,
      status: 'closed',
      closedAs: 'gated-out',
      openedAt: at('01:00'),
      closedAt: at('02:00'),
      holds: [
        {
          agency: 'customs',
          kind: 'inspection',
          subject: '090820261000000001',
          placedAt: at('00:10'),
          liftedAt: at('00:50'),
          liftedBy: 's99-1',
          waivedFrom: at('00:20'),
        },
      ],
      readiness: [
        {
          move: 'pickup',
          verdict: 'not-ready',
          reasons: [{ code: 'customs-hold', kind: 'inspection', subject: '090820261000000001' }, { code: 'eir-missing' }],
        },
      ],
      clocks: { 'clearance-import': { shows: 51, first: 5, above: 40 }, lab: { shows: 'running' } },
      account: [{ currency: 'CNY', charged: '620.00', paid: '0.00', waived: '0.00', open: '620.00' }],
      seals: [{ number: 'X1', affixedAt: at('00:10'), verifiedAt: at('00:20') }],
    },
    { container: 'LNPU1000018', nth: 2, absent: true },
  ]);
  expect(end?.papers).toEqual([
    {
      type: 'bill',
      id: 'LNB1',
      state: 'partial',
      counts: { n: 5, released: 4 },
      delivery: { verdict: 'ready', since: at('01:00'), reasons: [] },
    },
    { type: 'declaration', id: '090820261000000001', counts: {}, clocks: { 'clearance-export': { shows: 'absent' } } },
  ]);
});

test.each([
  ['a line before any moment', ['C1 visit 1']],
  ['a line of nothing', ['at the end', 'findings: none']],
  ['a line that visits do not have', ['at the end', 'C1 visit 1', 'weather: fine']],
  ['a line of a visit under a bill', ['at the end', 'B1 n 1', 'findings: none']],
  ['a name that objects have anyway', ['at the end', 'C1 visit 1', 'constructor: x']],
  ['a visit with a word too many', ['at the end', 'C1 visit 1 import open from 1:00 sharp']],
  ['a visit that is there and is not', ['at the end', 'C1 visit 1 absent open']],
  ['a bill with a state that is none', ['at the end', 'B1 nearly n 5']],
  ['a hold with a word too many', ['at the end', 'C1 visit 1', 'holds: customs inspection on C1 0:10 until 0:50']],
  ['a move that is none', ['at the end', 'C1 visit 1', 'verdict: stacking ready']],
  ['a reason with two kinds', ['at the end', 'C1 visit 1', 'verdict: pickup not-ready because customs-hold inspection sample']],
  ['a clock without decimals', ['at the end', 'C1 visit 1', 'clocks: lab 5']],
  ['an account without what is open', ['at the end', 'C1 visit 1', 'account: CNY charged 620.00 paid 620.00']],
  ['an id as of no moment', ['at the end', 'C1 visit 1', 'id: as before']],
])('%s is a defect of the file', (_, lines) => {
  expect(() => told(...lines)).toThrow(/^S99 line \d+: /);
});

test('a scenario can be told from another moment on, its attributes included', () => {
  const [name = ''] = scenarioNames();
  const plain = loadScenario(name);
  const day = 24 * 3_600_000;
  const later = plain && loadScenario(name, (plain.start + day) as typeof plain.start);
  expect(later?.deliveries.map((d) => d.occurredAt)).toEqual(plain?.deliveries.map((d) => d.occurredAt + day));
  const freeTime = later?.deliveries.find((d) => d.event.code === 'terminal.free-time-set');
  expect(freeTime?.event.details?.['lastFreeDay']).toBe('2026-03-10');
  expect(loadScenario('s00-none')).toBeUndefined();
});
