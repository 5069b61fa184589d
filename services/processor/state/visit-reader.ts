import { eventKey, type SubjectType } from '@clearquay/domain/events/status-event.ts';
import { type Queries, readByIds } from '@clearquay/domain/history/stored-subjects.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import { idOf } from '@clearquay/domain/visit/reach.ts';
import { type EntryStatus, type SubjectKey, subjectKey, type TimelineEntry } from '@clearquay/domain/visit/visit.ts';
import type { PortMemory } from './port-memory.ts';
import type { VisitMemory } from './visit-memory.ts';

interface VisitRow {
  readonly container: string;
  readonly visit_id: string;
  readonly assigned: string;
}

interface EntryRow {
  readonly container: string;
  readonly visit_id: string;
  readonly source: string;
  readonly event_id: string;
  readonly via_type: SubjectType;
  readonly via_id: string;
  readonly status: EntryStatus;
  readonly by: string;
}

const visitsSql = `SELECT container, visit_id, toUnixTimestamp64Milli(argMax(assigned_at, revision)) AS assigned
  FROM visits WHERE port = {port:String} AND container IN {ids:Array(String)}
  GROUP BY container, visit_id
  HAVING argMax(gone, revision) = 0
    OR arrayExists((a, b) -> max(revision) > a AND max(revision) < b, {after:Array(UInt64)}, {before:Array(UInt64)})`;
const entriesSql = `SELECT container, visit_id, source, event_id, via_type, via_id, status, by
  FROM timeline WHERE container IN {ids:Array(String)} AND port = {port:String} ORDER BY revision`;

/** What the tables say of the visits of one box. */
export interface StoredVisits {
  readonly assignedAt: Map<string, Instant>;
  /** Timeline rows by visit and event, the newest of each. */
  readonly entries: Map<string, Map<string, EntryRow>>;
}

/**
 * Reads the ids and timelines of the visits of containers, also of those that are gone without that anybody was told for
 * sure: they go once more. Boxes without a visit are left out.
 */
export async function readVisits(
  warehouse: Queries,
  port: PortMemory,
  containers: readonly SubjectKey[],
): Promise<Map<SubjectKey, StoredVisits>> {
  const ids = containers.map(idOf);
  const { fence } = port;
  const params = { port: port.port.code, after: fence.map((g) => g.after), before: fence.map((g) => g.before) };
  const [visits, entries] = await Promise.all([
    readByIds<VisitRow>(warehouse, visitsSql, ids, params),
    readByIds<EntryRow>(warehouse, entriesSql, ids, params),
  ]);
  const stored = new Map<SubjectKey, StoredVisits>();
  for (const row of visits) {
    const key: SubjectKey = `container:${row.container}`;
    const box = stored.get(key) ?? { assignedAt: new Map(), entries: new Map() };
    stored.set(key, box);
    box.assignedAt.set(row.visit_id, instant(Number(row.assigned)));
    box.entries.set(row.visit_id, new Map());
  }
  for (const row of entries) {
    const ofVisit = stored.get(`container:${row.container}`)?.entries.get(row.visit_id);
    ofVisit?.set(eventKey({ source: row.source, id: row.event_id }), row);
  }
  return stored;
}

/**
 * Remembers the visits of a box as they were written. Their states are not read but folded once more from the events
 * that stand before this batch: a fold needs nothing else, and two versions of a state's text never meet.
 */
export function rememberVisits(port: PortMemory, box: SubjectKey, stored: StoredVisits): void {
  const subject = port.getOrAdd(box);
  const identities = [...stored.entries].map(([visitId, rows]) => {
    const assignedAt = stored.assignedAt.get(visitId) as Instant;
    const living = [...rows.values()].filter((row) => row.status !== 'left');
    const made = living.filter((row) => row.via_type !== 'call').map((row) => eventKey({ source: row.source, id: row.event_id }));
    return { visitId, assignedAt, events: made, rows: living };
  });
  const folded = new Map(port.refold(box, identities).visits.map((v) => [v.visitId, v.state]));
  subject.setVisits(
    identities.map(({ rows, ...identity }): VisitMemory => {
      const state = folded.get(identity.visitId);
      return { ...identity, state, timeline: entriesOf(port, rows) };
    }),
  );
}

function entriesOf(port: PortMemory, rows: readonly EntryRow[]): TimelineEntry[] {
  return rows.flatMap((row): TimelineEntry[] => {
    const via = { type: row.via_type, id: row.via_id };
    const event = port.get(subjectKey(via))?.known.get(eventKey({ source: row.source, id: row.event_id }))?.event;
    return event ? [{ event, via, status: row.status, ...(row.by !== '' && { by: row.by }) }] : [];
  });
}
