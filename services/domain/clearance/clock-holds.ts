import type { Direction, Milestone } from '../events/codes.ts';
import type { Agency } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { type Clock, type ClockName, overRounds } from './clock.ts';
import { type ClockInput, heldUntil } from './clock-input.ts';
import { stretch, union } from './clock-intervals.ts';
import type { HeldMove, Hold } from './hold.ts';

/** The clocks of hold time, each with its agency. */
export const holdClockAgencies = {
  'customs-hold': 'customs',
  'maritime-hold': 'maritime-safety',
  'border-hold': 'border-inspection',
  'quarantine-hold': 'quarantine',
  'terminal-hold': 'terminal',
  'carrier-hold': 'carrier',
} as const satisfies Partial<Record<ClockName, Agency>>;

type HoldClock = keyof typeof holdClockAgencies;

export const holdClockNames = Object.keys(holdClockAgencies) as HoldClock[];

/** The moves that lie before a box of each direction: a hold on the call acts only on visits not yet past that step. */
const movesOf: Readonly<Record<Direction, readonly HeldMove[]>> = {
  import: ['discharge', 'pick-up'],
  export: ['load', 'sail'],
  transhipment: ['discharge', 'load', 'sail'],
  empty: ['discharge', 'pick-up', 'load', 'sail'],
};

const doneBy: Readonly<Record<HeldMove, readonly Milestone[]>> = {
  discharge: ['discharged'],
  'pick-up': ['gated-out', 'empty-picked-up'],
  load: ['loaded'],
  sail: ['vessel-departed'],
};

/** When a hold on the call let go of this box: with the last of the moves that it stops; before all time for one that stops none of them. */
function callHoldEnds(hold: Hold, { direction, milestones }: ClockInput['state']): number {
  let end = Number.NEGATIVE_INFINITY;
  for (const move of movesOf[direction]) {
    if (!hold.acts.includes(move)) continue;
    const done = doneBy[move].map((m) => milestones[m]?.actual).find((at) => at !== undefined);
    end = Math.max(end, done ?? Number.POSITIVE_INFINITY);
  }
  return end;
}

/**
 * The hold time of one agency: the union of its holds, without the time in which they were waived. On a visit it is
 * counted up to the closing; on a bill, without `until`, to the lift.
 */
export function holdTime(holds: readonly Hold[], agency: Agency, direction: Direction, until?: Instant): Clock {
  const held = holds
    .filter((h) => h.agency === agency && (until === undefined || h.placedAt < until))
    .map((h) => stretch(h.placedAt, Math.max(h.placedAt, Math.min(heldUntil(h, direction), until ?? Number.POSITIVE_INFINITY))));
  return overRounds(union(held));
}

/** The hold time of one agency on a visit. */
function visitHoldTime({ state }: ClockInput, agency: Agency): Clock {
  const acting = state.holds.flatMap((h): Hold[] => {
    if (h.agency !== agency) return [];
    if (h.subject.type !== 'call') return [h];
    const ends = callHoldEnds(h, state);
    if (ends <= h.placedAt) return [];
    return ends === Number.POSITIVE_INFINITY ? [h] : [{ ...h, liftedAt: Math.min(ends, h.liftedAt ?? ends) as Instant }];
  });
  return holdTime(acting, agency, state.direction, state.closedAt);
}

/** The hold time of every agency on a visit. */
export const holdClocks = (input: ClockInput): Record<HoldClock, Clock> =>
  Object.fromEntries(holdClockNames.map((name) => [name, visitHoldTime(input, holdClockAgencies[name])])) as Record<HoldClock, Clock>;
