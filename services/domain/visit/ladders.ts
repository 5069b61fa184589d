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
    'stuffed',
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

/**
 * The papers' steps beside the physical ones. What does not wait for each other stands on ladders of its own: a release by
 * the carrier tells nothing of one by customs.
 */
export const sideLadders: Readonly<Record<Direction, readonly (readonly Milestone[])[]>> = {
  import: [
    [
      'manifest-accepted',
      'declared',
      'declaration-accepted',
      'duty-settled',
      'port-access',
      'conditional-released',
      'customs-released',
      'complete-declared',
      'market-access',
    ],
    ['carrier-released'],
  ],
  export: [['manifest-accepted'], ['declared', 'customs-released'], ['vgm-declared'], ['dg-approved']],
  transhipment: [['manifest-accepted']],
  empty: [],
};

/** Steps that many boxes never take: alternatives, and what is asked of some goods only. Nobody waits for or misses them. */
const optional: Readonly<Record<Direction, ReadonlySet<Milestone>>> = {
  import: new Set([
    'inspection-positioned',
    'inspection-started',
    'inspection-passed',
    'stripped',
    'rail-departed',
    'rail-arrived',
    'duty-settled',
    'port-access',
    'conditional-released',
    'complete-declared',
    'market-access',
  ]),
  export: new Set(['stuffed', 'inspection-positioned', 'inspection-passed', 'dg-approved']),
  transhipment: new Set(),
  empty: new Set(ladders.empty),
};

/** One step of a ladder: reached; passed by without having been seen; or still to come. */
export interface LadderStep {
  readonly milestone: Milestone;
  readonly state: 'reached' | 'not-observed' | 'ahead';
}

/**
 * Where a visit stands on a ladder of its direction; a missing step below the furthest one reached shows as not-observed,
 * never invented. Optional steps show when they were reached.
 */
export function ladderSteps(
  direction: Direction,
  ladder: readonly Milestone[],
  isReached: (milestone: Milestone) => boolean,
): LadderStep[] {
  const furthest = ladder.findLastIndex(isReached);
  return ladder.flatMap((milestone, i): LadderStep[] => {
    if (isReached(milestone)) return [{ milestone, state: 'reached' }];
    return optional[direction].has(milestone) ? [] : [{ milestone, state: i < furthest ? 'not-observed' : 'ahead' }];
  });
}
