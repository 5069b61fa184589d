import type { VisitState } from './visit.ts';

const records: readonly (keyof VisitState)[] = ['lanes', 'milestones'];

/** True when two values of plain JSON shape are equal; a missing field equals an undefined one. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  const one = a as Readonly<Record<string, unknown>>;
  const two = b as Readonly<Record<string, unknown>>;
  for (const key in one) if (!isSame(one[key], two[key])) return false;
  for (const key in two) if (one[key] === undefined && two[key] !== undefined) return false;
  return true;
}

/**
 * The fields in which two states of a visit differ, by name; of lanes and milestones the very one, as in
 * `milestones.discharged`. Empty when they are equal; `created` alone for a visit that was not there.
 */
export function changedFields(before: VisitState | undefined, after: VisitState): string[] {
  if (!before) return ['created'];
  const changed: string[] = [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof VisitState>;
  for (const name of names) {
    if (isSame(before[name], after[name])) continue;
    if (!records.includes(name)) {
      changed.push(name);
      continue;
    }
    const was = before[name] as Readonly<Record<string, unknown>>;
    const is = after[name] as Readonly<Record<string, unknown>>;
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) if (!isSame(was[key], is[key])) changed.push(`${name}.${key}`);
  }
  return changed;
}
