import type { Instant } from '../identifiers/instant.ts';

/** How customs inspects, when that is not the plain way. */
export type InspectionMode = 'load-while-inspect' | 'release-then-inspect' | 'inspect-on-discharge' | 'pre-scan' | 'by-the-way';

/** What limits the use of a box or should be known of it, without blocking it (`events.md` sections 5, 6, 8 and 11). */
export type ConditionCode =
  | 'no-sale-or-use'
  | 'destination-inspection'
  | 'inspection-site-only'
  | 'under-customs-control'
  | 'supervised-warehouse-only'
  | 'ship-side'
  | 'direct-load'
  | `inspection-mode:${InspectionMode}`
  | 'filing-rejected'
  | 'short-landed'
  | 'over-landed'
  | 'damaged'
  | 'seal-mismatch'
  | 'weight-mismatch'
  | 'seal-broken'
  | 'discrepancy'
  | 'reefer-out-of-range';

/** One condition, kept for ever: since when and, once ended, until when. */
export interface Condition {
  readonly code: ConditionCode;
  readonly since: Instant;
  readonly until?: Instant;
  /** What it is about: the rejected filing, both seals of a mismatch. */
  readonly about?: readonly string[];
  /** `source/id` of the event that raised it. */
  readonly events: readonly string[];
}

/** The conditions that bind a pick-up, in the order in which they are told (ruling 22). */
export const binding: readonly ConditionCode[] = [
  'supervised-warehouse-only',
  'inspection-site-only',
  'no-sale-or-use',
  'under-customs-control',
  'destination-inspection',
];
