import { type Clock, type ClockName, type ClockState, hoursOf } from '../clearance/clock.ts';
import type { ClocksOfPaper } from '../clearance/clock-papers.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import { formatInstant } from '../identifiers/zone.ts';
import type { ClockJson, ClocksJson } from './visit-json.ts';

function presentClock(clock: Clock, zone: string): ClockJson {
  const { state, startAt, stopAt, firstStopAt, targetHours, rounds } = clock;
  const text = (at: Instant): string => formatInstant(at, zone);
  // A running clock has no hours of its own: a reader counts from its start, and what is stored never grows stale.
  const hours = state === 'running' ? undefined : hoursOf(clock);
  const firstHours =
    startAt === undefined || firstStopAt === undefined ? undefined : hoursOf({ state: 'stopped', startAt, stopAt: firstStopAt });
  return {
    state,
    ...(hours !== undefined && { hours }),
    ...(startAt !== undefined && { startAt: text(startAt) }),
    ...(stopAt !== undefined && { stopAt: text(stopAt) }),
    ...(firstStopAt !== undefined && { firstStopAt: text(firstStopAt) }),
    ...(firstHours !== undefined && { firstHours }),
    ...(targetHours !== undefined && { targetHours }),
    ...(rounds && { rounds: rounds.map(({ from, to }) => ({ from: text(from), ...(to !== undefined && { to: text(to) }) })) }),
  };
}

/** Writes clocks for the outside, their times at the offset of the port's zone; those that do not apply are left out. */
export function presentClocks(clocks: Iterable<readonly [string, Clock]>, zone: string): ClocksJson {
  const shown: Record<string, ClockJson> = {};
  for (const [name, clock] of clocks) if (clock.state !== 'void') shown[name] = presentClock(clock, zone);
  return shown;
}

const read = (text: string): Instant => instant(Date.parse(text));

function readClock({ state, startAt, stopAt, firstStopAt, targetHours, rounds }: ClockJson): Clock {
  return {
    state: state as ClockState,
    ...(startAt !== undefined && { startAt: read(startAt) }),
    ...(stopAt !== undefined && { stopAt: read(stopAt) }),
    ...(firstStopAt !== undefined && { firstStopAt: read(firstStopAt) }),
    ...(targetHours !== undefined && { targetHours }),
    ...(rounds && { rounds: rounds.map(({ from, to }) => ({ from: read(from), ...(to !== undefined && { to: read(to) }) })) }),
  };
}

/** Reads the clocks that `presentClocks` wrote of one paper of one box. */
export const readPaperClocks = (clocks: ClocksJson): ClocksOfPaper =>
  Object.fromEntries(Object.entries(clocks).map(([name, clock]) => [name as ClockName, readClock(clock)]));
