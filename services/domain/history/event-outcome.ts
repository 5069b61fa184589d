import { type AcceptedEvent, eventKey } from '../events/status-event.ts';
import { cancellationOf, eventLabel, standings } from '../visit/standing.ts';

/** What became of an event that was accepted. */
export interface EventOutcome {
  /** `parked`: it is about an event that has not come. `quarantined`: its time waits for a person. */
  readonly status: 'applied' | 'superseded' | 'cancelled' | 'parked' | 'quarantined';
  /** `source/id` of the message that took it out of effect. */
  readonly by?: string;
}

/** Judges an event among all events of its subject, itself one of them. */
export function outcomeOf(event: AcceptedEvent, events: readonly AcceptedEvent[]): EventOutcome {
  const standing = standings(events).find((s) => s.event === event);
  if (standing) {
    const { status, by } = standing;
    return { status: status === 'effective' ? 'applied' : status, ...(by !== undefined && { by }) };
  }
  if (event.quarantined) return { status: 'quarantined' };
  const cancel = cancellationOf(event, events);
  if (cancel) return { status: 'cancelled', by: eventLabel(cancel) };
  const { action, replaces } = event;
  const isKnown = replaces !== undefined && events.some((e) => eventKey(e) === eventKey(replaces));
  return { status: isKnown && action !== 'correct' ? 'applied' : 'parked' };
}
