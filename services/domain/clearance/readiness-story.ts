import type { AcceptedEvent } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import { at, StoryPort, storyStart } from '../visit/story.ts';
import type { VisitState } from '../visit/visit.ts';
import type { Hold } from './hold.ts';
import type { Move, Readiness } from './readiness.ts';
import { type Overlay, readinessAt } from './readiness-at.ts';

/** `20:00` of an instant of a story. */
export function offset(time: Instant): string {
  const minutes = Math.round((time - storyStart) / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** The state of one visit of a box, 0 for the oldest, after the events of a story. */
export function stateOf(events: readonly AcceptedEvent[], box: string, nth = 0): VisitState {
  const visit = new StoryPort().apply(...events).visits(box)[nth];
  if (!visit) throw new Error(`The story has no visit ${nth} of ${box}.`);
  return visit.state;
}

/** The readiness of a move at an offset, from what had occurred by then. */
export function readinessBy(events: readonly AcceptedEvent[], box: string, time: string, overlay?: Overlay): Readiness {
  const known = events.filter((e) => e.occurredAt <= at(time));
  const [readiness] = Object.values(readinessAt(stateOf(known, box), instant(at(time)), overlay));
  if (!readiness) throw new Error('The visit waits for no move.');
  return readiness;
}

/** The verdict and, shortly, each reason: `customs-hold inspection C2`. */
export function verdictBy(events: readonly AcceptedEvent[], box: string, time: string): readonly string[] {
  const { verdict, reasons, conditions } = readinessBy(events, box, time);
  const told = reasons.map(({ code, kind, subject }) => [code, kind, subject?.id].filter((word) => word !== undefined).join(' '));
  return [verdict, ...told, ...conditions];
}

/** The ready periods of a move as `54:10-60:20`, with `*` when conditions bound them. */
export const periodsOf = (state: VisitState, move: Move): string[] =>
  (state.readiness[move]?.periods ?? []).map(
    ({ from, to, withConditions }) => `${offset(from)}-${to === undefined ? '' : offset(to)}${withConditions ? '*' : ''}`,
  );

/** A hold as `inspection C2 30:30-37:30`, with `~29:40` when it was waived from then. */
export const shown = (hold: Hold): string =>
  `${hold.kind} ${hold.subject.id} ${offset(hold.placedAt)}-${hold.liftedAt === undefined ? '' : offset(hold.liftedAt)}${hold.waivedFrom === undefined ? '' : ` ~${offset(hold.waivedFrom)}`}`;

/** All holds of a state. */
export const holdsOf = (state: VisitState): string[] => state.holds.map(shown);

/** All conditions as `no-sale-or-use 29:40-122:10`. */
export const conditionsOf = (state: VisitState): string[] =>
  state.conditions.map(({ code, since, until }) => `${code} ${offset(since)}-${until === undefined ? '' : offset(until)}`);

/** The codes of all findings. */
export const findingsIn = (state: VisitState): string[] => state.findings.map((f) => f.code);
