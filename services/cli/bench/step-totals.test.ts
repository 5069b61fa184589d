import { expect, test } from 'vitest';
import { StepTotals } from './step-totals.ts';

test('records that nobody counts end the wait instead of keeping it for ever', async () => {
  await expect(new StepTotals().reached(5, 10)).rejects.toThrow('no batch for 0.01 s after 0 of 5 records');
});
