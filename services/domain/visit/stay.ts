import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { ClosedAs, SubjectKey } from './visit.ts';

/** The first move that was seen of a stay; `gone` when it was the closing one. */
export type Opening = 'discharged' | 'gated-in' | 'empty' | 'loaded' | 'gone';

/** One physical stay of a box as its own moves tell it, before bills and calls are joined. */
export interface Stay {
  readonly opening: Opening;
  /** The opening move, or nothing when it was not observed. */
  readonly openedBy?: AcceptedEvent;
  /** Every move of the stay in order, evidence included. */
  readonly moves: AcceptedEvent[];
  /** Moves after the closing that write its tail: gate-out evidence and the empty return. */
  readonly tail: AcceptedEvent[];
  loaded?: AcceptedEvent;
  closed?: { readonly at: Instant; readonly as: ClosedAs; readonly by: AcceptedEvent };
  /** The opening move of the next stay, when this one never closed. */
  supersededBy?: AcceptedEvent;
  /** Out at an inspection yard, expected back. */
  offSite: boolean;
  /** Moves that left the stay open and set no milestone (ruling 28). */
  readonly silent: Set<AcceptedEvent>;
}

const hour = 3_600_000;

/** How long an opening move told again is evidence of the same stay (ruling 29). */
export const retoldWithin = 72 * hour;

export const newStay = (opening: Opening, openedBy?: AcceptedEvent): Stay => ({
  opening,
  ...(openedBy && { openedBy }),
  moves: [],
  tail: [],
  offSite: false,
  silent: new Set(),
});

/** The call that a move names. */
export function callOf(move: AcceptedEvent | undefined): SubjectKey | undefined {
  const call = move?.references.find((r) => r.type === 'call');
  return call && `call:${call.id}`;
}

export const isOpen = (stay: Stay): boolean => !stay.closed && !stay.supersededBy;

/** True when a stay's opening is told again: within 72 h and naming no other call, or naming the same call. */
export function isRetold(stay: Stay, event: AcceptedEvent, canonical: (call: SubjectKey) => SubjectKey): boolean {
  const opened = stay.openedBy;
  if (!opened) return false;
  const told = callOf(event);
  const known = callOf(opened);
  if (told && known) return canonical(told) === canonical(known);
  return Math.abs(event.occurredAt - opened.occurredAt) <= retoldWithin;
}
