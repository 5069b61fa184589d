/** Waits between attempts to connect, in milliseconds. */
export interface BackoffBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The wait before attempt `attempt` (from 0): doubling up to the bound, half of it by chance so that clients spread. */
export function backoffMs(attempt: number, { minMs, maxMs }: BackoffBounds, random: () => number = Math.random): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (full / 2) * random();
}
