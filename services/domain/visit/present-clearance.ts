import { type Clock, hoursOf, shownClocks } from '../clearance/clock.ts';
import type { Condition } from '../clearance/condition.ts';
import type { Hold } from '../clearance/hold.ts';
import type { Move, Readiness } from '../clearance/readiness.ts';
import type { ReadyPeriod } from '../clearance/ready-period.ts';
import { formatInstant } from '../identifiers/zone.ts';
import type { TimedVisit } from './at-time.ts';
import type { VisitState } from './visit.ts';
import type { ClockJson, ConditionJson, HoldJson, ReadinessJson, VisitJson } from './visit-json.ts';

/** The part of a visit that is about clearance. */
type ClearanceJson = Pick<VisitJson, 'holds' | 'conditions' | 'readiness' | 'clocks' | 'deadlines' | 'account' | 'nextChangeAt'>;

function presentHold(hold: Hold, zone: string): HoldJson {
  const { agency, kind, subject, acts, placedAt, placedBy, liftedAt, liftedBy, waivedFrom, waives } = hold;
  return {
    agency,
    kind,
    subject,
    acts,
    placedAt: formatInstant(placedAt, zone),
    ...(liftedAt !== undefined && { liftedAt: formatInstant(liftedAt, zone) }),
    ...(waivedFrom !== undefined && { waivedFrom: formatInstant(waivedFrom, zone) }),
    ...(waives && { waives }),
    placedBy,
    ...(liftedBy !== undefined && { liftedBy }),
  };
}

function presentCondition({ code, since, until, about }: Condition, zone: string): ConditionJson {
  return {
    code,
    since: formatInstant(since, zone),
    ...(until !== undefined && { until: formatInstant(until, zone) }),
    ...(about && { about }),
  };
}

function presentReadiness(readiness: Readiness, periods: readonly ReadyPeriod[], zone: string): ReadinessJson {
  const { readySince, ...rest } = readiness;
  return {
    ...rest,
    ...(readySince !== undefined && { readySince: formatInstant(readySince, zone) }),
    periods: periods.map(({ from, to, withConditions }) => ({
      from: formatInstant(from, zone),
      ...(to !== undefined && { to: formatInstant(to, zone) }),
      withConditions,
    })),
  };
}

function presentClock(clock: Clock, zone: string): ClockJson {
  const { state, startAt, stopAt, firstStopAt } = clock;
  // A running clock has no hours of its own: a reader counts from its start, and what is stored never grows stale.
  const hours = state === 'running' ? undefined : hoursOf(clock);
  return {
    state,
    ...(hours !== undefined && { hours }),
    ...(startAt !== undefined && { startAt: formatInstant(startAt, zone) }),
    ...(stopAt !== undefined && { stopAt: formatInstant(stopAt, zone) }),
    ...(firstStopAt !== undefined && { firstStopAt: formatInstant(firstStopAt, zone) }),
  };
}

/** Writes holds, conditions, readiness, clocks and deadlines as a reader sees them. Clocks that do not apply are left out. */
export function presentClearance(state: VisitState, timed: TimedVisit, zone: string): ClearanceJson {
  const readiness: Partial<Record<Move, ReadinessJson>> = {};
  for (const move of Object.keys(timed.readiness) as Move[]) {
    const found = timed.readiness[move];
    if (found) readiness[move] = presentReadiness(found, state.readiness[move]?.periods ?? [], zone);
  }
  const clocks: Record<string, ClockJson> = {};
  for (const [name, clock] of shownClocks(state.clocks)) if (clock.state !== 'void') clocks[name] = presentClock(clock, zone);
  return {
    holds: state.holds.map((hold) => presentHold(hold, zone)),
    conditions: state.conditions.map((condition) => presentCondition(condition, zone)),
    readiness,
    clocks,
    deadlines: timed.deadlines.map(({ kind, dueAt, state: standing, subject }) => ({
      kind,
      dueAt: formatInstant(dueAt, zone),
      state: standing,
      ...(subject && { subject }),
    })),
    ...(state.account.length > 0 && { account: state.account }),
    ...(timed.nextChangeAt !== undefined && { nextChangeAt: formatInstant(timed.nextChangeAt, zone) }),
  };
}
