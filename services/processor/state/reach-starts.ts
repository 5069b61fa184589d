import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { typeOf } from '@clearquay/domain/visit/reach.ts';
import { type LinkStatement, type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';

/**
 * The subjects from which an event's effect runs down to boxes: its own, and both ends of what it says about links. A
 * call that a box or bill names is not one of them: the other boxes of that call read nothing of this link.
 */
export function* reachStarts(event: AcceptedEvent, statements: readonly LinkStatement[]): Generator<SubjectKey> {
  yield subjectKey(event.subject);
  for (const { from, to } of statements) {
    const calls = Number(typeOf(from) === 'call') + Number(typeOf(to) === 'call');
    if (calls !== 1 || typeOf(from) !== 'call') yield from;
    if (calls !== 1 || typeOf(to) !== 'call') yield to;
  }
}
