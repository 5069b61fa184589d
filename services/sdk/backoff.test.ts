import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const bounds = { minMs: 100, maxMs: 5_000 };

test('waits double up to the bound, and chance takes away at most half', () => {
  expect([0, 1, 2, 5, 6, 1_000].map((n) => backoffMs(n, bounds, () => 1))).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
  expect(backoffMs(3, bounds, () => 0)).toBe(400);
});
