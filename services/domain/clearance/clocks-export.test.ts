import { expect, test } from 'vitest';
import { told } from '../visit/story.ts';
import { clockNames, hoursOf, shownClocks } from './clock.ts';
import { hold, inputOf, shown } from './clock-story.ts';
import { clocksOf } from './clocks.ts';

test('S08: export released on arrival, border formalities before sailing, departure confirmed', () => {
  const input = inputOf(
    [
      told('6:00', 'terminal.empty-picked-up', 'C8', 'BK8'),
      told('21:00', 'carrier.bill-linked', 'C8', 'B8 BK8 K8', { direction: 'export' }),
      told('23:00', 'customs.declaration-linked', 'D8', 'B8 C8'),
      told('23:00', 'customs.advance-declared', 'D8'),
      told('30:02', 'terminal.gated-in', 'C8', '', { full: true }),
      told('30:10', 'terminal.arrival-reported', 'C8'),
      told('30:20', 'customs.arrival-report-accepted', 'C8'),
      told('30:50', 'customs.released', 'D8'),
      told('70:00', 'terminal.loaded', 'C8', 'K8'),
      told('74:10', 'border.vessel-exit-cleared', 'K8'),
      told('75:00', 'terminal.vessel-departed', 'K8'),
      told('75:10', 'maritime.departure-reported', 'K8'),
      told('81:00', 'customs.departure-confirmed', 'D8', '', { leg: 'main' }),
    ],
    'C8',
  );
  expect(
    shown(input, 'clearance-export', 'dwell-export', 'border-lag', 'departure-confirm', 'customs-processing', 'clearance-import'),
  ).toEqual({
    'clearance-export': 0.5,
    'dwell-export': 39.97,
    'border-lag': 0.83,
    'departure-confirm': 50.17,
    'customs-processing': 0.5,
    'clearance-import': 'void',
  });
});

test('S09: maritime and border hold time apart, the border one only while the box waits for its vessel', () => {
  const input = inputOf(
    [
      told('0:00', 'carrier.bill-linked', 'C9', 'B9 K9', { direction: 'export' }),
      told('13:00', 'maritime.dg-opening-ordered', 'C9'),
      told('20:00', 'terminal.gated-in', 'C9'),
      told('20:20', 'customs.arrival-report-accepted', 'C9'),
      told('20:30', 'customs.declaration-linked', 'D9', 'B9 C9'),
      told('20:30', 'customs.declaration-submitted', 'D9'),
      told('20:40', 'customs.released', 'D9'),
      told('24:00', 'terminal.moved-to-inspection', 'C9'),
      told('25:00', 'maritime.dg-opening-passed', 'C9'),
      told('40:00', 'terminal.loaded', 'C9', 'K9'),
      told('44:00', 'terminal.vessel-departed', 'K9'),
    ],
    'C9',
    {
      holds: [
        hold('maritime-safety', 'dg-opening', 'C9', '13:00', '25:00'),
        hold('border-inspection', 'border-vessel', 'K9', '30:00', '32:00', { acts: ['discharge', 'load'] }),
        // Placed on the call when this box was on board: its sailing was stopped, not its loading.
        hold('quarantine', 'quarantine-vessel', 'K9', '41:00', '42:00', { acts: ['discharge', 'load'] }),
      ],
    },
  );
  expect(shown(input, 'clearance-export', 'maritime-hold', 'border-hold', 'quarantine-hold', 'dwell-export', 'inspection-total')).toEqual({
    'clearance-export': 0.33,
    'maritime-hold': 12,
    'border-hold': 2,
    'quarantine-hold': 'not-started',
    'dwell-export': 20,
    'inspection-total': 'not-started',
  });
});

test('S10: no clearance clock runs for a transhipment box', () => {
  const input = inputOf(
    [
      told('0:00', 'carrier.bill-linked', 'C10', 'B10 K10', { direction: 'transhipment' }),
      told('10:00', 'terminal.vessel-arrived', 'K10'),
      told('13:00', 'terminal.discharged', 'C10', 'K10'),
      told('15:00', 'customs.onward-move-approved', 'B10', '', { kind: 'transhipment' }),
      told('24:00', 'carrier.bill-linked', 'C10', 'B10 K11'),
      told('60:00', 'terminal.loaded', 'C10', 'K11'),
      told('64:00', 'terminal.vessel-departed', 'K11'),
    ],
    'C10',
  );
  expect(
    shown(input, 'dwell-transhipment', 'clearance-import', 'full-release', 'clearance-export', 'customs-processing', 'dwell-import'),
  ).toEqual({
    'dwell-transhipment': 47,
    'clearance-import': 'void',
    'full-release': 'void',
    'clearance-export': 'void',
    'customs-processing': 'void',
    'dwell-import': 'void',
  });
});

test('S11: an empty box inspected online', () => {
  const input = inputOf(
    [
      told('0:00', 'carrier.bill-linked', 'C11', 'K12', { direction: 'empty' }),
      told('24:00', 'terminal.discharged', 'C11', '', { full: false }),
      told('24:20', 'customs.empty-inspection-ordered', 'C11'),
      told('26:00', 'terminal.moved-to-inspection', 'C11'),
      told('27:00', 'customs.inspection-started', 'C11'),
      told('27:15', 'customs.empty-inspection-passed', 'C11'),
      told('46:00', 'terminal.empty-picked-up', 'C11', 'BK11'),
    ],
    'C11',
    { holds: [hold('customs', 'empty-inspection', 'C11', '24:20', '27:15')] },
  );
  expect(shown(input, 'inspection-total', 'customs-hold', 'dwell-empty', 'clearance-import', 'dwell-import')).toEqual({
    'inspection-total': 2.92,
    'customs-hold': 2.92,
    'dwell-empty': 22,
    'clearance-import': 'void',
    'dwell-import': 'void',
  });
});

