import { expect, test } from 'vitest';
import { told } from '../visit/story.ts';
import { conditionsOf, offset, stateOf } from './readiness-story.ts';

const seal = (time: string, action: string, number: string) =>
  told(time, 'customs.seal-recorded', 'C1', '', { action, sealNumber: number });
const story = (...seals: ReturnType<typeof seal>[]) =>
  stateOf([told('1:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'export' }), ...seals], 'C1');

test('a seal of customs is affixed, found intact and removed', () => {
  const state = story(
    seal('2:00', 'affixed', 'X1'),
    seal('17:00', 'verified', 'X1'),
    seal('18:00', 'verified', 'X1'),
    seal('20:00', 'removed', 'X1'),
  );
  expect(state.seals.map((s) => [s.number, ...[s.affixedAt, s.verifiedAt, s.removedAt].map((t) => t && offset(t))])).toEqual([
    ['X1', '2:00', '18:00', '20:00'],
  ]);
  expect(conditionsOf(state)).toEqual([]);
});

test('another seal than the one affixed is a mismatch that shows both, unless the first was removed or none was recorded', () => {
  const differs = story(seal('2:00', 'affixed', 'X1'), seal('17:00', 'verified', 'X2'));
  expect(conditionsOf(differs)).toEqual(['seal-mismatch 17:00-']);
  expect(differs.conditions[0]?.about).toEqual(['X1', 'X2']);
  const resealed = [
    seal('2:00', 'affixed', 'X1'),
    seal('5:00', 'removed', 'X1'),
    seal('5:10', 'affixed', 'X2'),
    seal('17:00', 'verified', 'X2'),
  ];
  expect(conditionsOf(story(...resealed))).toEqual([]);
  expect(conditionsOf(story(seal('17:00', 'verified', 'X2')))).toEqual([]);
});
