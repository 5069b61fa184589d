import { eventKey } from '@clearquay/domain/events/status-event.ts';
import { changedFields } from '@clearquay/domain/visit/changes.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import type { Refolded } from '@clearquay/domain/visit/refold.ts';
import { eventLabel } from '@clearquay/domain/visit/standing.ts';
import type { FoldedVisit, TimelineEntry, VisitState } from '@clearquay/domain/visit/visit.ts';
import type { AppliedEvent } from '../steps/apply.ts';
import type { BatchEvents } from '../steps/refold.ts';
import type { VisitRevision } from '../visit-revision.ts';
import type { SubjectMemory } from './subject-memory.ts';
import type { VisitMemory } from './visit-memory.ts';

export interface Comparison {
  readonly subject: SubjectMemory;
  readonly folded: Refolded;
  readonly events: BatchEvents;
  /** Every visit gets a revision, changed or not. */
  readonly isForced: boolean;
  readonly nextRevision: () => bigint;
  /** Where the revisions go. */
  readonly revisions: VisitRevision[];
}

/** How a timeline differs from the one written last. */
interface TimelineChange {
  readonly entries: Map<string, TimelineEntry>;
  /** New or changed entries, and those that the visit lost. */
  readonly changed: TimelineEntry[];
  readonly supersedes: string[];
  readonly causes: Set<AppliedEvent>;
}

const isSame = (a: TimelineEntry, b: TimelineEntry): boolean =>
  a === b || (a.status === b.status && a.by === b.by && a.via.id === b.via.id && a.via.type === b.via.type);

function compareTimeline(visit: FoldedVisit, before: VisitMemory | undefined, { byEvent, byLabel }: BatchEvents): TimelineChange {
  const entries = new Map<string, TimelineEntry>();
  const change: TimelineChange = { entries, changed: [], supersedes: [], causes: new Set() };
  for (const entry of visit.timeline) {
    const key = eventKey(entry.event);
    // An event that comes through two subjects has one row: the first one stands.
    if (entries.has(key)) continue;
    entries.set(key, entry);
    const cause = byEvent.get(entry.event);
    if (cause) change.causes.add(cause);
    const known = before?.entries.get(key);
    if (known && isSame(known, entry)) continue;
    change.changed.push(entry);
    const by = entry.by === undefined ? undefined : byLabel.get(entry.by);
    if (by) change.causes.add(by);
    if (known?.status === 'effective' && entry.status !== 'effective') change.supersedes.push(eventLabel(entry.event));
  }
  for (const [key, { event, via, status }] of before?.entries ?? []) {
    if (entries.has(key)) continue;
    change.changed.push({ event, via, status: 'left' });
    if (status === 'effective') change.supersedes.push(eventLabel(event));
  }
  return change;
}

const stateOf = (memory: VisitMemory | undefined): VisitState | undefined =>
  memory && memory.stateText !== '' ? (JSON.parse(memory.stateText) as VisitState) : undefined;

/** Writes a visit that another one took over for the last time, out of sight. */
function goneRevision(before: VisitMemory, { subject, nextRevision }: Comparison): VisitRevision | undefined {
  const state = stateOf(before);
  if (!state) return undefined;
  const visit: FoldedVisit = { visitId: before.visitId, state, timeline: [...before.entries.values()] };
  const revision = nextRevision();
  const document = JSON.stringify(presentVisit(visit, revision, subject.port.port.zone));
  const { assignedAt } = before;
  return {
    port: subject.port,
    visit,
    revision,
    assignedAt,
    cause: 'merged',
    changes: ['merged'],
    events: [],
    supersedes: [],
    document,
    entries: [],
    isGone: true,
  };
}

/**
 * Compares the visits of a box with those written last, gives a revision to each that changed, and remembers them.
 */
export function compareVisits(comparison: Comparison): void {
  const { subject, folded, events, isForced, nextRevision, revisions } = comparison;
  const previous = new Map(subject.visits.map((v) => [v.visitId, v]));
  const zone = subject.port.port.zone;
  const remembered: VisitMemory[] = folded.visits.map((visit, i) => {
    const identity = folded.identities[i] as VisitMemory;
    const before = previous.get(visit.visitId);
    const stateText = JSON.stringify(visit.state);
    const timeline = compareTimeline(visit, before, events);
    if (!isForced && before && before.stateText === stateText && timeline.changed.length === 0) return before;
    const assignedAt = subject.assignedAt.get(visit.visitId) ?? identity.assignedAt;
    const causes = [...timeline.causes];
    const revision = nextRevision();
    revisions.push({
      port: subject.port,
      visit,
      revision,
      assignedAt,
      cause: isForced && !causes.some((e) => e.isNew) ? 'takeover' : 'event',
      changes: before?.stateText === stateText ? [] : changedFields(stateOf(before), visit.state),
      events: causes,
      supersedes: timeline.supersedes,
      document: JSON.stringify(presentVisit(visit, revision, zone)),
      entries: timeline.changed,
      isGone: false,
    });
    return { visitId: visit.visitId, assignedAt, events: identity.events, stateText, entries: timeline.entries };
  });
  for (const { visitId } of folded.gone) {
    const before = previous.get(visitId);
    const gone = before && goneRevision(before, comparison);
    if (gone) revisions.push(gone);
  }
  subject.setVisits(remembered);
}