test('S14: a visit that ended unseen stops nothing that was running; a late loading brings its figures', () => {
  const known = [
    told('0:00', 'carrier.bill-linked', 'C14', 'B14 K15', { direction: 'export' }),
    told('0:30', 'terminal.gated-in', 'C14'),
    told('0:50', 'customs.arrival-report-accepted', 'C14'),
    told('1:00', 'customs.declaration-linked', 'D14', 'B14 C14'),
    told('1:00', 'customs.declaration-submitted', 'D14'),
    told('1:10', 'customs.released', 'D14'),
    told('30:00', 'terminal.vessel-departed', 'K15'),
    told('720:00', 'carrier.bill-linked', 'C14', 'B15 K16', { direction: 'import' }),
    told('740:00', 'terminal.vessel-arrived', 'K16'),
    told('743:00', 'terminal.discharged', 'C14', 'K16'),
  ];
  const unseen = clocksOf(inputOf(known, 'C14'));
  expect([unseen['clearance-export'].state, unseen['dwell-export'].state]).toEqual(['stopped', 'void']);
  expect(clockNames.filter((n) => unseen[n].state === 'running')).toEqual([]);
  const loaded = [...known, told('26:30', 'terminal.loaded', 'C14', 'K15')];
  expect(shown(inputOf(loaded, 'C14'), 'clearance-export', 'dwell-export')).toEqual({ 'clearance-export': 0.33, 'dwell-export': 26 });
  const second = inputOf(loaded, 'C14', { visit: 1 });
  expect(shown(second, 'clearance-import', 'declare-wait', 'customs-processing', 'dwell-import')).toEqual({
    'clearance-import': 'running',
    'declare-wait': 'running',
    'customs-processing': 'not-started',
    'dwell-import': 'running',
  });
});

test('S15: rolled over twice, one stay', () => {
  const input = inputOf(
    [
      told('0:00', 'carrier.bill-linked', 'C15', 'B16 K17', { direction: 'export' }),
      told('10:00', 'terminal.gated-in', 'C15'),
      told('10:20', 'customs.arrival-report-accepted', 'C15'),
      told('10:30', 'customs.declaration-linked', 'D16', 'B16 C15'),
      told('10:30', 'customs.declaration-submitted', 'D16'),
      told('11:00', 'customs.released', 'D16'),
      told('24:00', 'terminal.shut-out', 'C15', 'K17'),
      told('26:00', 'terminal.vessel-departed', 'K17'),
      told('30:00', 'carrier.rolled-over', 'C15', 'B16 K17 K18', { classifier: 'actual' }),
      told('62:00', 'carrier.rolled-over', 'C15', 'B16 K18 K19', { classifier: 'actual' }),
      told('90:00', 'terminal.loaded', 'C15', 'K19'),
      told('93:00', 'terminal.vessel-departed', 'K19'),
    ],
    'C15',
  );
  expect(shown(input, 'clearance-export', 'dwell-export')).toEqual({ 'clearance-export': 0.67, 'dwell-export': 80 });
});

test('S16: cleared inland, by rail to the port; each confirmation of departure has its own value', () => {
  const inland = [
    told('0:00', 'customs.declaration-linked', 'D17', 'B17 C16'),
    told('0:00', 'customs.declaration-submitted', 'D17'),
    told('0:20', 'terminal.arrival-reported', 'C16'),
    told('0:30', 'customs.arrival-report-accepted', 'C16'),
    told('0:50', 'customs.released', 'D17'),
    told('3:30', 'carrier.bill-linked', 'C16', 'B17 K20', { direction: 'export' }),
    told('4:00', 'inland.rail-departed', 'C16'),
    told('4:10', 'customs.departure-confirmed', 'C16', '', { leg: 'inland' }),
  ];
  const underway = clocksOf(inputOf(inland, 'C16'));
  expect([underway['onward-rail'].state, underway['departure-confirm'].state]).toEqual(['running', 'running']);
  const input = inputOf(
    [
      ...inland,
      told('16:00', 'inland.rail-arrived', 'C16'),
      told('17:00', 'terminal.gated-in', 'C16', '', { full: true, mode: 'rail' }),
      told('17:40', 'customs.arrival-report-accepted', 'C16'),
      told('40:00', 'terminal.loaded', 'C16', 'K20'),
      told('44:00', 'terminal.vessel-departed', 'K20'),
      told('47:00', 'customs.departure-confirmed', 'D17', '', { leg: 'main' }),
    ],
    'C16',
  );
  expect(shown(input, 'clearance-export', 'onward-rail', 'dwell-export', 'departure-confirm')).toEqual({
    'clearance-export': 0.33,
    'onward-rail': 12,
    'dwell-export': 23,
    'departure-confirm': 46.17,
  });
  const byName = new Map(shownClocks(clocksOf(input)).map(([name, clock]) => [name, hoursOf(clock)]));
  expect([byName.get('departure-confirm-inland'), byName.get('departure-confirm-main')]).toEqual([3.33, 46.17]);
});
