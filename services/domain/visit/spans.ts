import type { LinkStatement } from './visit.ts';

/** When a link holds: stretches [from, to) in event time. */
export type Spans = readonly { readonly from: number; readonly to: number }[];

/** Without limit on both sides. */
export const always: Spans = [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }];

/**
 * The stretches in which a link holds. The first link reaches back without limit, an unlink ends it from its time,
 * a later link opens it again (ruling 9). `statements` are in order of time.
 */
export function spansOf(statements: readonly LinkStatement[]): Spans {
  if (!statements.some((s) => s.op === 'unlink')) return statements.length > 0 ? always : [];
  const spans: { from: number; to: number }[] = [];
  let open: { from: number; to: number } | undefined;
  for (const statement of statements) {
    if (statement.op === 'link' && !open) {
      open = { from: spans.length === 0 ? Number.NEGATIVE_INFINITY : statement.at, to: Number.POSITIVE_INFINITY };
      spans.push(open);
    } else if (statement.op === 'unlink' && open) {
      open.to = statement.at;
      open = undefined;
    }
  }
  return spans;
}

/** What is left of a link that something ends for good. */
export const endedAt = (spans: Spans, at: number): Spans =>
  spans.filter((s) => s.from < at).map(({ from, to }) => ({ from, to: Math.min(to, at) }));

/** True when the link holds at a time. */
export const holdsAt = (spans: Spans, at: number): boolean => spans === always || spans.some((s) => at >= s.from && at < s.to);

/** True when the link holds and was not ended. */
export const holdsNow = (spans: Spans): boolean => spans === always || spans.at(-1)?.to === Number.POSITIVE_INFINITY;
