import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { readBoxHistory } from '@clearquay/domain/history/box-history.ts';
import { replayTimelines } from '@clearquay/domain/history/replay.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { FastifyInstance } from 'fastify';
import type { VisitKey } from '../visit-id.ts';
import type { RouteDeps } from './route-deps.ts';
import { findVisit, findVisitAsOf, readAsOf, unknownVisit } from './visits.ts';

interface EntryRow {
  readonly viaType: string;
  readonly viaId: string;
  readonly status: string;
  readonly by: string;
  /** Epoch milliseconds as decimal digits. */
  readonly receivedAt: string;
  readonly appliedAt: string;
  /** The event as JSON text. */
  readonly body: string;
}

const entriesOfVisit = 'container = {container:String} AND port = {port:String} AND visit_id = {visitId:String}';

// The events are narrowed to the keys of the entries first, so the join reads a few granules of each table.
const sql = `SELECT t.via_type AS viaType, t.via_id AS viaId, t.status AS status, t.by AS by, e.body AS body,
  toUnixTimestamp64Milli(t.received_at) AS receivedAt, toUnixTimestamp64Milli(t.applied_at) AS appliedAt
FROM (SELECT * FROM timeline FINAL WHERE ${entriesOfVisit}) AS t
INNER JOIN (
  SELECT port, subject_type, subject_id, source, event_id, body FROM events FINAL
  WHERE port = {port:String} AND (subject_type, subject_id, source, event_id) IN
    (SELECT via_type, via_id, source, event_id FROM timeline FINAL WHERE ${entriesOfVisit})
) AS e ON e.port = t.port AND e.subject_type = t.via_type AND e.subject_id = t.via_id AND e.source = t.source AND e.event_id = t.event_id
ORDER BY t.occurred_at, t.received_at, t.source, t.event_id`;

/**
 * `GET /v1/visits/{visitId}/timeline`: `{visitId, entries: TimelineEntry[]}` in order of occurrence, then of receipt; with
 * `?asOf=` as it stood then.
 */
export function timelineRoute(app: FastifyInstance, { warehouse, ports }: RouteDeps): void {
  app.get<{ Params: { visitId: string } }>('/v1/visits/:visitId/timeline', async (request, reply) => {
    const at = readAsOf(request.query);
    const { visitId } = request.params;
    const { key } = at === undefined ? await findVisit(warehouse, visitId) : await findVisitAsOf(warehouse, visitId, at);
    const rows = at === undefined ? await warehouse.query<EntryRow>(sql, { ...key }) : await entriesAsOf(warehouse, key, at);
    const zone = ports.resolve(key.port)?.zone ?? 'UTC';
    const entries = rows.map((row) => entryText(row, zone)).join(',');
    return reply.type('application/json; charset=utf-8').send(`{"visitId":${JSON.stringify(key.visitId)},"entries":[${entries}]}`);
  });
}

/**
 * The entries of a visit as they stood at a moment. The table keeps the newest status of each only, so what had been
 * applied by then is read and cut once more. Throws `ProblemError` `CQ_NOT_FOUND` when that gives no such visit.
 */
async function entriesAsOf(warehouse: Warehouse, { port, container, visitId }: VisitKey, at: Instant): Promise<EntryRow[]> {
  const history = await readBoxHistory(warehouse, port as UnLocode, `container:${container}`, at);
  const entries = replayTimelines(history).get(visitId);
  if (!entries) throw unknownVisit();
  const bodies = new Map(history.events.map(({ event, body }) => [event, body]));
  return entries
    .toSorted((a, b) => byOccurrence(a.event, b.event))
    .map(
      ({ event, via, status, by }): EntryRow => ({
        viaType: via.type,
        viaId: via.id,
        status,
        by: by ?? '',
        receivedAt: String(event.receivedAt),
        appliedAt: String(event.appliedAt),
        body: bodies.get(event) ?? '',
      }),
    );
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The order of the query above. */
const byOccurrence = (a: AcceptedEvent, b: AcceptedEvent): number =>
  a.occurredAt - b.occurredAt || a.receivedAt - b.receivedAt || byText(a.source, b.source) || byText(a.id, b.id);

/** A `TimelineEntryJson` as text, the event as it is stored. */
function entryText({ viaType, viaId, status, by, receivedAt, appliedAt, body }: EntryRow, zone: string): string {
  const rest = JSON.stringify({
    via: { type: viaType, id: viaId },
    status,
    ...(by !== '' && { by }),
    receivedAt: formatInstant(Number(receivedAt), zone),
    appliedAt: formatInstant(Number(appliedAt), zone),
  });
  return `{"event":${body},${rest.slice(1)}`;
}
