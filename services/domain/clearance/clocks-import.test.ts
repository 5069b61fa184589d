import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { told } from '../visit/story.ts';
import { type Clock, hoursOf } from './clock.ts';
import { holdTime } from './clock-holds.ts';
import { joinPaperClocks } from './clock-papers.ts';
import { hold, inputOf, ready, shown, when } from './clock-story.ts';
import { clocksOf } from './clocks.ts';

const linked = (box: string, references: string): AcceptedEvent =>
  told('0:00', 'carrier.bill-linked', box, references, { direction: 'import' });

test('S01: declared in advance, released on the quay, fetched by the owner, returned empty', () => {
  const events = [
    linked('C1', 'B1 K1'),
    told('20:00', 'customs.declaration-linked', 'D1', 'B1 C1'),
    told('20:00', 'customs.advance-declared', 'D1'),
    told('47:30', 'border.vessel-entry-cleared', 'K1'),
    told('48:00', 'terminal.vessel-arrived', 'K1'),
    told('50:00', 'terminal.vessel-berthed', 'K1'),
    told('53:00', 'terminal.discharged', 'C1', 'K1', { to: 'yard' }),
    told('53:20', 'customs.released', 'D1'),
    told('60:20', 'terminal.gated-out', 'C1', '', { to: 'consignee' }),
    told('84:20', 'terminal.empty-returned', 'C1'),
  ];
  const input = inputOf(events, 'C1', { ready: [ready('54:10', '60:20')] });
  expect(
    shown(
      input,
      'clearance-import',
      'declare-wait',
      'customs-processing',
      'discharge-to-release',
      'release-to-gate-out',
      'dwell-import',
      'detention',
      'border-lead',
    ),
  ).toEqual({
    'clearance-import': 5.33,
    'declare-wait': -28,
    'customs-processing': 5.33,
    'discharge-to-release': 0.33,
    'release-to-gate-out': 6.17,
    'dwell-import': 7.33,
    detention: 24,
    'border-lead': -2.5,
  });
  // Put into the yard, seen to berth but not to sail; nothing was inspected or held.
  expect(shown(input, 'ship-side', 'vessel-stay', 'inspection-total', 'customs-hold', 'lab', 'clearance-export', 'dwell-export')).toEqual({
    'ship-side': 'void',
    'vessel-stay': 'running',
    'inspection-total': 'not-started',
    'customs-hold': 'not-started',
    lab: 'not-started',
    'clearance-export': 'void',
    'dwell-export': 'void',
  });
});

test('S02: an inspection is one interval by steps, and its hold the same', () => {
  const input = inputOf(
    [
      linked('C2', 'B2 K2'),
      told('24:00', 'terminal.vessel-arrived', 'K2'),
      told('26:00', 'terminal.vessel-berthed', 'K2'),
      told('29:00', 'terminal.discharged', 'C2', 'K2'),
      told('30:00', 'customs.declaration-linked', 'D2', 'B2 C2'),
      told('30:00', 'customs.declaration-submitted', 'D2'),
      told('30:30', 'customs.inspection-ordered', 'C2', 'D2'),
      told('34:30', 'terminal.moved-to-inspection', 'C2'),
      told('36:00', 'customs.inspection-started', 'C2'),
      told('37:30', 'customs.inspection-passed', 'C2'),
      told('38:30', 'customs.released', 'D2'),
      told('45:10', 'terminal.gated-out', 'C2', '', { to: 'consignee' }),
    ],
    'C2',
    { holds: [hold('customs', 'inspection', 'C2', '30:30', '37:30')], ready: [ready('39:10', '45:10')] },
  );
  expect(
    shown(
      input,
      'clearance-import',
      'declare-wait',
      'customs-processing',
      'inspection-move',
      'inspection-wait',
      'inspection-work',
      'inspection-total',
      'customs-hold',
      'release-to-gate-out',
      'dwell-import',
    ),
  ).toEqual({
    'clearance-import': 14.5,
    'declare-wait': 6,
    'customs-processing': 8.5,
    'inspection-move': 4,
    'inspection-wait': 1.5,
    'inspection-work': 1.5,
    'inspection-total': 7,
    'customs-hold': 7,
    'release-to-gate-out': 6,
    'dwell-import': 16.17,
  });
});

