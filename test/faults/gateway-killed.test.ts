import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';
import { Crowd, CrowdLoad } from '../support/crowd.ts';
import { ownWarehouse } from '../support/kept-bytes.ts';
import { until } from '../support/until.ts';

/** Clients that are connected when it happens; `FAULT_CLIENTS=10000` for the full fault. */
const size = Number(process.env['FAULT_CLIENTS'] ?? 1_000);
/** Bound of fault 22. */
const backWithinMs = 10_000;

let first: RunningClearquay;
let again: RunningClearquay | undefined;
beforeAll(async () => {
  first = await startClearquay();
});
afterAll(async () => {
  await again?.stop();
  await first?.stop();
});

/** Queries that the warehouse was asked since it started. */
async function queriesAsked(clearquay: RunningClearquay): Promise<number> {
  const warehouse = ownWarehouse(clearquay);
  const [row] = await warehouse.query<{ n: string }>("SELECT sum(value) AS n FROM system.events WHERE event = 'SelectQuery'");
  await warehouse.close();
  return Number(row?.n);
}

test(
  `fault 22: killed with ${size} clients under load, every client is back in time, whole, and resumed without a query`,
  async () => {
    const load = new CrowdLoad(first);
    const crowd = new Crowd(first, size);
    await crowd.synced();
    await until('the load is felt', () => load.sent > 20);

    const killedAt = performance.now();
    first.process.kill('SIGKILL');
    again = await startClearquay({ directory: first.directory, port: new URL(first.url).port });
    const running = again;
    load.server = running;
    await until(
      'every client is back',
      () => crowd.connected === size && crowd.members.every(({ openSince }) => openSince > killedAt),
      60_000,
    );
    const backMs = Math.max(...crowd.members.map(({ openSince }) => openSince)) - killedAt;
    const before = load.sent;
    await until('the load goes on', () => load.sent > before + 5);
    await load.stop();
    let differing: readonly string[] = [];
    await until('every client shows what the server shows', async () => {
      differing = await crowd.differing(running);
      return differing.length === 0;
    }).catch(() => expect(differing).toEqual([]));

    const metrics = await (await running.get('/metrics')).text();
    const begun = (how: string) => Number(new RegExp(`subscriptions_total\\{how="${how}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
    expect(begun('resumed')).toBe(size);
    expect(crowd.members.flatMap(({ gaps }) => gaps)).toEqual([]);
    expect(crowd.members.flatMap(({ backward }) => backward)).toEqual([]);
    expect(await queriesAsked(running)).toBeLessThan(size / 2);
    expect(backMs).toBeLessThan(backWithinMs);
    await crowd.close();
  },
  120_000 + 40 * size,
);
