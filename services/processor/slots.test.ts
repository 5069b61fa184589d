import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('no more are in at once than there are places, and everybody gets one in turn', async () => {
  const slots = createSlots(2);
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 7 }, async (_, i) => {
      const giveBack = await slots.take();
      most = Math.max(most, ++inside);
      order.push(i);
      await Promise.resolve();
      inside--;
      giveBack();
      giveBack();
    }),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
