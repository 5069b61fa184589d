import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { storyStart, told } from '../visit/story.ts';
import { type Clock, clockNames, hoursOf, millisecondsOf, overRounds } from './clock.ts';
import { endOf, type Stretch, stretch, subtract, union } from './clock-intervals.ts';
import { hold, inputOf, ready, shown, when } from './clock-story.ts';
import { clocksOf } from './clocks.ts';
import { deadlinesOf } from './deadlines.ts';

const landed = [
  told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }),
  told('10:00', 'terminal.vessel-arrived', 'K1'),
  told('13:00', 'terminal.discharged', 'C1', 'K1'),
  told('14:00', 'customs.declaration-linked', 'D1', 'B1 C1'),
  told('14:00', 'customs.declaration-submitted', 'D1'),
];

test('time at an inspection yard outside is shown apart and is no dwell time, also while it lasts', () => {
  const away = [...landed, told('15:00', 'terminal.gated-out', 'C1', '', { to: 'inspection-yard' })];
  const underway = clocksOf(inputOf(away, 'C1'));
  expect([hoursOf(underway['dwell-import'], when('25:00')), hoursOf(underway['off-site'], when('25:00'))]).toEqual([2, 10]);
  const back = [
    ...away,
    told('21:00', 'terminal.gated-in', 'C1', '', { full: true }),
    told('30:00', 'terminal.gated-out', 'C1', '', { to: 'consignee' }),
  ];
  expect(shown(inputOf(back, 'C1'), 'dwell-import', 'off-site')).toEqual({ 'dwell-import': 11, 'off-site': 6 });
});

test('each round of inspection is its own interval; steps nobody told are left out, not made up', () => {
  const input = inputOf(
    [
      ...landed,
      told('15:00', 'customs.inspection-ordered', 'C1', 'D1'),
      told('15:30', 'customs.inspection-ordered', 'C1', 'D1', { source: 'terminal-copy' }),
      told('17:00', 'terminal.moved-to-inspection', 'C1'),
      told('20:00', 'customs.inspection-passed', 'C1'),
      told('30:00', 'customs.inspection-ordered', 'C1', 'D1'),
      told('31:00', 'terminal.moved-to-inspection', 'C1'),
      told('33:00', 'customs.inspection-started', 'C1'),
      told('34:00', 'customs.inspection-passed', 'C1'),
    ],
    'C1',
  );
  expect(shown(input, 'inspection-move', 'inspection-wait', 'inspection-work', 'inspection-total')).toEqual({
    'inspection-move': 3,
    'inspection-wait': 2,
    'inspection-work': 1,
    'inspection-total': 9,
  });
  expect(clocksOf(input)['inspection-total'].rounds).toEqual([
    stretch(when('15:00'), when('20:00')),
    stretch(when('30:00'), when('34:00')),
  ]);
});

test('a release that ends an order without an inspection ends its round', () => {
  const events = [...landed, told('15:00', 'customs.inspection-ordered', 'D1'), told('18:00', 'customs.released', 'D1')];
  const input = inputOf(events, 'C1', { holds: [hold('customs', 'inspection', 'D1', '15:00', '18:00')] });
  expect(shown(input, 'inspection-move', 'inspection-total', 'clearance-import')).toEqual({
    'inspection-move': 'void',
    'inspection-total': 3,
    'clearance-import': 8,
  });
});

test('a waiver ends the counted hold time only for the move that the box waits for', () => {
  const waived = (waives: 'pick-up' | 'load') =>
    inputOf(landed, 'C1', { holds: [hold('customs', 'inspection', 'C1', '14:00', '24:00', { waivedFrom: '16:00', waives: [waives] })] });
  expect(shown(waived('pick-up'), 'customs-hold')).toEqual({ 'customs-hold': 2 });
  expect(shown(waived('load'), 'customs-hold')).toEqual({ 'customs-hold': 10 });
});

test('returns, withdrawn boxes and boxes whose start nobody saw are left out of the figures of clearance', () => {
  const returned = [...landed, told('20:00', 'terminal.gated-out', 'C1', '', { to: 'return' })];
  expect(shown(inputOf(returned, 'C1'), 'clearance-import', 'customs-processing')).toEqual({
    'clearance-import': 'void',
    'customs-processing': 'void',
  });
  const ordered = inputOf(landed, 'C1', { holds: [hold('customs', 'return', 'C1', '20:00')] });
  expect(shown(ordered, 'clearance-import', 'full-release')).toEqual({ 'clearance-import': 'void', 'full-release': 'void' });
  const withdrawn = inputOf(
    [
      told('0:00', 'carrier.bill-linked', 'C2', 'B2 K2', { direction: 'export' }),
      told('1:00', 'terminal.gated-in', 'C2', '', { full: true }),
      told('2:00', 'customs.arrival-report-accepted', 'C2'),
      told('9:00', 'terminal.gated-out', 'C2', '', { full: true }),
    ],
    'C2',
  );
  expect(shown(withdrawn, 'clearance-export', 'dwell-export')).toEqual({ 'clearance-export': 'void', 'dwell-export': 'void' });
  const unseen = inputOf([told('9:00', 'terminal.gated-out', 'C3', '', { full: true })], 'C3');
  expect(shown(unseen, 'clearance-import', 'dwell-import', 'release-to-gate-out')).toEqual({
    'clearance-import': 'void',
    'dwell-import': 'void',
    'release-to-gate-out': 'void',
  });
});

