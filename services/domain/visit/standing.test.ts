import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import { standings } from './standing.ts';
import { at, told } from './story.ts';

const root = told('1:00', 'terminal.discharged', 'C1', '', { id: 'root' });
const about = (id: string, action: 'correct' | 'cancel', target: string, recorded: string): AcceptedEvent => ({
  ...root,
  id,
  action,
  replaces: { source: 'terminal', id: target },
  recordedAt: instant(at(recorded)),
});
const effective = (...events: AcceptedEvent[]): string[] =>
  standings(events)
    .filter((s) => s.status === 'effective')
    .map((s) => s.event.id);

test('of several live corrections of one target the one recorded last wins, by id when equal', () => {
  expect(effective(root, about('a', 'correct', 'root', '2:00'), about('b', 'correct', 'root', '3:00'))).toEqual(['b']);
  expect(effective(root, about('b', 'correct', 'root', '3:00'), about('a', 'correct', 'root', '3:00'))).toEqual(['b']);
});

test('a correction of a correction takes its place, and its cancellation restores it', () => {
  const chain = [root, about('a', 'correct', 'root', '2:00'), about('b', 'correct', 'a', '3:00')];
  expect(effective(...chain)).toEqual(['b']);
  expect(effective(...chain, about('x', 'cancel', 'b', '4:00'))).toEqual(['a']);
});

test('cancelling a correction restores its target; cancelling the root voids the chain', () => {
  expect(effective(root, about('a', 'correct', 'root', '2:00'), about('x', 'cancel', 'a', '3:00'))).toEqual(['root']);
  expect(effective(root, about('a', 'correct', 'root', '2:00'), about('x', 'cancel', 'root', '3:00'))).toEqual([]);
});

test('a cancellation beats a correction of the same target unless that is recorded later', () => {
  expect(effective(root, about('x', 'cancel', 'root', '2:00'), about('a', 'correct', 'root', '3:00'))).toEqual(['a']);
  expect(effective(root, about('x', 'cancel', 'root', '3:00'), about('a', 'correct', 'root', '3:00'))).toEqual([]);
});

test('a correction without its target is parked; a loop of corrections ends', () => {
  expect(standings([about('a', 'correct', 'root', '2:00')])).toEqual([]);
  expect(effective(about('a', 'correct', 'b', '2:00'), about('b', 'correct', 'a', '2:00'))).toEqual([]);
});

test('what was taken out names the message that did it', () => {
  expect(standings([root, about('a', 'correct', 'root', '2:00')])[0]).toMatchObject({ status: 'superseded', by: 'terminal/a' });
  expect(standings([root, about('x', 'cancel', 'root', '2:00')])[0]).toMatchObject({ status: 'cancelled', by: 'terminal/x' });
});

test('a quarantined event is outside the fold', () => {
  expect(standings([{ ...root, quarantined: true }])).toEqual([]);
});
