import { expect, test } from 'vitest';
import type { Milestone } from '../events/codes.ts';
import { ladderSteps, ladders } from './ladders.ts';

test('a later step may come first: what was passed by shows as not observed, what is to come as ahead', () => {
  const reached = new Set<Milestone>(['vessel-arrived', 'discharged']);
  const steps = ladderSteps(ladders.import, (m) => reached.has(m));
  expect(steps.slice(0, 4)).toEqual([
    { milestone: 'vessel-arrived', state: 'reached' },
    { milestone: 'vessel-berthed', state: 'not-observed' },
    { milestone: 'discharged', state: 'reached' },
    { milestone: 'inspection-positioned', state: 'ahead' },
  ]);
});
