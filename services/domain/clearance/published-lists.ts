import type { ClearanceTarget } from './clearance-targets.ts';
import type { FacilityTable } from './facility-rules.ts';
import type { FeeList } from './fee-list.ts';
import type { ServiceLimit } from './service-limits.ts';

/** What is published beside the events: reference data that every fold reads. */
export interface PublishedLists {
  /** What facilities ask for; those that are not listed ask for the defaults. */
  readonly facilities: FacilityTable;
  /** The published service limits, of all versions. */
  readonly serviceLimits: readonly ServiceLimit[];
  /** The versions of the published fee list. */
  readonly feeLists: readonly FeeList[];
  /** The targets of ports for their overall clearance time. */
  readonly clearanceTargets: readonly ClearanceTarget[];
}