test('S03: a declaration is cleared with its last box; the selected box from the moment its hold is lifted', () => {
  const boxes = ['C31', 'C32', 'C33', 'C34', 'C35'];
  const discharged = ['24:00', '24:10', '24:20', '24:30', '24:40'];
  const events = [
    ...boxes.map((box) => linked(box, 'B3 K3')),
    told('20:00', 'terminal.vessel-arrived', 'K3'),
    ...boxes.map((box, i) => told(discharged[i] ?? '', 'terminal.discharged', box)),
    told('25:00', 'customs.declaration-linked', 'D3', 'B3 C31 C32 C33 C34 C35'),
    told('25:00', 'customs.declaration-submitted', 'D3'),
    told('25:30', 'customs.inspection-ordered', 'C33', 'D3'),
    told('27:00', 'customs.released', 'D3'),
    told('29:00', 'terminal.moved-to-inspection', 'C33'),
    told('30:00', 'customs.inspection-started', 'C33'),
    told('31:00', 'customs.inspection-passed', 'C33'),
    told('31:15', 'customs.released', 'C33', 'D3'),
  ];
  const inputs = boxes.map((box) =>
    inputOf(events, box, { holds: box === 'C33' ? [hold('customs', 'inspection', 'C33', '25:30', '31:00')] : [] }),
  );
  const values = inputs.map((input) => clocksOf(input)['clearance-import']);
  expect(values.map((c) => hoursOf(c))).toEqual([7, 7, 11, 7, 7]);
  const joined = (clocks: readonly Clock[], isWhole = true) =>
    joinPaperClocks(
      clocks.map((c) => ({ 'clearance-import': c })),
      isWhole,
    )['clearance-import'] as Clock;
  expect(hoursOf(joined(values))).toBe(11);
  // A sixth box that nobody has linked yet may still be held.
  expect(joined(values, false).state).toBe('running');
  expect(inputs[2] && shown(inputs[2], 'inspection-total', 'customs-hold')).toEqual({ 'inspection-total': 5.5, 'customs-hold': 5.5 });
  const before = events.filter((e) => e.occurredAt < when('31:00'));
  const held = inputOf(before, 'C33', { holds: [hold('customs', 'inspection', 'C33', '25:30')] });
  const open = inputOf(before, 'C31');
  expect(joined([held, open].map((i) => clocksOf(i)['clearance-import'])).state).toBe('running');
});

test('S04: a shared box runs until its last bill is cleared, each declaration with its own value', () => {
  const documents = hold('customs', 'documents', 'D42', '36:20', '44:00');
  const input = inputOf(
    [
      linked('C4', 'M4 K4'),
      told('0:10', 'carrier.bill-linked', 'C4', 'H41 M4'),
      told('0:10', 'carrier.bill-linked', 'C4', 'H42 M4'),
      told('0:10', 'carrier.bill-linked', 'C4', 'H43 M4'),
      told('30:00', 'terminal.vessel-arrived', 'K4'),
      told('33:00', 'terminal.discharged', 'C4'),
      told('34:00', 'customs.declaration-linked', 'D41', 'H41'),
      told('34:00', 'customs.declaration-submitted', 'D41'),
      told('34:30', 'customs.declaration-linked', 'D42', 'H42'),
      told('34:30', 'customs.declaration-submitted', 'D42'),
      told('36:00', 'customs.released', 'D41'),
      told('36:20', 'customs.documents-required', 'D42'),
      told('40:00', 'terminal.stripped', 'C4'),
      told('44:00', 'customs.documents-satisfied', 'D42'),
      told('44:10', 'customs.released', 'D42'),
    ],
    'C4',
    { holds: [documents] },
  );
  const clearance = clocksOf(input)['clearance-import'];
  expect(clearance.state).toBe('running');
  expect(clearance.legs?.map((l) => [l.name, hoursOf(l) ?? l.state])).toEqual([
    ['D41', 6],
    ['D42', 14.17],
    ['H43', 'running'],
  ]);
  expect(shown(input, 'dwell-import', 'customs-hold', 'detention', 'release-to-gate-out')).toEqual({
    'dwell-import': 7,
    'customs-hold': 3.67,
    detention: 'void',
    'release-to-gate-out': 'void',
  });
  // On the bill the hold counts to its lift, past the closing of the box's visit.
  expect(hoursOf(holdTime([documents], 'customs', 'import'))).toBe(7.67);
});

