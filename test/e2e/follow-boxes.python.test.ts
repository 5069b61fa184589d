import { findPython } from '@clearquay/cli/servers/programs.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';
import { startExample } from '../support/example.ts';
import { boxNumber } from '../support/port-story.ts';
import { until } from '../support/until.ts';

let clearquay: RunningClearquay;

beforeAll(async () => {
  clearquay = await startClearquay();
});
afterAll(() => clearquay?.stop());

test('a follower in Python by long poll prints what one in TypeScript prints from the stream', async () => {
  const rest = createRestClient(clearquay);
  const [mine, other] = [boxNumber(1), boxNumber(2)];
  const gatedIn = (id: string, box: string) => ({
    id,
    source: 'python',
    port: 'CNDLC',
    code: 'terminal.gated-in',
    subject: { type: 'container', id: box },
    occurredAt: '2026-03-01T08:00:00+08:00',
  });
  const asked = [clearquay.url, mine];
  const key = { KEY: clearquay.key };
  const followers = [startExample('follow_boxes.py', asked, key, findPython()), startExample('follow-boxes.ts', asked, key)];
  try {
    await until('both follow', () => followers.every((follower) => follower.errors().includes('following')));
    await rest.sendEvents([gatedIn('p-1', other), gatedIn('p-2', mine)]);
    await until('the first change is told', () => followers.every((follower) => follower.lines().length >= 1));
    await rest.sendEvents([{ ...gatedIn('p-3', mine), code: 'terminal.loaded', occurredAt: '2026-03-02T08:00:00+08:00' }]);
    await until('the second change is told', () => followers.every((follower) => follower.lines().length >= 2));
    for (const follower of followers)
      expect(follower.lines(), follower.errors()).toEqual([`${mine} open terminal.gated-in`, `${mine} open terminal.loaded`]);
  } finally {
    for (const follower of followers) follower.process.kill('SIGKILL');
    await Promise.all(followers.map((follower) => follower.ended));
  }
});
