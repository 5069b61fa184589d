import type { Direction } from '../events/codes.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { idOf } from '../visit/reach.ts';
import type { VisitCall } from '../visit/visit-calls.ts';
import { type CutoffKind, cutoffKinds, type DeadlineFacts, deadline } from './deadline.ts';
import { dueTime, isNewer } from './deadline-due.ts';
import type { DeadlineInput } from './deadline-input.ts';
import { manifestAcceptedFor } from './deadline-manifest.ts';

const isDangerous = ({ effective }: DeadlineInput): boolean =>
  effective.some(({ event }) => event.code.startsWith('maritime.dangerous-goods-') || event.details?.['dangerousGoods'] === true);

/** Which cut-offs ask anything of a box, by its direction: those whose step its own rules of loading name (section 6). */
const asked: Readonly<Record<Direction, readonly CutoffKind[]>> = {
  import: [],
  export: cutoffKinds,
  transhipment: ['documents', 'customs-release', 'dangerous-goods'],
  empty: ['gate-in'],
};

/** When the step that a cut-off asks for was done, for this call. */
function doneAt(kind: CutoffKind, call: VisitCall, input: DeadlineInput): Instant | undefined {
  const { milestones } = input.state;
  switch (kind) {
    case 'gate-in':
      return input.state.direction === 'empty' ? input.state.openedAt : milestones['gated-in']?.actual;
    case 'documents':
      return manifestAcceptedFor(call, input);
    case 'vgm':
      return milestones['vgm-declared']?.actual;
    case 'customs-release':
      return milestones['customs-released']?.actual ?? milestones['customs-onward']?.actual;
    case 'dangerous-goods':
      return milestones['dg-approved']?.actual;
  }
}

/** When the box was taken off a call; without a word of it, one that another call has replaced asks for nothing any more. */
const leftAt = (call: VisitCall): number => call.spans.at(-1)?.to ?? Number.POSITIVE_INFINITY;

/** The last word on each cut-off of a call that asks something of the box. */
function lastCutoffs(call: VisitCall, input: DeadlineInput): Map<CutoffKind, AcceptedEvent> {
  const kinds = asked[input.state.direction].filter((k) => k !== 'dangerous-goods' || isDangerous(input));
  const last = new Map<CutoffKind, AcceptedEvent>();
  for (const { event, via } of input.effective) {
    if (event.code !== 'terminal.cutoff-set' || !call.names.includes(via)) continue;
    const kind = kinds.find((k) => k === event.details?.['kind']);
    if (kind && isNewer(event, last.get(kind))) last.set(kind, event);
  }
  return last;
}

/**
 * The cut-offs of the calls that a box was to leave by, of each kind the last word. A call that the box was taken off
 * asks for nothing after that: what was met stays met, what was due before stays missed, the rest is void.
 */
export function cutoffs(input: DeadlineInput): DeadlineFacts[] {
  const { state, visit, zone } = input;
  return visit.calls.flatMap((call) => {
    if (call.role !== 'departing') return [];
    const left = leftAt(call);
    const isGone = (dueAt: Instant): boolean => !call.current && (left <= dueAt || left === Number.POSITIVE_INFINITY);
    return [...lastCutoffs(call, input)].flatMap(([kind, event]) => {
      const dueAt = dueTime(event.details?.['due'], zone);
      if (dueAt === undefined) return [];
      const done = doneAt(kind, call, input);
      const metAt = done !== undefined && done < left ? done : undefined;
      const isVoid = metAt === undefined && (isGone(dueAt) || state.closedAs === 'withdrawn');
      return [deadline(kind, dueAt, { metAt, isVoid, subject: { type: 'call', id: idOf(call.key) } })];
    });
  });
}