test('S05: port access stops the import clock, the laboratory and full release run on', () => {
  const input = inputOf(
    [
      linked('C5', 'B5 K5'),
      told('10:00', 'customs.declaration-linked', 'D5', 'B5 C5'),
      told('10:00', 'customs.summary-declared', 'D5'),
      told('24:00', 'terminal.vessel-arrived', 'K5'),
      told('26:00', 'terminal.discharged', 'C5'),
      told('26:30', 'customs.inspection-ordered', 'C5', 'D5'),
      told('29:00', 'customs.sampled', 'C5'),
      told('29:10', 'customs.inspection-passed', 'C5'),
      told('29:30', 'customs.port-access-granted', 'D5'),
      told('29:40', 'customs.conditional-release', 'D5'),
      told('33:00', 'terminal.gated-out', 'C5', '', { to: 'consignee' }),
      told('120:00', 'customs.lab-result-passed', 'C5'),
      told('122:00', 'customs.released', 'D5'),
    ],
    'C5',
    {
      holds: [
        hold('customs', 'inspection', 'C5', '26:30', '29:10'),
        hold('customs', 'sample', 'C5', '29:00', '120:00', { waivedFrom: '29:40', waives: ['pick-up'] }),
      ],
    },
  );
  expect(shown(input, 'clearance-import', 'full-release', 'declare-wait', 'lab', 'customs-hold', 'dwell-import')).toEqual({
    'clearance-import': 5.5,
    'full-release': 98,
    'declare-wait': -14,
    lab: 91,
    'customs-hold': 3.17,
    'dwell-import': 7,
  });
});

test('S06: ship-side pick-up', () => {
  const input = inputOf(
    [
      linked('C6', 'B6 K6'),
      told('6:00', 'customs.declaration-linked', 'D6', 'B6 C6'),
      told('6:00', 'customs.advance-declared', 'D6'),
      told('30:00', 'terminal.vessel-arrived', 'K6'),
      told('30:05', 'customs.released', 'D6'),
      told('31:30', 'terminal.vessel-berthed', 'K6'),
      told('33:10', 'terminal.discharged', 'C6', '', { to: 'truck' }),
      told('33:40', 'terminal.gated-out', 'C6', '', { to: 'consignee' }),
    ],
    'C6',
    { ready: [ready('31:30', '33:40')] },
  );
  expect(
    shown(input, 'clearance-import', 'declare-wait', 'ship-side', 'dwell-import', 'release-to-gate-out', 'discharge-to-release'),
  ).toEqual({
    'clearance-import': 0.08,
    'declare-wait': -24,
    'ship-side': 0.5,
    'dwell-import': 0.5,
    'release-to-gate-out': 0.5,
    'discharge-to-release': 0,
  });
});

test('S07: cold chain', () => {
  const input = inputOf(
    [
      linked('C7', 'B7 K7'),
      told('20:00', 'terminal.vessel-arrived', 'K7'),
      told('22:00', 'terminal.discharged', 'C7'),
      told('23:30', 'customs.declaration-linked', 'D7', 'B7 C7'),
      told('23:30', 'customs.declaration-submitted', 'D7'),
      told('25:00', 'customs.released', 'D7'),
      told('30:00', 'terminal.gated-out', 'C7', '', { to: 'supervised-warehouse' }),
    ],
    'C7',
    { ready: [ready('25:40', '30:00')] },
  );
  expect(shown(input, 'clearance-import', 'discharge-to-release', 'release-to-gate-out', 'dwell-import')).toEqual({
    'clearance-import': 5,
    'discharge-to-release': 3,
    'release-to-gate-out': 4.33,
    'dwell-import': 8,
  });
});
