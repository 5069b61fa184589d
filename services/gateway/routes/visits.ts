import { type Instant, parseInstant } from '@clearquay/domain/identifiers/instant.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance } from 'fastify';
import { parseVisitId, type VisitKey } from '../visit-id.ts';
import { selectVisits, type VisitRow } from '../visit-selection.ts';
import { readQuery } from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';
import { pageCursor, readVisitQuery } from './visit-query.ts';

const json = 'application/json; charset=utf-8';

/** `GET /v1/visits` and `GET /v1/visits/{visitId}`. The stored JSON of a visit is spliced into the answer as it is. */
export function visitRoutes(app: FastifyInstance, { warehouse, seal }: RouteDeps): void {
  app.get('/v1/visits', async (request, reply) => {
    const selection = readVisitQuery(request.query, seal);
    // One row more than asked for tells whether there is a next page.
    const { sql, params } = selectVisits({ ...selection, limit: selection.limit + 1 });
    const rows = await warehouse.query<VisitRow>(sql, params);
    const page = rows.slice(0, selection.limit);
    const last = rows.length > selection.limit ? page.at(-1) : undefined;
    const cursor = last ? `,"cursor":"${pageCursor(last, seal)}"` : '';
    return reply.type(json).send(`{"visits":${visitsText(page)}${cursor}}`);
  });

  app.get<{ Params: { visitId: string } }>('/v1/visits/:visitId', async (request, reply) => {
    const at = readAsOf(request.query);
    const { visitId } = request.params;
    const { document } = at === undefined ? await findVisit(warehouse, visitId) : await findVisitAsOf(warehouse, visitId, at);
    return reply.type(json).send(document);
  });
}

/** Rows as a JSON array of visits. */
export const visitsText = (rows: readonly VisitRow[]): string => `[${rows.map((row) => row.document).join(',')}]`;

/** What is said of a visit that is not there, or not any more. */
export const unknownVisit = (): ProblemError =>
  new ProblemError('CQ_NOT_FOUND', 'Check the id of the visit; it begins with port and container.');

/** A visit and the keys of its rows; `document` is the visit as JSON text. */
interface FoundVisit {
  readonly key: VisitKey;
  readonly document: string;
}

/** The moment that `?asOf=` names, if any. Throws `ProblemError` `CQ_REQUEST_INVALID` for what is no instant and for other parameters. */
export function readAsOf(query: unknown): Instant | undefined {
  const [asOf] = readQuery(query, ['asOf']).get('asOf') ?? [];
  if (asOf === undefined) return undefined;
  const at = parseInstant(asOf, '/asOf');
  if (!at.ok) throw new ProblemError('CQ_REQUEST_INVALID', 'Correct the query string.', [at.error]);
  return at.value;
}

/**
 * One visit as it was known at a moment: its newest revision applied by then (ruling 15). Throws `ProblemError`
 * `CQ_NOT_FOUND` when it was not there yet or was merged by then.
 */
export async function findVisitAsOf(warehouse: Warehouse, visitId: string, at: Instant): Promise<FoundVisit> {
  const key = parseVisitId(visitId);
  const [row] = key
    ? await warehouse.query<{ document: string; gone: number }>(
        `SELECT document, gone FROM visit_revisions
WHERE port = {port:String} AND visit_id = {visitId:String} AND applied_at <= fromUnixTimestamp64Milli({at:Int64})
ORDER BY revision DESC LIMIT 1`,
        { ...key, at },
      )
    : [];
  if (!key || !row || row.gone === 1) throw unknownVisit();
  return { key, document: row.document };
}

/** One visit by its id and its keys. Throws `ProblemError` `CQ_NOT_FOUND` when there is none, also for a merged one. */
export async function findVisit(warehouse: Warehouse, visitId: string): Promise<FoundVisit> {
  const key = parseVisitId(visitId);
  const [row] = key
    ? await warehouse.query<Pick<VisitRow, 'document'>>(
        `SELECT document FROM visits FINAL
WHERE port = {port:String} AND container = {container:String} AND visit_id = {visitId:String} AND gone = 0`,
        { ...key },
      )
    : [];
  if (!key || !row) throw unknownVisit();
  return { key, document: row.document };
}
