import { parseInstant } from '@clearquay/domain/identifiers/instant.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, refuse } from '@clearquay/domain/result.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { Seal } from '../seal.ts';
import { parseVisitId } from '../visit-id.ts';
import type { VisitRow, VisitSelection } from '../visit-selection.ts';
import { defaultLimit, problemsOf, type QueryTexts, readLimit, readQuery, readValue, refuseProblems, single } from './query-string.ts';

/** The names of a query string that make a filter. */
export const filterOf = {
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

/**
 * Reads the query of `GET /v1/visits`. Every name may be repeated: OR within a name, AND between names. `since` is
 * an instant: visits changed at or after it. Throws `ProblemError` `CQ_REQUEST_INVALID` naming every wrong parameter.
 */
export function readVisitQuery(query: unknown, seal: Seal): VisitSelection {
  const texts = readQuery(query, parameters);
  const limit = single(texts, 'limit', readLimit);
  const since = single(texts, 'since', (text) => parseInstant(text, '/since'));
  const after = single(texts, 'cursor', (text) => readPageCursor(text, seal));
  refuseProblems([...filterProblems(texts), ...problemsOf(limit, since, after)]);
  return {
    filter: readFilter(texts),
    limit: readValue(limit) ?? defaultLimit,
    since: readValue(since),
    after: readValue(after),
  };
}

/** The filter of a query string. */
export const readFilter = (texts: QueryTexts): Filter =>
  Object.fromEntries(Object.entries(filterOf).flatMap(([name, list]) => pair(list, texts.get(name))));

/** What is wrong with the values of the filter. */
export const filterProblems = (texts: QueryTexts): Problem[] =>
  Object.entries(words).flatMap(([name, allowed]) => wordProblems(name, texts.get(name) ?? [], allowed));

/** The cursor behind the last row of a page. */
export const pageCursor = (last: VisitRow, seal: Seal): string => seal.close(purpose, Buffer.from(last.visitId));

function readPageCursor(text: string, seal: Seal) {
  const visitId = seal.open(purpose, text)?.toString();
  const key = visitId === undefined ? undefined : parseVisitId(visitId);
  return key ? ok(key) : refuse(problem('CQ_CURSOR_INVALID', 'Send the cursor of the page before, unchanged.', '/cursor'));
}

const pair = (list: keyof Filter, values: readonly string[] | undefined): [keyof Filter, readonly string[]][] =>
  values ? [[list, values]] : [];

const wordProblems = (name: string, values: readonly string[], allowed: readonly string[]): Problem[] =>
  values.filter((v) => !allowed.includes(v)).map(() => problem('CQ_REQUEST_INVALID', `Send one of ${allowed.join(', ')}.`, `/${name}`));
