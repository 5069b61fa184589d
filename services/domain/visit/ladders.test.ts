import { expect, test } from 'vitest';
import type { Milestone } from '../events/codes.ts';
import { ladderSteps, ladders, sideLadders } from './ladders.ts';

test('a later step may come first: what was passed by shows as not observed, what is to come as ahead', () => {
  const reached = new Set<Milestone>(['vessel-arrived', 'discharged']);
  const steps = ladderSteps('import', ladders.import, (m) => reached.has(m));
  expect(steps.slice(0, 4)).toEqual([
    { milestone: 'vessel-arrived', state: 'reached' },
    { milestone: 'vessel-berthed', state: 'not-observed' },
    { milestone: 'discharged', state: 'reached' },
    { milestone: 'available', state: 'ahead' },
  ]);
});

test('a step that many boxes never take shows when it was reached, and is missed by nobody', () => {
  const steps = ladderSteps('import', ladders.import, (m) => m === 'inspection-passed' || m === 'gated-out');
  expect(steps.map((s) => `${s.milestone} ${s.state}`)).toEqual([
    'vessel-arrived not-observed',
    'vessel-berthed not-observed',
    'discharged not-observed',
    'inspection-passed reached',
    'available not-observed',
    'gated-out reached',
    'delivered ahead',
    'empty-returned ahead',
  ]);
});

test('a release by the carrier or a verified mass does not make the steps of customs look passed by', () => {
  const papers = (direction: 'import' | 'export', reached: Milestone): string[] =>
    sideLadders[direction].flatMap((ladder) => ladderSteps(direction, ladder, (m) => m === reached).map((s) => s.state));
  expect(papers('import', 'carrier-released')).toEqual(['ahead', 'ahead', 'ahead', 'ahead', 'reached']);
  expect(papers('export', 'vgm-declared')).toEqual(['ahead', 'ahead', 'ahead', 'reached']);
});
