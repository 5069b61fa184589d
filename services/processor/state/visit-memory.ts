import type { TimelineEntry, VisitIdentity, VisitState } from '@clearquay/domain/visit/visit.ts';

/** A visit as it was written last: what the next fold is compared with. */
export interface VisitMemory extends VisitIdentity {
  /** Absent when it was read back from the tables and not folded since. */
  readonly state?: VisitState | undefined;
  /** As it was written last. */
  readonly timeline: readonly TimelineEntry[];
}
