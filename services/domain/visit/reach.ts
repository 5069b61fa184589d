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

/** Which links of the subjects that bear on a box its fold reads; whether they count is known to their speakers. */
const readLinks: Readonly<Record<SubjectType, readonly SubjectType[]>> = {
  container: ['bill', 'declaration', 'call'],
  bill: ['container', 'bill', 'declaration', 'call'],
  declaration: ['container', 'bill'],
  call: ['call'],
};

/** The speakers of the links that a fold reads of some subjects, those subjects left out. */
export function speakersOf(bearing: ReadonlySet<SubjectKey>, subjects: Subjects): Set<SubjectKey> {
  const speakers = new Set<SubjectKey>();
  for (const key of bearing)
    for (const type of readLinks[typeOf(key)])
      for (const { speaker } of subjects.links(key, type)) if (!bearing.has(speaker)) speakers.add(speaker);
  return speakers;
}

/** The type of a subject key. */
export const typeOf = (key: SubjectKey): SubjectType => key.slice(0, key.indexOf(':')) as SubjectType;

/** The id of a subject key. */
export const idOf = (key: SubjectKey): string => key.slice(key.indexOf(':') + 1);

/** Which links to follow from a subject of each type: one of the two tables above. */
export type Along = Readonly<Record<SubjectType, readonly SubjectType[]>>;

/** The subjects one step further along the links, those not found before; they are added to `found`, up to `limit` of them. */
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

/** Everything that is reached from the starts, themselves included, in breadth-first order, up to `limit` subjects. */
export function closure(starts: Iterable<SubjectKey>, along: Along, subjects: Subjects, limit = Number.POSITIVE_INFINITY): Set<SubjectKey> {
  const found = new Set(starts);
  for (let level: Iterable<SubjectKey> = [...found]; ; ) {
    const next = nextLevel(level, along, subjects, found, limit);
    if (next.length === 0) return found;
    level = next;
  }
}