test('a withdrawn declaration is left out; the one that replaces it has its own value', () => {
  const withdrawn = [...landed, told('17:00', 'customs.declaration-withdrawn', 'D1')];
  const waiting = clocksOf(inputOf(withdrawn, 'C1'))['clearance-import'];
  expect([waiting.state, waiting.legs?.map((l) => [l.name, l.state])]).toEqual([
    'running',
    [
      ['D1', 'void'],
      ['B1', 'running'],
    ],
  ]);
  const replaced = inputOf(
    [
      ...withdrawn,
      told('20:00', 'customs.declaration-linked', 'D2', 'B1 C1'),
      told('20:00', 'customs.declaration-submitted', 'D2'),
      told('22:00', 'customs.released', 'D2'),
    ],
    'C1',
  );
  expect(shown(replaced, 'clearance-import', 'declare-wait', 'customs-processing')).toEqual({
    'clearance-import': 12,
    'declare-wait': 10,
    'customs-processing': 2,
  });
});

test('a release or arrival before the start counts nothing, a declaration before it stays negative', () => {
  const early = inputOf([...landed, told('9:00', 'customs.released', 'D1'), told('5:00', 'customs.advance-declared', 'D1')], 'C1');
  expect(shown(early, 'clearance-import', 'customs-processing', 'declare-wait', 'discharge-to-release')).toEqual({
    'clearance-import': 0,
    'customs-processing': 0,
    'declare-wait': -5,
    'discharge-to-release': 0,
  });
});

test('the owner is not waited for while the box may not leave', () => {
  const blocked = clocksOf(inputOf(landed, 'C1', { ready: [ready('15:00', '18:00')] }))['release-to-gate-out'];
  const allowed = clocksOf(inputOf(landed, 'C1', { ready: [ready('15:00', '18:00'), ready('20:00')] }))['release-to-gate-out'];
  expect([blocked.state, allowed.state, hoursOf(allowed, when('26:00'))]).toEqual(['not-started', 'running', 6]);
});

test('a hold on the call counts up to the step that it stops, and not at all for a box it cannot stop', () => {
  const input = inputOf(landed, 'C1', {
    holds: [
      hold('quarantine', 'quarantine-vessel', 'K1', '10:30', '20:00', { acts: ['discharge', 'load'] }),
      hold('maritime-safety', 'vessel-detention', 'K1', '10:30', undefined, { acts: ['sail', 'load'] }),
    ],
  });
  expect(shown(input, 'quarantine-hold', 'maritime-hold')).toEqual({ 'quarantine-hold': 2.5, 'maritime-hold': 'not-started' });
});

