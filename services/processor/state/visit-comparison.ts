import { type AcceptedEvent, eventKey } from '@clearquay/domain/events/status-event.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import { changedFields } from '@clearquay/domain/visit/changes.ts';
import { blankState } from '@clearquay/domain/visit/fold.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import type { Refolded } from '@clearquay/domain/visit/refold.ts';
import { eventLabel } from '@clearquay/domain/visit/standing.ts';
import type { FoldedVisit, TimelineEntry } from '@clearquay/domain/visit/visit.ts';
import type { AppliedEvent } from '../steps/apply.ts';
import type { VisitRevision } from '../visit-revision.ts';
import type { SubjectMemory } from './subject-memory.ts';
import type { VisitMemory } from './visit-memory.ts';

/** The events of a batch by what timelines know of them. */
export interface BatchEvents {
  readonly byEvent: ReadonlyMap<AcceptedEvent, AppliedEvent>;
  /** By `source/id`. */
  readonly byLabel: ReadonlyMap<string, AppliedEvent>;
}

export interface Comparison {
  readonly subject: SubjectMemory;
  readonly folded: Refolded;
  readonly events: BatchEvents;
  /** Every visit gets a revision, changed or not. */
  readonly isForced: boolean;
  /** Ids of visits that get one because time has passed. */
  readonly due: ReadonlySet<string> | undefined;
  readonly nextRevision: () => bigint;
  /** The reader's time of what is written: the stamp of the batch. */
  readonly now: Instant;
  /** Where the revisions go. */
  readonly revisions: VisitRevision[];
}

/** How a timeline differs from the one written last. */
interface TimelineChange {
  /** New or changed entries, and those that the visit lost. */
  readonly changed: TimelineEntry[];
  readonly supersedes: string[];
  readonly causes: Set<AppliedEvent>;
}

const isSame = (a: TimelineEntry, b: TimelineEntry): boolean =>
  a.status === b.status && a.by === b.by && a.via.id === b.via.id && a.via.type === b.via.type;

const leaving = ({ event, via }: TimelineEntry): TimelineEntry => ({ event, via, status: 'left' });

const byKey = (entries: readonly TimelineEntry[]): Map<string, TimelineEntry> => new Map(entries.map((e) => [eventKey(e.event), e]));

/**
 * The fold gives an entry that did not change as the very same object, so most of two timelines is told apart without
 * looking into it; the rest is compared by event.
 */
function compareTimeline(timeline: readonly TimelineEntry[], before: readonly TimelineEntry[], events: BatchEvents): TimelineChange {
  const { byEvent, byLabel } = events;
  const change: TimelineChange = { changed: [], supersedes: [], causes: new Set() };
  const old = new Set(before);
  let known: Map<string, TimelineEntry> | undefined;
  for (const entry of timeline) {
    const cause = byEvent.get(entry.event);
    if (cause) change.causes.add(cause);
    if (old.delete(entry)) continue;
    known ??= byKey(before);
    const was = known.get(eventKey(entry.event));
    if (was) old.delete(was);
    if (was && isSame(was, entry)) continue;
    change.changed.push(entry);
    const by = entry.by === undefined ? undefined : byLabel.get(entry.by);
    if (by) change.causes.add(by);
    if (was?.status === 'effective' && entry.status !== 'effective') change.supersedes.push(eventLabel(entry.event));
  }
  for (const entry of old) {
    change.changed.push(leaving(entry));
    if (entry.status === 'effective') change.supersedes.push(eventLabel(entry.event));
  }
  return change;
}

/** The visit as JSON, written once for all who need it, and the time when it changes by itself. */
function presented(visit: FoldedVisit, revision: bigint, zone: string, now: Instant): Pick<VisitRevision, 'document' | 'nextChangeAt'> {
  const json = presentVisit(visit, revision, zone, now);
  return { document: JSON.stringify(json), ...(json.nextChangeAt && { nextChangeAt: instant(Date.parse(json.nextChangeAt)) }) };
}

/** Writes a visit that another one took over, or of which nothing is left, for the last time, out of sight. */
function goneRevision(before: VisitMemory, { subject, folded, nextRevision, now }: Comparison): VisitRevision {
  // What a former owner wrote of it cannot be folded any more: it is shown as the visit that took its events, or as nothing.
  const state = before.state ?? folded.visits.at(-1)?.state ?? blankState(subject.port.port.code, subject.key);
  const visit: FoldedVisit = { visitId: before.visitId, state, timeline: before.timeline };
  const revision = nextRevision();
  const shown = presented(visit, revision, subject.port.port.zone, now);
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
    ...shown,
    // Its id may come back with the event that it is named by; what else it had must not come back with it.
    entries: before.timeline.map(leaving),
    isGone: true,
  };
}

/**
 * Compares the visits of a box with those written last, gives a revision to each that changed, and remembers them.
 */
export function compareVisits(comparison: Comparison): void {
  const { subject, folded, events, isForced, due, nextRevision, now, revisions } = comparison;
  const previous = new Map(subject.visits.map((v) => [v.visitId, v]));
  const zone = subject.port.port.zone;
  const remembered: VisitMemory[] = folded.visits.map((visit, i) => {
    const identity = folded.identities[i] as VisitMemory;
    const before = previous.get(visit.visitId);
    const changes = changedFields(before?.state, visit.state);
    const timeline = compareTimeline(visit.timeline, before?.timeline ?? [], events);
    const isDue = due?.has(visit.visitId) ?? false;
    if (!isForced && !isDue && before && changes.length === 0 && timeline.changed.length === 0) return before;
    const { assignedAt } = identity;
    const causes = [...timeline.causes];
    const revision = nextRevision();
    revisions.push({
      port: subject.port,
      visit,
      revision,
      assignedAt,
      cause: causes.some((e) => e.isNew) ? 'event' : isDue ? 'due' : isForced ? 'takeover' : 'event',
      changes,
      events: causes,
      supersedes: timeline.supersedes,
      ...presented(visit, revision, zone, now),
      // What a former owner still writes late must not win over an entry that did not change.
      entries: isForced ? [...visit.timeline, ...timeline.changed.filter((e) => e.status === 'left')] : timeline.changed,
      isGone: false,
    });
    return {
      visitId: visit.visitId,
      assignedAt,
      events: identity.events,
      state: changes.length === 0 ? before?.state : visit.state,
      timeline: visit.timeline,
    };
  });
  for (const { visitId } of folded.gone) {
    const before = previous.get(visitId);
    if (before) revisions.push(goneRevision(before, comparison));
  }
  subject.setVisits(remembered);
}
