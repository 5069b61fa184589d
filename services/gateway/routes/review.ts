import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import {
  decisionOf,
  type ReviewItemJson,
  type ReviewRow,
  readReviewItem,
  reviewKinds,
  reviewSql,
} from '@clearquay/domain/operations/review-item.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance } from 'fastify';
import { sentIn } from '../events/read-refusals.ts';
import { placePage, readPlace } from './place-cursor.ts';
import { defaultLimit, oneOf, problemsOf, readLimit, readQuery, readValue, refuseProblems, single } from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';

const purpose = 'review-page';
const parameters = ['kind', 'port', 'source', 'state', 'limit', 'cursor'];

/**
 * `GET /v1/review`: `{items[], cursor?}`: what waits for a person, longest first, by `kind=quarantined|conflict|replacement`, `port`,
 * `source` and `state=waiting|settled` (waiting when absent). `GET /v1/review/{id}`: one of them, also a settled one.
 */
export function reviewRoutes(app: FastifyInstance, { warehouse, seal, codec }: RouteDeps & { readonly codec: RecordCodec }): void {
  app.get('/v1/review', async (request) => {
    const texts = readQuery(request.query, parameters);
    const read = single(texts, 'limit', readLimit);
    const after = single(texts, 'cursor', (text) => readPlace(purpose, text, seal));
    const state = single(texts, 'state', oneOf('/state', 'waiting', 'settled'));
    const kind = single(texts, 'kind', oneOf('/kind', ...reviewKinds));
    refuseProblems(problemsOf(read, after, state, kind));
    const limit = readValue(read) ?? defaultLimit;
    const place = readValue(after);
    const terms = [
      `settled = ${readValue(state) === 'settled' ? 1 : 0}`,
      ...['kind', 'port', 'source'].flatMap((name) => (texts.has(name) ? [`${name} IN {${name}:Array(String)}`] : [])),
      ...(place ? ['(since_ms, id) > ({at:Int64}, {id:String})'] : []),
    ];
    const sql = `SELECT * FROM (${reviewSql}) WHERE ${terms.join(' AND ')} ORDER BY since_ms, id LIMIT {limit:UInt32}`;
    const rows = await warehouse.query<ReviewRow>(sql, { ...Object.fromEntries(texts), ...place, limit: limit + 1 });
    const { page, cursor } = placePage(purpose, rows, limit, (row) => ({ at: row.since, id: row.id }), seal);
    return { items: await present(page, warehouse, codec), ...cursor };
  });

  app.get<{ Params: { id: string } }>('/v1/review/:id', async (request) => {
    readQuery(request.query, []);
    const row = await readReviewItem(warehouse, request.params.id);
    if (!row) throw new ProblemError('CQ_NOT_FOUND', 'Check the id: nothing of it waits or waited.');
    const [item] = await present([row], warehouse, codec);
    return item;
  });
}

interface StandingRow {
  readonly name: string;
  readonly body: string;
}

const standingSql = `SELECT concat(port, '/', source, '/', event_id) AS name, body FROM events
WHERE event_id IN {ids:Array(String)} AND name IN {names:Array(String)} ORDER BY revision LIMIT 1 BY name`;

/** Items with the events that they are about. */
async function present(rows: readonly ReviewRow[], warehouse: Warehouse, codec: RecordCodec): Promise<ReviewItemJson[]> {
  const nameOf = ({ port, source, eventId }: ReviewRow): string => `${port}/${source}/${eventId}`;
  const conflicts = rows.filter((r) => r.kind === 'conflict');
  const found =
    conflicts.length === 0
      ? []
      : await warehouse.query<StandingRow>(standingSql, { ids: conflicts.map((r) => r.eventId), names: conflicts.map(nameOf) });
  const standing = new Map(found.map(({ name, body }) => [name, JSON.parse(body) as StatusEventJson]));
  return rows.map((row) => presentItem(row, standing.get(nameOf(row)), codec));
}

function presentItem(row: ReviewRow, standing: StatusEventJson | undefined, codec: RecordCodec): ReviewItemJson {
  const { id, kind, since, port, source, eventId, settled } = row;
  const event = kind === 'conflict' ? sentIn(row, codec) : (JSON.parse(row.body) as StatusEventJson);
  const decision = decisionOf(row);
  return {
    id,
    kind,
    since: new Date(Number(since)).toISOString(),
    state: settled === 1 ? 'settled' : 'waiting',
    port,
    source,
    eventId,
    ...(event && { event }),
    ...(kind === 'conflict' && standing && { standing }),
    ...(decision && { decision: { ...decision, at: new Date(decision.at).toISOString() } }),
  };
}
