import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { inspectionRounds } from './clock-inspection.ts';
import { type DeadlineFacts, deadline } from './deadline.ts';
import { after, day, isNewer, minute } from './deadline-due.ts';
import type { DeadlineInput } from './deadline-input.ts';
import { serviceLimitOf } from './service-limits.ts';

/** One job of a terminal on a box: when it began, when it was done, and whether it came to nothing. */
interface Job {
  readonly startAt: Instant;
  readonly doneAt?: Instant | undefined;
  readonly isVoid?: boolean;
}

/** The one nearest in time to a moment; a tie goes to the later. */
function nearest<T>(among: readonly T[], at: Instant, timeOf: (item: T) => Instant): T | undefined {
  let best: T | undefined;
  for (const item of among) if (!best || Math.abs(timeOf(item) - at) <= Math.abs(timeOf(best) - at)) best = item;
  return best;
}

/** Moving a box to the inspection bay: from the order of inspection to its being in place. */
function relocation(at: Instant, { effective, state }: DeadlineInput): Job {
  const round = nearest(inspectionRounds(effective, state.holds), at, (r) => r.orderedAt);
  if (!round) return { startAt: at };
  return { startAt: round.orderedAt, doneAt: round.positionedAt, isVoid: round.positionedAt === undefined && round.endedAt !== undefined };
}

/** Serving a truck: from its coming in at the gate to the box going out. Without the gate's word the job begins as told. */
function pickUp(at: Instant, { effective, state }: DeadlineInput): Job {
  const doneAt = state.milestones['gated-out']?.actual ?? state.milestones['empty-picked-up']?.actual;
  const arrivals = effective.filter(
    ({ event }) =>
      event.code === 'terminal.gate-recognised' &&
      event.details?.['direction'] !== 'out' &&
      (doneAt === undefined || event.occurredAt <= doneAt) &&
      Math.abs(event.occurredAt - at) <= day,
  );
  return { startAt: nearest(arrivals, at, (e) => e.event.occurredAt)?.event.occurredAt ?? at, doneAt };
}

/** A move in the rail yard: from the request, which the limit itself is, to the move or the train. */
function railYardMove(at: Instant, { effective }: DeadlineInput): Job {
  const done = effective.find(
    ({ event }) =>
      event.occurredAt >= at &&
      event.classifier === 'actual' &&
      (event.code === 'terminal.relocated' || event.code === 'inland.rail-departed'),
  );
  return { startAt: at, doneAt: done?.event.occurredAt };
}

/** The operations of the published list that are jobs on one box; the others have no milestone on a visit. */
const jobs = { relocation, 'pick-up': pickUp, 'rail-yard-move': railYardMove } as const;

type Operation = keyof typeof jobs;

const operations = Object.keys(jobs) as Operation[];

interface Limited {
  readonly event: AcceptedEvent;
  readonly job: Job;
  readonly operation: Operation;
}

/** The minutes that a job may take: as its event says, else as the published list does. */
function minutesOf({ event, operation }: Limited, input: DeadlineInput): number | undefined {
  const said = event.details?.['limitMinutes'];
  if (typeof said === 'number' && said >= 0) return said;
  const version = event.details?.['listVersion'];
  return serviceLimitOf(input.serviceLimits ?? [], operation, typeof version === 'string' ? version : undefined, event.occurredAt)
    ?.limitMinutes;
}

/** The published limits applied to jobs on this box. A limit told again for the same job replaces the one before. */
export function serviceDeadlines(input: DeadlineInput): DeadlineFacts[] {
  const byJob = new Map<string, Limited>();
  for (const { event, via } of input.effective) {
    if (event.code !== 'terminal.service-limit-set' || !via.startsWith('container:')) continue;
    const operation = operations.find((o) => o === event.details?.['operation']);
    if (!operation) continue;
    const job = jobs[operation](event.occurredAt, input);
    const key = `${operation}|${job.startAt}`;
    if (isNewer(event, byJob.get(key)?.event)) byJob.set(key, { event, job, operation });
  }
  return [...byJob.values()].flatMap((limited) => {
    const minutes = minutesOf(limited, input);
    if (minutes === undefined) return [];
    const { doneAt, isVoid, startAt } = limited.job;
    const abandoned = doneAt === undefined && (isVoid === true || input.state.closedAt !== undefined);
    return [deadline(limited.operation, after(startAt, minutes * minute), { metAt: doneAt, isVoid: abandoned })];
  });
}
