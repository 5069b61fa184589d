import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { told } from '../visit/story.ts';
import { hoursOf } from './clock.ts';
import { type ClocksOfPaper, joinPaperClocks } from './clock-papers.ts';
import { importStories } from './import-stories.ts';
import { stateOf } from './readiness-story.ts';

const shown = (clocks: ClocksOfPaper | undefined): Record<string, number | string> =>
  Object.fromEntries(Object.entries(clocks ?? {}).map(([name, clock]) => [name, hoursOf(clock) ?? clock.state]));

test('S04: each paper of a shared box has its own clocks, a hold counted to its lift, a master those of its houses', () => {
  const { bills, declarations } = stateOf([...importStories.groupage(), told('30:00', 'terminal.vessel-arrived', 'K4')], 'C4').paperClocks;
  expect(shown(declarations['D41'])).toEqual({ 'clearance-import': 6 });
  expect(shown(declarations['D42'])).toEqual({ 'clearance-import': 14.17 });
  expect(shown(bills['H41'])).toEqual({ 'clearance-import': 6 });
  expect(shown(bills['H42'])).toEqual({ 'clearance-import': 14.17, 'customs-hold': 7.67 });
  expect(shown(bills['H43'])).toEqual({ 'clearance-import': 'running' });
  expect(shown(bills['M4'])).toEqual({ 'clearance-import': 'running', 'customs-hold': 7.67 });
});

const twoBoxes: readonly AcceptedEvent[] = [
  ...['C1', 'C2'].map((box) => told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import', boxes: 2 })),
  told('1:00', 'customs.manifest-accepted', 'B1'),
  told('10:00', 'terminal.vessel-arrived', 'K1'),
  ...['C1', 'C2'].map((box) => told('12:00', 'terminal.discharged', box, 'K1')),
  told('13:00', 'customs.declaration-linked', 'D1', 'B1 C1 C2'),
  told('14:00', 'customs.inspection-ordered', 'C1'),
  told('16:00', 'customs.inspection-passed', 'C1'),
  told('15:00', 'customs.inspection-ordered', 'C2'),
  told('17:00', 'customs.inspection-passed', 'C2'),
  told('18:00', 'customs.inspection-ordered', 'C2'),
  told('19:00', 'customs.inspection-passed', 'C2'),
  told('20:00', 'customs.released', 'D1'),
];

/** The clocks of B1 and D1 over both boxes. */
function over(events: readonly AcceptedEvent[]): readonly Record<string, number | string>[] {
  const states = ['C1', 'C2'].map((box) => stateOf(events, box).paperClocks);
  return [states.map((s) => s.bills['B1'] ?? {}), states.map((s) => s.declarations['D1'] ?? {})].map((boxes) =>
    shown(joinPaperClocks(boxes, true)),
  );
}

test('hold times of boxes that overlap count once, and clearance ends with the last box', () => {
  expect(over(twoBoxes)).toEqual([{ 'clearance-import': 10, 'customs-hold': 4 }, { 'clearance-import': 10 }]);
  const later = [...twoBoxes, told('20:30', 'customs.inspection-ordered', 'C2'), told('25:00', 'customs.inspection-passed', 'C2')];
  expect(over(later)).toEqual([{ 'clearance-import': 15, 'customs-hold': 8.5 }, { 'clearance-import': 15 }]);
  const first = joinPaperClocks(
    ['C1', 'C2'].map((box) => stateOf(later, box).paperClocks.declarations['D1'] ?? {}),
    true,
  )['clearance-import'];
  expect(first?.firstStopAt).toBe(told('20:00', 'customs.released', 'D1').occurredAt);
});

test('a declaration that was withdrawn has no clock, nor has a box that goes back', () => {
  const withdrawn = stateOf([...twoBoxes.slice(0, -1), told('19:30', 'customs.declaration-withdrawn', 'D1')], 'C1');
  expect(withdrawn.paperClocks.declarations).toEqual({});
  expect(shown(withdrawn.paperClocks.bills['B1'])).toEqual({ 'clearance-import': 'running', 'customs-hold': 2 });
  const returned = stateOf([...twoBoxes.slice(0, -1), told('19:30', 'customs.return-ordered', 'C1')], 'C1');
  expect(shown(returned.paperClocks.declarations['D1'])).toEqual({});
});
