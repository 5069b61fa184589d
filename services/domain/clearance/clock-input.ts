import type { Instant } from '../identifiers/instant.ts';
import type { CutVisit } from '../visit/cut.ts';
import type { Entry } from '../visit/standing.ts';
import type { SubjectKey, VisitState } from '../visit/visit.ts';
import type { BoxPapers } from './box-papers.ts';
import type { OverallClock } from './clearance-targets.ts';
import type { Hold } from './hold.ts';
import type { ReadyPeriod } from './ready-period.ts';

/** What clocks and deadlines are read from: the events of a visit and what the fold has made of them so far. */
export interface ClockInput {
  readonly visit: CutVisit;
  /** Entries that count, in order. */
  readonly effective: readonly Entry[];
  readonly state: Pick<VisitState, 'direction' | 'status' | 'openedAt' | 'closedAt' | 'closedAs' | 'milestones'> & {
    /** All holds of the visit, lifted ones included. */
    readonly holds: readonly Hold[];
  };
  readonly papers: BoxPapers;
  /** When pick-up was allowed, in order. */
  readonly readyPeriods: readonly ReadyPeriod[];
  /** The published target of the port for a clock that began at a time, in hours. */
  readonly targetOf?: (clock: OverallClock, at: Instant) => number | undefined;
}

/** True when a hold is waived for the move that the visit waits for: pick-up of an import or empty box, else loading. */
function isWaived(hold: Hold, direction: ClockInput['state']['direction']): boolean {
  if (hold.waivedFrom === undefined) return false;
  return hold.waives === undefined || hold.waives.includes(direction === 'export' || direction === 'transhipment' ? 'load' : 'pick-up');
}

/** When a hold stopped keeping the box: at its lift, or from when it was waived; `Infinity` while it does. */
export function heldUntil(hold: Hold, direction: ClockInput['state']['direction']): number {
  const waived = isWaived(hold, direction) ? (hold.waivedFrom as Instant) : Number.POSITIVE_INFINITY;
  return Math.min(hold.liftedAt ?? Number.POSITIVE_INFINITY, waived);
}

/** True for a box that is, or was, sent back: it is left out of the figures of clearance. */
export const isReturned = ({ state, effective }: ClockInput): boolean =>
  state.closedAs === 'returned' ||
  state.holds.some((h) => h.kind === 'return') ||
  effective.some(({ event }) => event.code === 'terminal.gated-out' && event.classifier === 'actual' && event.details?.['to'] === 'return');

/** True for a stay whose beginning nobody reported: what counts from it would be a guess. */
export const startIsGuessed = ({ state }: ClockInput): boolean => state.status !== 'expected' && state.openedAt === undefined;

/** The subject key of a hold. */
export const heldSubject = (hold: Hold): SubjectKey => `${hold.subject.type}:${hold.subject.id}`;
