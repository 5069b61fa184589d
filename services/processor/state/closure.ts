import type { AcceptedEvent, SubjectType } from '@clearquay/domain/events/status-event.ts';
import { linkStatements } from '@clearquay/domain/visit/links.ts';
import { typeOf } from '@clearquay/domain/visit/reach.ts';
import { type LinkStatement, type SubjectKey, type Subjects, subjectKey } from '@clearquay/domain/visit/visit.ts';

/** Which links to follow from a subject of each type: one of the tables of `domain/visit/reach.ts`. */
export type Along = Readonly<Record<SubjectType, readonly SubjectType[]>>;

/** What one event says about links, each statement once. */
export function statementsOf(event: AcceptedEvent): LinkStatement[] {
  const statements = linkStatements(event);
  if (statements.length < 2) return statements;
  const seen = new Set<string>();
  return statements.filter(({ from, to, op }) => {
    const name = `${from}\u0000${to}\u0000${op}`;
    return !seen.has(name) && seen.add(name);
  });
}

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

/** The subjects one step further along the links, those not found before; they are added to `found`. */
export function nextLevel(
  level: Iterable<SubjectKey>,
  along: Along,
  subjects: Subjects,
  found: Set<SubjectKey>,
  limit: number,
): SubjectKey[] {
  const next: SubjectKey[] = [];
  for (const key of level)
    for (const type of along[typeOf(key)])
      for (const link of subjects.links(key, type)) {
        const other = link.from === key ? link.to : link.from;
        if (found.has(other)) continue;
        if (found.size >= limit) return next;
        found.add(other);
        next.push(other);
      }
  return next;
}

/** Everything that is reached from the starts, themselves included, up to `limit` subjects. */
export function closure(starts: Iterable<SubjectKey>, along: Along, subjects: Subjects, limit: number): Set<SubjectKey> {
  const found = new Set(starts);
  for (let level: Iterable<SubjectKey> = [...found]; ; ) {
    const next = nextLevel(level, along, subjects, found, limit);
    if (next.length === 0) return found;
    level = next;
  }
}
