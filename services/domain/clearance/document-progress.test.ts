import { expect, test } from 'vitest';
import { at, told } from '../visit/story.ts';
import { boxClass, documentProgress, paperProgress } from './document-progress.ts';
import { importStories } from './import-stories.ts';
import { stateOf } from './readiness-story.ts';

const boxes = ['C31', 'C32', 'C33', 'C34', 'C35'];
const progress = (type: 'bill' | 'declaration', id: string, time: string) => {
  const known = importStories.partial().filter((e) => e.occurredAt <= at(time));
  return paperProgress(
    type,
    id,
    boxes.map((box) => [stateOf(known, box)]),
  );
};

test('S03: four of five released are partial, never released, until the fifth passes its inspection', () => {
  for (const [type, id] of [
    ['declaration', 'D3'],
    ['bill', 'B3'],
  ] as const) {
    expect(progress(type, id, '27:20')).toMatchObject({ n: 5, released: 4, held: 1, pending: 0, unlinked: 0, state: 'partial' });
    expect(progress(type, id, '30:59').state).toBe('partial');
    expect(progress(type, id, '31:00')).toMatchObject({ n: 5, released: 5, held: 0, state: 'released' });
    expect(progress(type, id, '31:15')).toEqual(progress(type, id, '31:00'));
  }
});

test('declared boxes that are not linked yet are unlinked: the classes and they add up to n', () => {
  const found = documentProgress(5, [{ container: 'C1', class: 'released' }, { container: 'C2', class: 'seized' }, { container: 'C3' }]);
  expect(found).toEqual({
    n: 5,
    seized: 1,
    revoked: 0,
    held: 0,
    pending: 1,
    conditional: 0,
    released: 1,
    unlinked: 2,
    state: 'partial',
    withSeizure: true,
  });
  expect(documentProgress(1, [{ container: 'C1', class: 'released' }, { container: 'C2' }])).toMatchObject({
    n: 2,
    unlinked: 0,
    state: 'partial',
    countConflict: true,
  });
  expect(documentProgress(0, []).state).toBe('pending');
});

test('S04: a box under three bills is released only when all three are', () => {
  const state = stateOf(importStories.groupage(), 'C4');
  expect(state.classes.bills).toEqual({ H41: 'released', H42: 'released', H43: 'pending', M4: 'pending' });
  expect(state.classes.declarations).toEqual({ D41: 'released', D42: 'released' });
  expect(boxClass([state], 'bill', 'H43')).toBe('pending');
  expect(boxClass([state], 'bill', 'B9')).toBeUndefined();
});

test('the class of a box follows its release: revoked, seized, conditional by an onward move', () => {
  const until = (time: string) =>
    stateOf(
      importStories.revoked().filter((e) => e.occurredAt <= at(time)),
      'C12',
    ).classes.declarations['D12'];
  expect(['14:00', '15:00', '18:00', '19:00', '60:00', '61:00'].map(until)).toEqual([
    'pending',
    'released',
    'revoked',
    'seized',
    'revoked',
    'released',
  ]);
  const onward = [...importStories.revoked().slice(0, 5), told('15:00', 'customs.onward-move-approved', 'D12')];
  expect(stateOf(onward, 'C12').classes.bills['B12']).toBe('conditional');
});
