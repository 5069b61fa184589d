import { eventKey } from '../events/status-event.ts';
import type { BillLink, Dossier } from './dossier.ts';
import type { Bond, LinkView } from './link-view.ts';
import { type BillMove, billMoves } from './links.ts';
import { compareEvents } from './order.ts';
import { always, type Spans } from './spans.ts';
import { type Entry, settle } from './standing.ts';
import type { SubjectKey, Subjects } from './visit.ts';

/** One replacement of bills that moves a box, with what it says of that box. */
export interface Replacement {
  readonly entry: Entry;
  readonly moves: readonly BillMove[];
}

/** The replacements that move a box from bill to bill, in order. They may be told of a bill that the box never stood on. */
export function replacementsOf(box: SubjectKey, view: LinkView, subjects: Subjects): Replacement[] {
  const found = new Map<string, Entry>();
  for (const { relation, speaker, event } of view.statements(box, 'bill')) {
    if (relation !== 'replacing' || found.has(event)) continue;
    const entry = settle(speaker, subjects.events(speaker)).entries.find((e) => eventKey(e.event) === event);
    if (entry) found.set(event, entry);
  }
  return [...found.values()]
    .sort((a, b) => compareEvents(a.event, b.event))
    .map((entry) => ({ entry, moves: billMoves(entry.event, box) }));
}

/** The stretches in which a declaration of a bill is about the box: while that is on it, or on one that took its place. */
export function spansOfDeclared(bill: BillLink, bond: Bond, replacements: readonly Replacement[], dossiers: readonly Dossier[]): Spans {
  const keys = new Set([bill.key]);
  for (const key of keys) for (const { moves } of replacements) for (const { from, to } of moves) if (from === key) keys.add(to);
  if (keys.size === 1) return bill.spans === always ? bond.spans : bill.spans;
  return dossiers.flatMap((d) => d.bills.flatMap((b) => (keys.has(b.key) ? b.spans : [])));
}
