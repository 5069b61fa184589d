import { shownClocks } from '../clearance/clock.ts';
import type { ClocksOfPaper } from '../clearance/clock-papers.ts';
import type { Condition } from '../clearance/condition.ts';
import type { Hold } from '../clearance/hold.ts';
import type { Move, Readiness } from '../clearance/readiness.ts';
import type { ReadyPeriod } from '../clearance/ready-period.ts';
import type { Seal } from '../clearance/seals.ts';
import { formatInstant } from '../identifiers/zone.ts';
import type { TimedVisit } from './at-time.ts';
import { presentClocks } from './clock-json.ts';
import type { VisitState } from './visit.ts';
import type { ClocksJson, ConditionJson, HoldJson, ReadinessJson, SealJson, VisitJson } from './visit-json.ts';

/** The part of a visit that is about clearance. */
type ClearanceJson = Pick<
  VisitJson,
  'holds' | 'conditions' | 'seals' | 'readiness' | 'deliveries' | 'clocks' | 'paperClocks' | 'deadlines' | 'account' | 'nextChangeAt'
>;

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

const presentSeal = ({ number, affixedAt, verifiedAt, removedAt }: Seal, zone: string): SealJson => ({
  number,
  ...(affixedAt !== undefined && { affixedAt: formatInstant(affixedAt, zone) }),
  ...(verifiedAt !== undefined && { verifiedAt: formatInstant(verifiedAt, zone) }),
  ...(removedAt !== undefined && { removedAt: formatInstant(removedAt, zone) }),
});

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

const presentPapers = (papers: Readonly<Record<string, ClocksOfPaper>>, zone: string): Record<string, ClocksJson> =>
  Object.fromEntries(Object.entries(papers).map(([id, clocks]) => [id, presentClocks(Object.entries(clocks), zone)]));

/** Writes holds, conditions, readiness, clocks and deadlines as a reader sees them. Clocks that do not apply are left out. */
export function presentClearance(state: VisitState, timed: TimedVisit, zone: string): ClearanceJson {
  const readiness: Partial<Record<Move, ReadinessJson>> = {};
  for (const move of Object.keys(timed.readiness) as Move[]) {
    const found = timed.readiness[move];
    if (found) readiness[move] = presentReadiness(found, state.readiness[move]?.periods ?? [], zone);
  }
  const deliveries = Object.entries(timed.deliveries).map(([bill, found]) => [
    bill,
    presentReadiness(found, state.deliveries[bill]?.periods ?? [], zone),
  ]);
  return {
    holds: state.holds.map((hold) => presentHold(hold, zone)),
    conditions: state.conditions.map((condition) => presentCondition(condition, zone)),
    ...(state.seals.length > 0 && { seals: state.seals.map((seal) => presentSeal(seal, zone)) }),
    readiness,
    ...(deliveries.length > 0 && { deliveries: Object.fromEntries(deliveries) }),
    clocks: presentClocks(shownClocks(state.clocks), zone),
    paperClocks: { bills: presentPapers(state.paperClocks.bills, zone), declarations: presentPapers(state.paperClocks.declarations, zone) },
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
