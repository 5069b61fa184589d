import { expect, test } from 'vitest';
import { importStories } from '../clearance/import-stories.ts';
import { stateOf } from '../clearance/readiness-story.ts';
import { at } from './story.ts';
import { viewFor } from './view-for.ts';

const shared = stateOf(
  importStories.groupage().filter((e) => e.occurredAt <= at('37:00')),
  'C4',
);
const sight = (bills: readonly string[], declarations: readonly string[]) =>
  ({ all: false, bills: new Set(bills), declarations: new Set(declarations), bookings: new Set<string>() }) as const;

test('of a shared box a party learns that other cargo keeps it, never whose or why', () => {
  const view = viewFor(shared, sight(['H41'], ['D41']));
  expect(view?.readiness.pickup?.reasons).toEqual([
    { code: 'eir-missing', events: [] },
    { code: 'other-cargo-in-box', events: [] },
  ]);
  expect(view?.holds).toEqual([]);
  expect(view?.classes).toEqual({ bills: { H41: 'released' }, declarations: { D41: 'released' }, declaredBoxes: {} });
  const text = JSON.stringify(view);
  for (const foreign of ['H42', 'H43', 'M4', 'D42']) expect(text).not.toContain(foreign);
});

test('a party sees the holds on its own papers, and a stranger sees nothing', () => {
  expect(viewFor(shared, sight(['H42'], ['D42']))?.holds).toMatchObject([{ kind: 'documents', subject: { id: 'D42' } }]);
  expect(viewFor(shared, sight(['H99'], []))).toBeUndefined();
  expect(viewFor(shared, { all: true })).toBe(shared);
});
