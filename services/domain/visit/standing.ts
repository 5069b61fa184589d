import { type AcceptedEvent, eventKey } from '../events/status-event.ts';
import { compareEvents } from './order.ts';
import { idOf, typeOf } from './reach.ts';
import type { SubjectKey, TimelineEntry } from './visit.ts';

/** Whether an event counts, and which message took it out. */
export interface Standing {
  readonly event: AcceptedEvent;
  readonly status: 'effective' | 'superseded' | 'cancelled';
  /** `source/id` of the correction, the cancellation, or the confirmation that let it in. */
  readonly by?: string;
}

/** How evidence is named to people: `source/id`. */
export const eventLabel = (e: { readonly source: string; readonly id: string }): string => `${e.source}/${e.id}`;

const recorded = (e: AcceptedEvent): number => e.recordedAt ?? e.occurredAt;
const isLater = (a: AcceptedEvent, b: AcceptedEvent): boolean => recorded(a) > recorded(b) || (recorded(a) === recorded(b) && a.id > b.id);

/** Resolves the messages about messages of one set of events. */
class Chains {
  readonly about = new Map<string, AcceptedEvent[]>();
  readonly outcome = new Map<string, Standing>();

  constructor(events: readonly AcceptedEvent[]) {
    for (const event of events) {
      if (event.action === 'report' || !event.replaces) continue;
      const key = eventKey(event.replaces);
      const list = this.about.get(key);
      if (list) list.push(event);
      else this.about.set(key, [event]);
    }
  }

  /** The newest cancellation of a target that is not itself cancelled. */
  cancellation(target: AcceptedEvent, path: readonly string[]): AcceptedEvent | undefined {
    let newest: AcceptedEvent | undefined;
    for (const event of this.about.get(eventKey(target)) ?? [])
      if (
        event.action === 'cancel' &&
        !path.includes(eventKey(event)) &&
        !this.cancellation(event, [...path, eventKey(event)]) &&
        (!newest || isLater(event, newest))
      )
        newest = event;
    return newest;
  }

  /** The winning correction of a target whose own chain still stands, or nothing. */
  correction(target: AcceptedEvent, path: readonly string[]): AcceptedEvent | undefined {
    let best: AcceptedEvent | undefined;
    for (const event of this.about.get(eventKey(target)) ?? []) {
      if (event.action !== 'correct' || path.includes(eventKey(event))) continue;
      if (this.isVoid(event, [...path, eventKey(event)])) continue;
      if (!best || isLater(event, best)) best = event;
    }
    return best;
  }

  isVoid(event: AcceptedEvent, path: readonly string[]): boolean {
    const cancel = this.cancellation(event, path);
    if (!cancel) return false;
    const correction = this.correction(event, path);
    return !correction || recorded(correction) <= recorded(cancel);
  }

  /** Marks a target and every message of its chain. */
  settle(target: AcceptedEvent, path: readonly string[]): void {
    const key = eventKey(target);
    const here = [...path, key];
    const cancel = this.cancellation(target, here);
    const correction = this.correction(target, here);
    const voided = cancel && (!correction || recorded(correction) <= recorded(cancel));
    if (voided) this.outcome.set(key, { event: target, status: 'cancelled', by: eventLabel(cancel) });
    else if (correction) this.outcome.set(key, { event: target, status: 'superseded', by: eventLabel(correction) });
    else this.outcome.set(key, { event: target, status: 'effective' });
    for (const event of this.about.get(key) ?? []) {
      if (event.action !== 'correct' || here.includes(eventKey(event))) continue;
      if (voided) this.outcome.set(eventKey(event), { event, status: 'cancelled', by: eventLabel(cancel) });
      else if (event === correction) this.settle(event, here);
      else this.lose(event, correction, here);
    }
  }

  private lose(event: AcceptedEvent, winner: AcceptedEvent | undefined, path: readonly string[]): void {
    const cancel = this.cancellation(event, [...path, eventKey(event)]);
    const by = cancel ?? winner;
    this.outcome.set(eventKey(event), { event, status: cancel ? 'cancelled' : 'superseded', ...(by && { by: eventLabel(by) }) });
  }
}

/**
 * Which events of a set count (ruling 1): of several live corrections of one target the greatest (recordedAt, id)
 * wins; cancelling a correction restores its target, cancelling the root voids the chain; a cancellation beats a
 * correction unless that is recorded later. Corrections whose target is not in the set are parked: they are left
 * out until it comes, or until a person confirms that they stand alone. Cancelling and confirming messages are not listed;
 * quarantined events are outside until one is confirmed, and what corrects one counts as if it were not.
 */
