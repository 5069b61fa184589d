import { expect, test } from 'vitest';
import { StoryPort, told } from './story.ts';
import { viewFor } from './view-for.ts';
import type { VisitState } from './visit.ts';

const shared = new StoryPort().apply(
  told('0:00', 'carrier.bill-linked', 'C1', 'B-mine K1', { direction: 'import' }),
  told('0:10', 'carrier.bill-linked', 'C1', 'B-theirs K1', { direction: 'import' }),
  told('1:00', 'customs.declaration-linked', 'D-theirs', 'B-theirs'),
  told('2:00', 'terminal.discharged', 'C1', 'K1'),
  told('3:00', 'terminal.discharged', 'C1', 'K1', { id: 'B-theirs-again', source: 'tally' }),
);
const state = shared.visits('C1')[0]?.state as VisitState;
const sight = (bills: string[]): Parameters<typeof viewFor>[1] => ({
  all: false,
  bills: new Set(bills),
  declarations: new Set(),
  bookings: new Set(),
});

test('a party of a shared box sees its own bill and the logistics, and nothing that names the others', () => {
  const view = viewFor(state, sight(['B-mine']));
  expect(view).toMatchObject({ bills: ['B-mine'], declarations: [], openedAt: state.openedAt, milestones: state.milestones });
  expect(JSON.stringify(view)).not.toContain('theirs');
});

test('who has no paper of the box does not see that it exists; the operator sees it whole', () => {
  expect(viewFor(state, sight(['B-other']))).toBeUndefined();
  expect(viewFor(state, { all: true })).toBe(state);
});
