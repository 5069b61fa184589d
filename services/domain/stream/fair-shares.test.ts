import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairShares } from './fair-shares.ts';

test('shares use all they can, exceed nothing and favour nobody by more than one', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 8 }), fc.nat(100), fc.nat(20), (available, total, first) => {
      const shares = fairShares(available, total, first);
      const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
      expect(sum(shares)).toBe(Math.min(total, sum(available)));
      const most = Math.max(...shares);
      shares.forEach((share, at) => {
        expect(share).toBeLessThanOrEqual(available[at] ?? 0);
        if (share < (available[at] ?? 0)) expect(share).toBeGreaterThanOrEqual(most - 1);
      });
    }),
  );
});

test('what cannot be divided goes round', () => {
  expect([0, 1, 2, 3].map((first) => fairShares([9, 9, 9], 1, first))).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ]);
});