const full = [
  ...landed,
  told('14:10', 'customs.declaration-accepted', 'D1'),
  told('15:00', 'customs.inspection-ordered', 'C1', 'D1'),
  told('16:00', 'terminal.moved-to-inspection', 'C1'),
  told('17:00', 'customs.inspection-started', 'C1'),
  told('18:00', 'customs.inspection-passed', 'C1'),
  told('18:10', 'customs.released', 'D1'),
  told('18:20', 'carrier.delivery-order-issued', 'B1', '', { validUntil: '2026-03-09' }),
  told('18:30', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-05' }),
  told('18:40', 'terminal.service-limit-set', 'C1', '', { operation: 'pick-up', limitMinutes: 60 }),
  told('20:00', 'terminal.gated-out', 'C1', '', { to: 'consignee' }),
  told('44:00', 'terminal.empty-returned', 'C1'),
];

test('clocks and deadlines do not depend on the order of receipt', () => {
  const told = { holds: [hold('customs', 'inspection', 'C1', '15:00', '18:00')], ready: [ready('18:20', '20:00')] };
  const read = (events: readonly AcceptedEvent[]) => {
    const input = inputOf(events, 'C1', told);
    return { clocks: clocksOf(input), deadlines: deadlinesOf({ ...input, zone: 'Asia/Shanghai' }) };
  };
  const expected = read(full);
  expect(expected.deadlines).toHaveLength(4);
  fc.assert(
    fc.property(fc.shuffledSubarray(full, { minLength: full.length }), (events) => {
      expect(read(events)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('the steps of an inspection add up to the whole, whenever a reader looks', () => {
  const minutes = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(minutes, minutes, minutes, fc.nat(20_000), (move, wait, work, later) => {
      const offset = (n: number): string => `${15 + Math.floor(n / 60)}:${n % 60}`;
      const events = [
        ...landed,
        told(offset(0), 'customs.inspection-ordered', 'C1', 'D1'),
        told(offset(move), 'terminal.moved-to-inspection', 'C1'),
        told(offset(move + wait), 'customs.inspection-started', 'C1'),
        told(offset(move + wait + work), 'customs.inspection-passed', 'C1'),
      ];
      const now = when(offset(later));
      const until = events.filter((e) => e.occurredAt <= now);
      const clocks = clocksOf(inputOf(until, 'C1'));
      const spent = (clock: Clock): number => millisecondsOf(clock, now) ?? 0;
      expect(spent(clocks['inspection-move']) + spent(clocks['inspection-wait']) + spent(clocks['inspection-work'])).toBe(
        spent(clocks['inspection-total']),
      );
    }),
    { numRuns: 100 },
  );
});

const stretches = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 50 })).map(([from, length]) => stretch(from, from + length)),
  { maxLength: 8 },
);
const minutesIn = (all: readonly Stretch[]): Set<number> => {
  const found = new Set<number>();
  for (const s of all) for (let m: number = s.from; m < endOf(s); m++) found.add(m);
  return found;
};

test('a union counts every moment once, and what is taken out is exactly what is missing', () => {
  fc.assert(
    fc.property(stretches, stretches, (some, others) => {
      const joined = union(some);
      expect(millisecondsOf(overRounds(joined)) ?? 0).toBe(minutesIn(some).size);
      const left = subtract(some, others);
      const expected = [...minutesIn(some)].filter((m) => !minutesIn(others).has(m));
      expect([...minutesIn(left)].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
      expect(union([...some].reverse())).toEqual(joined);
    }),
  );
});

test('hours have two decimals, keep their sign, and are shown by no clock that has not begun', () => {
  const clock = (ms: number): Clock => ({ state: 'stopped', startAt: when('0:00'), stopAt: (storyStart + ms) as ReturnType<typeof when> });
  expect([hoursOf(clock(2 * 3_600_000 + 55 * 60_000)), hoursOf(clock(-90 * 60_000)), hoursOf(clock(-1))]).toEqual([2.92, -1.5, 0]);
  const clocks = clocksOf(inputOf([told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' })], 'C1'));
  expect(clockNames.filter((n) => hoursOf(clocks[n], when('99:00')) !== undefined)).toEqual([]);
});

test('a laboratory clock is void when a release ended the hold without a result', () => {
  const events = [...landed, told('15:00', 'customs.sampled', 'C1'), told('20:00', 'customs.released', 'D1', 'C1')];
  const waiting = inputOf(events.slice(0, -1), 'C1', { holds: [hold('customs', 'sample', 'C1', '15:00')] });
  const abandoned = inputOf(events, 'C1', { holds: [hold('customs', 'sample', 'C1', '15:00', '20:00')] });
  expect([shown(waiting, 'lab').lab, shown(abandoned, 'lab').lab]).toEqual(['running', 'void']);
});

test('a release of one bill of a shared box is about the declaration of that bill alone', () => {
  const events = [
    told('0:00', 'carrier.bill-linked', 'C4', 'M4 K4', { direction: 'import' }),
    told('0:10', 'carrier.bill-linked', 'C4', 'H41 M4'),
    told('0:10', 'carrier.bill-linked', 'C4', 'H42 M4'),
    told('30:00', 'terminal.vessel-arrived', 'K4'),
    told('33:00', 'terminal.discharged', 'C4'),
    told('34:00', 'customs.declaration-linked', 'D41', 'H41'),
    told('34:00', 'customs.declaration-linked', 'D42', 'H42'),
  ];
  const legs = (released: AcceptedEvent) =>
    clocksOf(inputOf([...events, released], 'C4'))['clearance-import'].legs?.map((l) => [l.name, hoursOf(l) ?? l.state]);
  expect(legs(told('36:00', 'customs.released', 'H41'))).toEqual([
    ['D41', 6],
    ['D42', 'running'],
  ]);
  // Of the master, all houses; of the box, the declaration that it names.
  expect(legs(told('36:00', 'customs.released', 'M4'))).toEqual([
    ['D41', 6],
    ['D42', 6],
  ]);
  expect(legs(told('36:00', 'customs.released', 'C4', 'D42'))).toEqual([
    ['D41', 'running'],
    ['D42', 6],
  ]);
});
