import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { loadScenario } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';

const name = 's11-empty-inspected';
const box = loadScenario(name)?.ids['C11'] ?? '';
let clearquay: RunningClearquay;
let rest: RestClient;

beforeAll(async () => {
  clearquay = await startClearquay({ demo: name });
  rest = createRestClient(clearquay);
}, 60_000);

afterAll(() => clearquay?.stop());

test('a scenario is played as a demo: its box comes, goes through its story and can be watched in both languages', async () => {
  await vi.waitFor(
    async () => {
      const { visits } = await rest.getVisits({ container: box });
      expect(visits.map((v) => [v.direction, v.status, v.closedAs]).sort()).toEqual([
        ['empty', 'closed', 'picked-up'],
        ['export', 'expected', undefined],
      ]);
    },
    { timeout: 60_000, interval: 500 },
  );
  const zh = await clearquay.run('watch', box, '--once', '--lang', 'zh');
  expect(zh.stdout).toContain(`${box}  CNYTG  空箱  已结束（空箱已提走）`);
  const en = await clearquay.run('watch', 'booking:YTK0000011', '--once');
  expect(en.stdout).toMatch(/export {2}expected[\s\S]*not ready for loading[\s\S]*Empty release ordered · booking YTK0000011/);
}, 90_000);
