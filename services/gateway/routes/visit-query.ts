import { parseInstant } from '@clearquay/domain/identifiers/instant.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { Seal } from '../seal.ts';
import { parseVisitId } from '../visit-id.ts';
import type { VisitRow, VisitSelection } from '../visit-selection.ts';
import { type QueryTexts, readQuery } from './query-string.ts';

const filterOf = {
  container: 'containers',
  bill: 'bills',
  declaration: 'declarations',
  booking: 'bookings',
  call: 'calls',
  port: 'ports',
  direction: 'directions',
  status: 'statuses',
  hold: 'holds',
} as const satisfies Record<string, keyof Filter>;

const words: Readonly<Record<string, readonly string[]>> = {
  direction: ['import', 'export', 'transhipment', 'empty'],
  status: ['expected', 'open', 'closed'],
};

const parameters = [...Object.keys(filterOf), 'since', 'limit', 'cursor'];
const purpose = 'visits-page';
const defaultLimit = 100;
/** The most visits in one page. */
export const maxLimit = 500;

/**
 * Reads the query of `GET /v1/visits`. Every name may be repeated: OR within a name, AND between names. `since` is
 * an instant: visits changed at or after it. Throws `ProblemError` `CQ_REQUEST_INVALID` naming every wrong parameter.
 */
export function readVisitQuery(query: unknown, seal: Seal): VisitSelection {
  const texts = readQuery(query, parameters);
  const filter: Filter = Object.fromEntries(Object.entries(filterOf).flatMap(([name, list]) => pair(list, texts.get(name))));
  const limit = single(texts, 'limit', readLimit);
  const since = single(texts, 'since', (text) => parseInstant(text, '/since'));
  const after = single(texts, 'cursor', (text) => readPageCursor(text, seal));
  const errors = [
    ...Object.entries(words).flatMap(([name, allowed]) => wordProblems(name, texts.get(name) ?? [], allowed)),
    ...[limit, since, after].flatMap((r) => (r?.ok === false ? [r.error] : [])),
  ];
  if (errors.length > 0) throw new ProblemError('CQ_REQUEST_INVALID', 'Correct the query string.', errors);
  return {
    filter,
    limit: limit?.ok ? limit.value : defaultLimit,
    since: since?.ok ? since.value : undefined,
    after: after?.ok ? after.value : undefined,
  };
}

/** The cursor behind the last row of a page. */
export const pageCursor = (last: VisitRow, seal: Seal): string => seal.close(purpose, Buffer.from(last.visitId));

function readPageCursor(text: string, seal: Seal) {
  const visitId = seal.open(purpose, text)?.toString();
  const key = visitId === undefined ? undefined : parseVisitId(visitId);
  return key ? ok(key) : refuse(problem('CQ_CURSOR_INVALID', 'Send the cursor of the page before, unchanged.', '/cursor'));
}

function readLimit(text: string): Result<number, Problem> {
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= maxLimit
    ? ok(limit)
    : refuse(problem('CQ_REQUEST_INVALID', `Send a whole number from 1 to ${maxLimit}.`, '/limit'));
}

const pair = (list: keyof Filter, values: readonly string[] | undefined): [keyof Filter, readonly string[]][] =>
  values ? [[list, values]] : [];

function single<T>(texts: QueryTexts, name: string, read: (text: string) => Result<T, Problem>): Result<T, Problem> | undefined {
  const values = texts.get(name);
  if (!values) return undefined;
  const [first] = values;
  return values.length === 1 && first !== undefined ? read(first) : refuse(problem('CQ_REQUEST_INVALID', 'Send it once.', `/${name}`));
}

const wordProblems = (name: string, values: readonly string[], allowed: readonly string[]): Problem[] =>
  values.filter((v) => !allowed.includes(v)).map(() => problem('CQ_REQUEST_INVALID', `Send one of ${allowed.join(', ')}.`, `/${name}`));
