import type { Direction, Milestone } from '../events/codes.ts';

/** The physical steps of each direction in order; a later one may come first, a missing one is not-observed. */
export const ladders: Readonly<Record<Direction, readonly Milestone[]>> = {
  import: [
    'vessel-arrived',
    'vessel-berthed',
    'discharged',
    'inspection-positioned',
    'inspection-started',
    'inspection-passed',
    'available',
    'stripped',
    'gated-out',
    'rail-departed',
    'rail-arrived',
    'delivered',
    'empty-returned',
  ],
  export: [
    'empty-picked-up',
    'gated-in',
    'arrival-reported',
    'arrival-accepted',
    'inspection-positioned',
    'inspection-passed',
    'loaded',
    'vessel-departed',
    'loaded-manifest-accepted',
    'departure-confirmed',
    'declaration-closed',
  ],
  transhipment: ['vessel-arrived', 'discharged', 'customs-onward', 'loaded', 'vessel-departed', 'loaded-manifest-accepted'],
  empty: [
    'discharged',
    'empty-returned',
    'inspection-positioned',
    'inspection-passed',
    'empty-picked-up',
    'gated-out',
    'loaded',
    'vessel-departed',
  ],
};

/** The papers' steps beside the physical ones. */
export const sideLadders: Readonly<Record<Direction, readonly Milestone[]>> = {
  import: [
    'manifest-accepted',
    'declared',
    'declaration-accepted',
    'duty-settled',
    'port-access',
    'conditional-released',
    'customs-released',
    'complete-declared',
    'market-access',
    'carrier-released',
  ],
  export: ['manifest-accepted', 'declared', 'customs-released', 'vgm-declared', 'dg-approved'],
  transhipment: ['manifest-accepted', 'customs-onward'],
  empty: [],
};

/** One step of a ladder: reached; passed by without having been seen; or still to come. */
export interface LadderStep {
  readonly milestone: Milestone;
  readonly state: 'reached' | 'not-observed' | 'ahead';
}

/** Where a visit stands on a ladder; a missing step below the furthest one reached shows as not-observed, never invented. */
export function ladderSteps(ladder: readonly Milestone[], isReached: (milestone: Milestone) => boolean): LadderStep[] {
  const furthest = ladder.findLastIndex(isReached);
  return ladder.map((milestone, i) => ({ milestone, state: isReached(milestone) ? 'reached' : i < furthest ? 'not-observed' : 'ahead' }));
}
