import type { TimelineEntry, VisitIdentity } from '@clearquay/domain/visit/visit.ts';

/** A visit as it was written last: what the next fold is compared with. */
export interface VisitMemory extends VisitIdentity {
  /** JSON of its `VisitState`. */
  readonly stateText: string;
  /** Its timeline by `eventKey`. */
  readonly entries: ReadonlyMap<string, TimelineEntry>;
}
