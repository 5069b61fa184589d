import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import { eventLabel } from '@clearquay/domain/visit/standing.ts';
import type { VisitState } from '@clearquay/domain/visit/visit.ts';
import { openHolds, type VisitRevision } from '../visit-revision.ts';
import { columnInstant } from './column-instant.ts';

const nullableInstant = (at: Instant | undefined): number | null => (at === undefined ? null : columnInstant(at));

/** The actual times of the milestones that were reached. */
function reached(milestones: VisitState['milestones']): Record<string, number> {
  const times: Record<string, number> = {};
  for (const [name, { actual }] of Object.entries(milestones)) if (actual !== undefined) times[name] = columnInstant(actual);
  return times;
}

/** The row of a revision in `visits` and `visit_revisions`. */
export function visitRow(written: VisitRevision, appliedAt: Instant): Row {
  const { visit, revision, assignedAt, document, isGone, nextChangeAt } = written;
  const { state, timeline, visitId } = visit;
  return {
    port: state.port,
    container: state.container,
    visit_id: visitId,
    revision,
    assigned_at: assignedAt,
    applied_at: appliedAt,
    direction: state.direction,
    status: state.status,
    closed_as: state.closedAs ?? '',
    opened_at: nullableInstant(state.openedAt),
    closed_at: nullableInstant(state.closedAt),
    facility: state.facility ?? '',
    size_type: state.sizeType ?? '',
    calls: state.calls,
    bills: state.bills,
    declarations: state.declarations,
    bookings: state.bookings,
    open_holds: openHolds(written),
    codes: [...new Set(timeline.filter((t) => t.status === 'effective').map((t) => t.event.code))],
    lanes: state.lanes,
    milestones: reached(state.milestones),
    findings: state.findings.map((f) => f.code),
    bill_classes: state.classes.bills,
    declaration_classes: state.classes.declarations,
    declared_boxes: state.classes.declaredBoxes,
    next_change_at: isGone ? null : nullableInstant(nextChangeAt),
    gone: isGone ? 1 : 0,
    document,
  };
}

/** The rows of a revision in `timeline`: the entries that are new or changed. */
export const timelineRows = ({ visit, revision, entries }: VisitRevision): Row[] =>
  entries.map(({ event, via, status, by }) => ({
    container: visit.state.container,
    port: visit.state.port,
    visit_id: visit.visitId,
    source: event.source,
    event_id: event.id,
    via_type: via.type,
    via_id: via.id,
    code: event.code,
    status,
    by: by ?? '',
    occurred_at: columnInstant(event.occurredAt),
    received_at: columnInstant(event.receivedAt),
    applied_at: event.appliedAt,
    revision,
  }));

/** The row of a revision in `changes`. */
export const changeRow = (
  { visit, revision, cause, changes, events, supersedes }: VisitRevision,
  partition: number,
  appliedAt: Instant,
): Row => ({
  partition,
  revision,
  port: visit.state.port,
  container: visit.state.container,
  visit_id: visit.visitId,
  cause,
  changed: changes,
  events: events.map((e) => eventLabel(e.event)),
  supersedes,
  applied_at: appliedAt,
});
