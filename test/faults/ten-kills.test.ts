import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@clearquay/seeds/generator/random.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GroupOfProcesses } from '../support/group/group-of-processes.ts';
import { loadOf, Sender } from '../support/group/load.ts';
import { expectInvariants, Subscriber } from '../support/group/quiet.ts';
import { seed } from '../support/seeded-run.ts';

const events = 20_000;
const kills = 10;

let group: GroupOfProcesses;
beforeAll(async () => {
  group = await GroupOfProcesses.start();
});
afterAll(() => group?.close());

test(`20,000 events and ten kills of processor, ClickHouse, gateway or all: nothing lost, nothing twice, subscriber whole (seed ${seed})`, async () => {
  const random = createRandom(String(seed));
  const load = loadOf(seed, events);
  const sender = new Sender(group);
  const subscriber = new Subscriber(group);
  const share = Math.ceil(load.length / kills);
  for (let n = 0; n < kills; n++) {
    const sending = sender.send(load.slice(n * share, (n + 1) * share));
    await sleep(random.between(0, 400));
    const victim = random.pick(['processor', 'clickhouse', 'gateway', 'all'] as const);
    if (victim === 'clickhouse') await group.killClickhouse();
    else if (victim === 'all') await group.killAll();
    else {
      await group.signal(victim, 'SIGKILL');
      await group.startPart(victim);
    }
    await sending;
  }
  expect(sender.acknowledged.size).toBeGreaterThan(events * 0.9);
  await expectInvariants(group.warehouse, sender, subscriber);
  await subscriber.client.close();
}, 180_000);
