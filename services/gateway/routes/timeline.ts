import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import type { FastifyInstance } from 'fastify';
import { readQuery } from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';
import { findVisit } from './visits.ts';

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

/** `GET /v1/visits/{visitId}/timeline`: `{visitId, entries: TimelineEntry[]}` in order of occurrence, then of receipt. */
export function timelineRoute(app: FastifyInstance, { warehouse, ports }: RouteDeps): void {
  app.get<{ Params: { visitId: string } }>('/v1/visits/:visitId/timeline', async (request, reply) => {
    readQuery(request.query, []);
    const { key } = await findVisit(warehouse, request.params.visitId);
    const rows = await warehouse.query<EntryRow>(sql, { ...key });
    const zone = ports.resolve(key.port)?.zone ?? 'UTC';
    const entries = rows.map((row) => entryText(row, zone)).join(',');
    return reply.type('application/json; charset=utf-8').send(`{"visitId":${JSON.stringify(key.visitId)},"entries":[${entries}]}`);
  });
}

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
