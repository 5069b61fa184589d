import type { SubjectType } from '../events/status-event.ts';
import type { SubjectKey, Subjects } from './visit.ts';

/**
 * Which links lead from a subject down to boxes: a call reaches its other names, bills and boxes, a declaration its bills and
 * boxes, a bill its boxes and the bills it stands for (house, master, booking).
 */
export const towardsContainers: Readonly<Record<SubjectType, readonly SubjectType[]>> = {
  container: [],
  bill: ['container', 'bill'],
  declaration: ['container', 'bill'],
  call: ['container', 'bill', 'call'],
};

/** Which links lead from a box up to all that bears on it. A call leads to its other names only. */
export const fromContainer: Readonly<Record<SubjectType, readonly SubjectType[]>> = {
  container: ['bill', 'declaration', 'call'],
  bill: ['bill', 'declaration', 'call'],
  declaration: ['bill'],
  call: ['call'],
};

/** The type of a subject key. */
export const typeOf = (key: SubjectKey): SubjectType => key.slice(0, key.indexOf(':')) as SubjectType;

/** The id of a subject key. */
export const idOf = (key: SubjectKey): string => key.slice(key.indexOf(':') + 1);

/** All subjects found from one along the allowed links, the start included, in breadth-first order. */
export function follow(
  start: SubjectKey,
  along: Readonly<Record<SubjectType, readonly SubjectType[]>>,
  subjects: Subjects,
): Set<SubjectKey> {
  const found = new Set([start]);
  for (const key of found)
    for (const type of along[typeOf(key)]) for (const link of subjects.links(key, type)) found.add(link.from === key ? link.to : link.from);
  return found;
}