export function standings(events: readonly AcceptedEvent[]): Standing[] {
  if (!events.some((e) => e.action !== 'report' || e.quarantined)) return events.map((event) => ({ event, status: 'effective' }));
  const confirmed = confirmations(events);
  const counts = (e: AcceptedEvent): boolean => !e.quarantined || confirmed.has(eventKey(e));
  const chains = new Chains(events.filter((e) => counts(e) || e.action === 'report'));
  const alone = confirmed.size > 0 ? confirmedAlone(events, confirmed) : new Set();
  for (const event of events) if (event.action === 'report' || alone.has(event)) chains.settle(event, []);
  return events.flatMap((event): Standing[] => {
    const standing = counts(event) ? chains.outcome.get(eventKey(event)) : undefined;
    if (!standing) return [];
    const by = standing.status === 'effective' && (event.quarantined || alone.has(event)) ? confirmed.get(eventKey(event)) : undefined;
    return [by ? { ...standing, by: eventLabel(by) } : standing];
  });
}

/** The corrections of a set that are confirmed and correct nothing of it. */
function confirmedAlone(events: readonly AcceptedEvent[], confirmed: ReadonlyMap<string, AcceptedEvent>): Set<AcceptedEvent> {
  const known = new Set(events.map(eventKey));
  const isAlone = ({ action, replaces }: AcceptedEvent): boolean =>
    action === 'correct' && replaces !== undefined && !known.has(eventKey(replaces));
  return new Set(events.filter((e) => confirmed.has(eventKey(e)) && isAlone(e)));
}

/** The confirmations of a set by the `eventKey` of their target. */
function confirmations(events: readonly AcceptedEvent[]): ReadonlyMap<string, AcceptedEvent> {
  const found = new Map<string, AcceptedEvent>();
  for (const event of events) {
    if (event.action !== 'confirm' || !event.replaces) continue;
    const key = eventKey(event.replaces);
    const known = found.get(key);
    if (!known || event.id < known.id) found.set(key, event);
  }
  return found;
}

/** The cancellation of an event that stands among the events of its subject, or nothing. */
export const cancellationOf = (event: AcceptedEvent, events: readonly AcceptedEvent[]): AcceptedEvent | undefined =>
  new Chains(events.filter((e) => !e.quarantined)).cancellation(event, [eventKey(event)]);

/**
 * The events of a subject whose standing one of them can change: those that are tied to it by corrections and
 * cancellations in any number of steps, itself first. `events` need not hold it yet.
 */
export function chainOf(event: AcceptedEvent, events: readonly AcceptedEvent[]): AcceptedEvent[] {
  const chain = [event];
  if (!event.replaces && !events.some((e) => e.replaces)) return chain;
  const keys = new Set([eventKey(event)]);
  for (const { replaces } of chain) {
    if (replaces) keys.add(eventKey(replaces));
    for (const other of events)
      if (!chain.includes(other) && (keys.has(eventKey(other)) || (other.replaces && keys.has(eventKey(other.replaces))))) {
        keys.add(eventKey(other));
        chain.push(other);
      }
  }
  return chain;
}

/** The events of one subject, settled and in the order in which they count. */
export interface Settled {
  readonly entries: readonly Entry[];
  /** `eventKey` of those that do not count, and of corrections whose target has not come. */
  readonly dead: readonly string[];
}

/** An event with its standing and the subject through which it comes. */
export interface Entry extends Standing {
  readonly via: SubjectKey;
  /** The same as a timeline has it: one object per entry, so that a timeline that did not change is cheap to compare. */
  readonly shown: TimelineEntry;
}

function entryOf({ event, status, by }: Standing, via: SubjectKey): Entry {
  const shown = { event, via: { type: typeOf(via), id: idOf(via) }, status, ...(by !== undefined && { by }) };
  return { event, status, ...(by !== undefined && { by }), via, shown };
}

/** The keys of what does not count: events of the set, and targets of confirmations that have not come. */
function deadOf(events: readonly AcceptedEvent[], alive: ReadonlySet<AcceptedEvent>): string[] {
  const dead = events.filter((e) => !alive.has(e)).map(eventKey);
  const targets = new Set(events.flatMap((e) => (e.action === 'confirm' && e.replaces ? [eventKey(e.replaces)] : [])));
  if (targets.size === 0) return dead;
  for (const event of events) targets.delete(eventKey(event));
  return [...dead, ...targets];
}

const remembered = new WeakMap<readonly AcceptedEvent[], { readonly length: number; readonly settled: Settled }>();

/**
 * Settles the events of a subject. Hundreds of boxes read the events of one call, so the answer is remembered for as
 * long as the list, which only grows, has the same length. An entry whose standing did not change stays the same object.
 */
export function settle(via: SubjectKey, events: readonly AcceptedEvent[]): Settled {
  const known = remembered.get(events);
  if (known?.length === events.length) return known.settled;
  const before = new Map(known?.settled.entries.map((e) => [e.event, e]));
  const entries = standings(events)
    .map((s): Entry => {
      const was = before.get(s.event);
      return was && was.status === s.status && was.by === s.by ? was : entryOf(s, via);
    })
    .sort((a, b) => compareEvents(a.event, b.event));
  const alive = new Set(entries.filter((e) => e.status === 'effective').map((e) => e.event));
  const settled = { entries, dead: alive.size === events.length ? [] : deadOf(events, alive) };
  remembered.set(events, { length: events.length, settled });
  return settled;
}
