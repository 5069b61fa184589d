import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { Seal } from '../seal.ts';

/** Where a page ends in a list that is ordered by time, then by id. */
export interface Place {
  /** Epoch milliseconds in digits. */
  readonly at: string;
  readonly id: string;
}

/** Reads the cursor of a page before: `CQ_CURSOR_INVALID` for any other text. */
export function readPlace(purpose: string, text: string, seal: Seal): Result<Place, Problem> {
  const [, at, id] = /^(-?[0-9]+) (.+)$/.exec(seal.open(purpose, text)?.toString() ?? '') ?? [];
  return at !== undefined && id !== undefined
    ? ok({ at, id })
    : refuse(problem('CQ_CURSOR_INVALID', 'Send the cursor of the page before, unchanged.', '/cursor'));
}

/** Cuts one row more than a page has off, and with it gives the cursor of the next page. */
export function placePage<T>(
  purpose: string,
  rows: readonly T[],
  limit: number,
  placeOf: (row: T) => Place,
  seal: Seal,
): { readonly page: readonly T[]; readonly cursor: { readonly cursor?: string } } {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  if (!last) return { page, cursor: {} };
  const { at, id } = placeOf(last);
  return { page, cursor: { cursor: seal.close(purpose, Buffer.from(`${at} ${id}`)) } };
}
