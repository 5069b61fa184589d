import { type Filter, matches } from '@clearquay/domain/stream/filter.ts';
import { reaches } from '../session/membership.ts';
import type { Update } from '../tail/update.ts';

/** The field of a visit that each list of a filter looks at, where it can change in the life of a visit. */
const fields = {
  bills: 'bills',
  declarations: 'declarations',
  bookings: 'bookings',
  calls: 'calls',
  directions: 'direction',
  statuses: 'status',
  holds: 'holds',
} as const satisfies Partial<Record<keyof Filter, string>>;

/**
 * What one revision means for a reader of whom nothing is remembered. A revision that does not match has `left-filter` when
 * it changed a field that the filter looks at: the reader may hold the visit from before. After a takeover the changes
 * that the former owner did not tell are unknown, so any field may have changed.
 */
export function judgeChange(filter: Filter, update: Update): 'delta' | 'left-filter' | 'merged' | 'nothing' {
  if (!reaches(filter, update)) return 'nothing';
  const { codes: _, ...withoutCodes } = filter;
  if (matches(withoutCodes, update)) {
    if (update.merged) return 'merged';
    return matches(filter, update) ? 'delta' : 'nothing';
  }
  const mayHaveChanged = (field: string): boolean => update.cause === 'takeover' || update.changes.includes(field);
  const lists = Object.entries(fields) as [keyof typeof fields, string][];
  return lists.some(([list, field]) => filter[list]?.length && mayHaveChanged(field)) ? 'left-filter' : 'nothing';
}
