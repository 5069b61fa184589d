import type { Instant } from '../identifiers/instant.ts';
import { between, type Clock, type ClockName, notStarted, overRounds, voided } from './clock.ts';
import { type ClockInput, startIsGuessed } from './clock-input.ts';
import { type Stretch, stretch, subtract } from './clock-intervals.ts';
import type { ReadyPeriod } from './ready-period.ts';

type Name =
  | 'release-to-gate-out'
  | 'dwell-import'
  | 'dwell-export'
  | 'dwell-transhipment'
  | 'dwell-empty'
  | 'off-site'
  | 'ship-side'
  | 'detention';

/** The time that a box spent at an inspection yard outside, its visit going on. */
function offSite({ visit, effective, state }: ClockInput): Stretch[] {
  const silent = visit.carriage.stay?.silent;
  if (!silent || silent.size === 0) return [];
  const away: Stretch[] = [];
  let since: Instant | undefined;
  for (const { event } of effective) {
    if (!silent.has(event)) continue;
    if (event.code === 'terminal.gated-out' && event.details?.['to'] === 'inspection-yard') since ??= event.occurredAt;
    else if (since !== undefined) {
      away.push(stretch(since, event.occurredAt));
      since = undefined;
    }
  }
  // From the yard outside straight to the consignee: it never came back.
  if (since !== undefined) away.push(stretch(since, state.closedAt));
  return away;
}

/** From start to stop without the time off site; it stands still, running, while the box is away. */
function dwell(startAt: Instant | undefined, stopAt: Instant | undefined, away: readonly Stretch[]): Clock {
  const clock = between(startAt, stopAt);
  if (startAt === undefined || away.length === 0) return clock;
  return { ...clock, rounds: subtract([stretch(startAt, clock.stopAt)], away) };
}

/** The owner's time: from the start of the last ready period, once the box is ashore, to the gate. */
function releaseToGateOut(discharged: Instant | undefined, gone: Instant | undefined, ready: readonly ReadyPeriod[]): Clock {
  const last = ready.findLast((p) => gone === undefined || p.from <= gone);
  if (discharged === undefined || !last) return gone === undefined ? notStarted : voided;
  // A box that is not allowed out any more does not wait for its owner.
  if (gone === undefined && last.to !== undefined) return notStarted;
  return between(Math.max(discharged, last.from) as Instant, gone);
}

/** Discharged onto a truck and straight out; a box put into the yard has no such clock. */
function shipSide({ effective, state }: ClockInput): Clock {
  const discharge = effective.find(
    ({ event }) => event.code === 'terminal.discharged' && event.classifier === 'actual' && event.details?.['to'] !== undefined,
  )?.event;
  const { discharged, 'gated-out': out } = state.milestones;
  if (discharge?.details?.['to'] === 'truck') return between(discharged?.actual, out?.actual);
  return discharged?.actual === undefined ? notStarted : voided;
}

const allVoid: Readonly<Record<Name, Clock>> = {
  'release-to-gate-out': voided,
  'dwell-import': voided,
  'dwell-export': voided,
  'dwell-transhipment': voided,
  'dwell-empty': voided,
  'off-site': voided,
  'ship-side': voided,
  detention: voided,
};

function importStay(input: ClockInput, readyPeriods: readonly ReadyPeriod[]): Partial<Record<Name, Clock>> {
  const { milestones, closedAs, closedAt } = input.state;
  const discharged = milestones['discharged']?.actual;
  const gone = milestones['gated-out']?.actual;
  const away = offSite(input);
  const stripped = closedAs === 'stripped';
  const returned = closedAs === 'returned';
  return {
    'release-to-gate-out': stripped || returned ? voided : releaseToGateOut(discharged, gone, readyPeriods),
    'dwell-import': returned ? voided : dwell(discharged, gone ?? (stripped ? closedAt : undefined), away),
    'off-site': overRounds(away),
    'ship-side': returned ? voided : shipSide(input),
    // A box that is stripped at the port never went out to its user.
    detention: stripped || returned ? voided : between(gone, milestones['empty-returned']?.actual),
  };
}

/** The clocks of the stay itself. A stay whose beginning was not observed has no dwell time. */
export function stayClocks(input: ClockInput): Pick<Record<ClockName, Clock>, Name> {
  const { direction, milestones, openedAt, closedAs, closedAt } = input.state;
  if (direction === 'import') {
    const clocks = { ...allVoid, ...importStay(input, input.readyPeriods) };
    return startIsGuessed(input) ? { ...clocks, 'dwell-import': voided, 'release-to-gate-out': voided, 'ship-side': voided } : clocks;
  }
  if (startIsGuessed(input)) return allVoid;
  const loaded = milestones['loaded']?.actual;
  if (direction === 'empty') return { ...allVoid, 'dwell-empty': between(openedAt, closedAs === 'unobserved' ? undefined : closedAt) };
  if (direction === 'transhipment') return { ...allVoid, 'dwell-transhipment': between(milestones['discharged']?.actual, loaded) };
  return { ...allVoid, 'dwell-export': closedAs === 'withdrawn' ? voided : between(milestones['gated-in']?.actual, loaded) };
}
