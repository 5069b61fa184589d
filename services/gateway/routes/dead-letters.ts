import { parseInstant } from '@clearquay/domain/identifiers/instant.ts';
import {
  currentCode,
  type DeadLetterRow,
  deadLetterColumns,
  isReplayed,
  presentDeadLetter,
  readDeadLetter,
  replaysOfLetters,
} from '@clearquay/domain/operations/dead-letter.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance } from 'fastify';
import type { Seal } from '../seal.ts';
import type { Query } from '../visit-selection.ts';
import { placePage, readPlace } from './place-cursor.ts';
import {
  defaultLimit,
  oneOf,
  problemsOf,
  type QueryTexts,
  readLimit,
  readQuery,
  readValue,
  refuseProblems,
  single,
} from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';

/** The column of each list of the filter. */
const columns = {
  code: 'current_code',
  stage: 'd.stage',
  port: 'd.port',
  partner: 'd.partner',
  source: 'd.source',
  event: 'd.event_id',
} as const;

const parameters = [...Object.keys(columns), 'state', 'since', 'limit', 'cursor'];
const purpose = 'dead-letters-page';

/**
 * `GET /v1/dead-letters`: `{deadLetters[], cursor?}`, newest first, by `code` (the reason now), `stage`, `port`, `partner`, `source`,
 * `event`, `state=open|replayed` and `since`. `GET /v1/dead-letters/{id}` adds `body`, the original bytes in base64, and
 * `text` when they are text; of input beyond 512 KiB the beginning, the whole being kept as `rawId`.
 */
export function deadLetterRoutes(app: FastifyInstance, { warehouse, seal }: RouteDeps): void {
  app.get('/v1/dead-letters', async (request) => {
    const { sql, params, limit } = readList(request.query, seal);
    const rows = await warehouse.query<DeadLetterRow>(sql, params);
    const { page, cursor } = placePage(purpose, rows, limit, (row) => ({ at: row.refusedAt, id: row.id }), seal);
    return { deadLetters: page.map(presentDeadLetter), ...cursor };
  });

  app.get<{ Params: { id: string } }>('/v1/dead-letters/:id', async (request) => {
    readQuery(request.query, []);
    return wholeLetter(warehouse, request.params.id);
  });
}

async function wholeLetter(warehouse: Warehouse, id: string): Promise<object> {
  const row = await readDeadLetter(warehouse, id);
  if (!row) throw new ProblemError('CQ_NOT_FOUND', 'Check the id: no dead letter has it.');
  const text = textOf(Buffer.from(row.body, 'base64'));
  return { ...presentDeadLetter(row), body: row.body, ...(text !== undefined && { text }) };
}

/** The bytes as text, when they are nothing else: UTF-8 without control characters but tab and line ends. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function readList(query: unknown, seal: Seal): Query & { readonly limit: number } {
  const texts = readQuery(query, parameters);
  const read = single(texts, 'limit', readLimit);
  const since = single(texts, 'since', (text) => parseInstant(text, '/since'));
  const after = single(texts, 'cursor', (text) => readPlace(purpose, text, seal));
  const state = single(texts, 'state', oneOf('/state', 'open', 'replayed'));
  refuseProblems(problemsOf(read, since, after, state));
  const limit = readValue(read) ?? defaultLimit;
  const terms = [...filterTerms(texts), ...stateTerm(readValue(state))];
  const params: Record<string, unknown> = { ...Object.fromEntries(texts), limit: limit + 1 };
  const from = readValue(since);
  if (from !== undefined) terms.push('d.refused_at >= fromUnixTimestamp64Milli({from:Int64})');
  const place = readValue(after);
  if (place) terms.push('(d.refused_at, d.id) < (fromUnixTimestamp64Milli({placeAt:Int64}), {placeId:String})');
  const sql = `SELECT ${deadLetterColumns},
  ${currentCode} AS current_code
FROM dead_letters AS d FINAL LEFT JOIN ${replaysOfLetters} AS r ON r.item = d.id
WHERE ${terms.join(' AND ') || '1'} ORDER BY d.refused_at DESC, d.id DESC LIMIT {limit:UInt32}`;
  return { sql, params: { ...params, from, placeAt: place?.at, placeId: place?.id }, limit };
}

const filterTerms = (texts: QueryTexts): string[] =>
  Object.entries(columns).flatMap(([name, column]) => (texts.has(name) ? [`${column} IN {${name}:Array(String)}`] : []));

const stateTerm = (state: 'open' | 'replayed' | undefined): string[] =>
  state === undefined ? [] : [state === 'open' ? `NOT ${isReplayed}` : isReplayed];
