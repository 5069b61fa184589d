import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Follower } from '../support/follower.ts';
import { openTestLog, startGateway, type TestGateway, type TestLog, testKey } from '../support/gateway-under-test.ts';
import { until } from '../support/until.ts';
import { boxNumber, createOwner, type VisitFacts, visitIdOf } from '../support/visit-story.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/** Updates of one container, written in batches as by an owner that is busy. */
const batches = 16;
const batchSize = 500;
const port = 'CNDLC';

let house: TestWarehouse;
let log: TestLog;
let gateway: TestGateway;
beforeAll(async () => {
  [house, log] = await Promise.all([openTestWarehouse(), openTestLog()]);
  gateway = await startGateway(log, house.warehouse);
});
afterAll(async () => {
  await gateway.stop();
  await log.stop();
  await house.stop();
});

/** What the server shows of the container, by visit. */
async function shown(status?: string): Promise<Record<string, string>> {
  const query = { port, container: boxNumber(1), ...(status !== undefined && { status }) };
  const { visits } = await createRestClient({ url: gateway.url, key: testKey }).getVisits(query);
  return Object.fromEntries(visits.map((v) => [v.visitId, v.version]));
}

test('fault 24: snapshots read during a thousand updates a second of one container lose no update and never go back', async () => {
  const apply = createOwner(log, house.warehouse);
  await apply({ n: 1 });
  const filters: readonly Filter[] = [{ containers: [boxNumber(1)] }, { containers: [boxNumber(1)], statuses: ['open'] }];
  const followers: Follower[] = [];
  const revisions: string[] = [];
  let written = false;
  const subscribing = (async () => {
    while (!written) {
      const follower = new Follower(() => gateway.url);
      for (const [i, filter] of filters.entries()) follower.subscribe({ id: `${i}`, filter });
      await follower.connect();
      followers.push(follower);
      await until('its snapshots are whole', () => [...follower.told.values()].every(({ whole }) => whole));
    }
  })();
  for (let n = 0; n < batches; n++) {
    const facts = Array.from({ length: batchSize }, (_, i): VisitFacts => ({ n: 1, status: i % 3 === n % 3 ? 'closed' : 'open' }));
    revisions.push(...(await apply(...facts)));
  }
  written = true;
  await subscribing;
  expect(followers.length).toBeGreaterThan(2);

  const held = (follower: Follower, id: string) => Object.fromEntries([...follower.visits(id)].map(([visitId, v]) => [visitId, v.version]));
  const [all, open] = [await shown(), await shown('open')];
  expect(all).toEqual({ [visitIdOf(1)]: revisions.at(-1) });
  await until('every client has the last revision', () =>
    followers.every((f) => f.visits('0').get(visitIdOf(1))?.version === revisions.at(-1)),
  );
  for (const follower of followers) {
    expect(follower.violations).toEqual([]);
    expect([held(follower, '0'), held(follower, '1')]).toEqual([all, open]);
    expect(
      follower.silent(
        '0',
        revisions.map((revision) => ({ visitId: visitIdOf(1), revision })),
      ),
    ).toEqual([]);
    await follower.disconnect();
  }
});
