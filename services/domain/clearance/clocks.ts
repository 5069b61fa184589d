import { between, type Clock, type ClockName, clockNames, endedUnseen, voided } from './clock.ts';
import { type Clearance, clearanceClocks, clearanceOf } from './clock-clearance.ts';
import { holdClocks } from './clock-holds.ts';
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

/**
 * Every clock of a visit (`events.md` section 9): facts in event time, without a reader's clock. Pure, of the set of
 * its events; `hoursOf` presents them. A clock that does not apply to the direction of the visit is void.
 */
export function clocksOf(input: ClockInput, clearance: Clearance = clearanceOf(input)): Readonly<Record<ClockName, Clock>> {
  const clocks: Record<ClockName, Clock> = {
    ...clearanceClocks(input, clearance),
    ...inspectionClocks(input),
    lab: lab(input),
    ...holdClocks(input),
    ...stayClocks(input),
    ...voyageClocks(input, clearance.full.at),
  };
  if (input.state.closedAs === 'unobserved') for (const name of clockNames) clocks[name] = endedUnseen(clocks[name]);
  return clocks;
}
