import { between, type Clock, type ClockName, clockNames, voided } from './clock.ts';
import { clearanceClocks, clearanceOf } from './clock-clearance.ts';
import { visitHoldTime } from './clock-holds.ts';
import type { ClockInput } from './clock-input.ts';
import { inspectionClocks } from './clock-inspection.ts';
import { stayClocks } from './clock-stay.ts';
import { voyageClocks } from './clock-voyage.ts';

/** From the sample to its result; runs on after a conditional release, void when a release ended it without a result. */
function lab({ state }: ClockInput): Clock {
  const sampled = state.milestones['sampled']?.actual;
  const passed = state.milestones['lab-passed']?.actual;
  const samples = state.holds.filter((h) => h.kind === 'sample');
  const abandoned = passed === undefined && samples.length > 0 && samples.every((h) => h.liftedAt !== undefined);
  return abandoned && sampled !== undefined ? voided : between(sampled, passed);
}

/** A visit that ended unseen can no longer stop what it had begun. */
function endUnseen(clocks: Record<ClockName, Clock>): Record<ClockName, Clock> {
  const ended = { ...clocks };
  for (const name of clockNames) if (clocks[name].state === 'running') ended[name] = voided;
  return ended;
}

/**
 * Every clock of a visit (`events.md` section 9): facts in event time, without a reader's clock. Pure, of the set of
 * its events; `hoursOf` presents them. A clock that does not apply to the direction of the visit is void.
 */
export function clocksOf(input: ClockInput): Readonly<Record<ClockName, Clock>> {
  const clearance = clearanceOf(input);
  const clocks: Record<ClockName, Clock> = {
    ...clearanceClocks(input, clearance),
    ...inspectionClocks(input),
    lab: lab(input),
    'customs-hold': visitHoldTime(input, 'customs'),
    'maritime-hold': visitHoldTime(input, 'maritime-safety'),
    'border-hold': visitHoldTime(input, 'border-inspection'),
    'quarantine-hold': visitHoldTime(input, 'quarantine'),
    'terminal-hold': visitHoldTime(input, 'terminal'),
    'carrier-hold': visitHoldTime(input, 'carrier'),
    ...stayClocks(input),
    ...voyageClocks(input, clearance.full.at),
  };
  return input.state.closedAs === 'unobserved' ? endUnseen(clocks) : clocks;
}
