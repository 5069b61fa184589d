import type { Instant } from '../identifiers/instant.ts';

/** A stretch of event time [from, to); open at the end while it lasts. */
export interface Stretch {
  readonly from: Instant;
  readonly to?: Instant;
}

/** The end of a stretch as a number, `Infinity` while it is open. */
export const endOf = (s: Stretch): number => s.to ?? Number.POSITIVE_INFINITY;

/** A stretch from a start to an end; an end of `Infinity` leaves it open. */
export const stretch = (from: number, to: number = Number.POSITIVE_INFINITY): Stretch =>
  to === Number.POSITIVE_INFINITY ? { from: from as Instant } : { from: from as Instant, to: to as Instant };

/** The same time once: stretches that overlap or touch become one, in order; an end before its start counts as none. */
export function union(stretches: readonly Stretch[]): Stretch[] {
  const inOrder = stretches.filter((s) => endOf(s) >= s.from).sort((a, b) => a.from - b.from || endOf(a) - endOf(b));
  const joined: Stretch[] = [];
  for (const next of inOrder) {
    const last = joined.at(-1);
    if (last && next.from <= endOf(last)) joined[joined.length - 1] = stretch(last.from, Math.max(endOf(last), endOf(next)));
    else joined.push(next);
  }
  return joined;
}

/** What is left of stretches when others are taken out; both in any order, the result in order and without empty ones. */
export function subtract(stretches: readonly Stretch[], taken: readonly Stretch[]): Stretch[] {
  let left = union(stretches);
  for (const out of taken) {
    // An empty stretch takes nothing out, and must not split what it lies in.
    if (endOf(out) <= out.from) continue;
    left = left.flatMap((s) => {
      if (out.from >= endOf(s) || endOf(out) <= s.from) return [s];
      const parts: Stretch[] = [];
      if (out.from > s.from) parts.push(stretch(s.from, out.from));
      if (endOf(out) < endOf(s)) parts.push(stretch(endOf(out), endOf(s)));
      return parts;
    });
  }
  return left;
}
