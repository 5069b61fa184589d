import { expect, test } from 'vitest';
import { told } from '../visit/story.ts';
import { hoursOf } from './clock.ts';
import { hold, inputOf, ready, shown, when } from './clock-story.ts';
import { clocksOf } from './clocks.ts';

const revoked = [
  told('0:00', 'carrier.bill-linked', 'C12', 'B12 K13', { direction: 'import' }),
  told('10:00', 'terminal.vessel-arrived', 'K13'),
  told('13:00', 'terminal.discharged', 'C12'),
  told('14:00', 'customs.declaration-linked', 'D12', 'B12 C12'),
  told('14:00', 'customs.declaration-submitted', 'D12'),
  told('15:00', 'customs.released', 'D12'),
  told('18:00', 'customs.release-revoked', 'D12'),
  told('19:00', 'customs.seized', 'C12', '', { ground: 'ip' }),
];

test('S12: a revoked release reopens the clock, which keeps the first one; overlapping holds count once', () => {
  const input = inputOf(
    [
      ...revoked,
      told('60:00', 'customs.seizure-lifted', 'C12', '', { ground: 'ip' }),
      told('61:00', 'customs.released', 'D12'),
      told('64:00', 'terminal.gated-out', 'C12', '', { to: 'consignee' }),
    ],
    'C12',
    {
      holds: [hold('customs', 'release-revoked', 'D12', '18:00', '61:00'), hold('customs', 'seizure:ip', 'C12', '19:00', '60:00')],
      ready: [ready('15:40', '18:00'), ready('61:00', '64:00')],
    },
  );
  expect(shown(input, 'clearance-import', 'customs-hold', 'release-to-gate-out', 'dwell-import')).toEqual({
    'clearance-import': 51,
    'customs-hold': 43,
    'release-to-gate-out': 3,
    'dwell-import': 51,
  });
  const { startAt, firstStopAt } = clocksOf(input)['clearance-import'];
  expect(hoursOf({ state: 'stopped', startAt: startAt ?? when('0:00'), stopAt: firstStopAt ?? when('0:00') })).toBe(5);
});

test('S12 in the middle: the clock runs again, the first release is kept, and hours need a reader who says the time', () => {
  const input = inputOf(revoked, 'C12', {
    holds: [hold('customs', 'release-revoked', 'D12', '18:00'), hold('customs', 'seizure:ip', 'C12', '19:00')],
    ready: [ready('15:40', '18:00')],
  });
  const clocks = clocksOf(input);
  expect(clocks['clearance-import']).toEqual({ state: 'running', startAt: when('10:00'), firstStopAt: when('15:00') });
  expect(hoursOf(clocks['clearance-import'])).toBeUndefined();
  expect(hoursOf(clocks['clearance-import'], when('20:00'))).toBe(10);
  expect(hoursOf(clocks['customs-hold'], when('20:00'))).toBe(2);
  expect(clocks['release-to-gate-out'].state).toBe('not-started');
});

test('S13: corrections and cancellations leave the figures of the corrected facts', () => {
  const discharged = told('6:00', 'terminal.discharged', 'C13', '', { id: 'x4' });
  const ordered = told('10:00', 'customs.inspection-ordered', 'C13', '', { id: 'x7' });
  const events = [
    told('2:00', 'terminal.vessel-arrived', 'K14'),
    told('2:30', 'carrier.bill-linked', 'C13', 'B13 K14', { direction: 'import' }),
    discharged,
    told('8:00', 'customs.declaration-submitted', 'D13'),
    told('8:00', 'customs.declaration-linked', 'D13', 'B13'),
    ordered,
    { ...ordered, id: 'x7c', action: 'cancel' as const, replaces: { source: ordered.source, id: 'x7' } },
    told('11:00', 'customs.released', 'D13'),
    {
      ...told('6:20', 'terminal.discharged', 'C13', '', { id: 'x4c' }),
      action: 'correct' as const,
      replaces: { source: discharged.source, id: 'x4' },
    },
    told('20:20', 'terminal.gated-out', 'C13', '', { to: 'consignee' }),
  ];
  const input = inputOf(events, 'C13', { ready: [ready('12:10', '20:20')] });
  expect(
    shown(input, 'clearance-import', 'declare-wait', 'discharge-to-release', 'release-to-gate-out', 'dwell-import', 'inspection-total'),
  ).toEqual({
    'clearance-import': 9,
    'declare-wait': 6,
    'discharge-to-release': 4.67,
    'release-to-gate-out': 8.17,
    'dwell-import': 14,
    'inspection-total': 'not-started',
  });
});
