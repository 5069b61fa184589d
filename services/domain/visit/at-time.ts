import type { DeadlineFacts } from '../clearance/deadline.ts';
import { type DeadlineState, deadlineState, nextChangeAt } from '../clearance/deadline.ts';
import type { Move, Readiness } from '../clearance/readiness.ts';
import { deliveriesAt, type Overlay, readinessAt, readinessChangesAt } from '../clearance/readiness-at.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import type { VisitState } from './visit.ts';

/** What a visit says to a reader at one time: the facts of the fold do not change, the answers do. */
export interface TimedVisit {
  readonly readiness: Readonly<Partial<Record<Move, Readiness>>>;
  readonly deliveries: Readonly<Record<string, Readiness>>;
  readonly deadlines: readonly (DeadlineFacts & { readonly state: DeadlineState })[];
  /** The next moment at which the passing of time alone changes an answer. */
  readonly nextChangeAt?: Instant;
}

/** Judges a visit at a reader's time; `overlay` adds what the reader knows of silent sources. */
export function atTime(state: VisitState, now: Instant, overlay?: Overlay): TimedVisit {
  const due = nextChangeAt(state.deadlines, now);
  const expires = readinessChangesAt(state, now);
  const next = due === undefined || expires === undefined ? (due ?? expires) : instant(Math.min(due, expires));
  return {
    readiness: readinessAt(state, now, overlay),
    deliveries: deliveriesAt(state, now, overlay),
    deadlines: state.deadlines.map((d) => ({ ...d, state: deadlineState(d, now) })),
    ...(next !== undefined && { nextChangeAt: next }),
  };
}
