import type { VisitState } from './visit.ts';

const records: readonly (keyof VisitState)[] = ['lanes', 'milestones'];

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

/**
 * The fields in which two states of a visit differ, by name; of lanes and milestones the very one, as in
 * `milestones.discharged`. Empty when they are equal; `created` alone for a visit that was not there.
 */
export function changedFields(before: VisitState | undefined, after: VisitState): string[] {
  if (!before) return ['created'];
  const changed: string[] = [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof VisitState>;
  for (const name of names) {
    if (same(before[name], after[name])) continue;
    if (!records.includes(name)) {
      changed.push(name);
      continue;
    }
    const was = before[name] as Readonly<Record<string, unknown>>;
    const is = after[name] as Readonly<Record<string, unknown>>;
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) if (!same(was[key], is[key])) changed.push(`${name}.${key}`);
  }
  return changed;
}
