import { afterAll, expect, test } from 'vitest';
import { startClearquay } from '../support/clearquay.ts';
import { Crowd, CrowdLoad } from '../support/crowd.ts';
import { GroupOfProcesses } from '../support/group/group-of-processes.ts';
import { ownWarehouse } from '../support/kept-bytes.ts';
import { until } from '../support/until.ts';

/** Clients that are connected when it happens; `FAULT_CLIENTS=10000` for the full fault. */
const size = Number(process.env['FAULT_CLIENTS'] ?? 1_000);
/** Bound of fault 22. */
const backWithinMs = 10_000;

/** What is killed and comes back on the same address. */
interface Killed {
  readonly url: string;
  readonly key: string;
  /** Kills it and resolves when it is ready again. */
  kill(): Promise<void>;
}

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

async function wholeProcess(): Promise<Killed & { readonly queries: () => Promise<number> }> {
  let running = await startClearquay();
  const { url, key, directory } = running;
  opened.defer(() => running.stop());
  return {
    url,
    key,
    async kill() {
      running.process.kill('SIGKILL');
      running = await startClearquay({ directory, port: new URL(url).port });
    },
    /** What the warehouse was asked since it started. */
    async queries() {
      const warehouse = ownWarehouse(running);
      const [row] = await warehouse.query<{ n: string }>("SELECT sum(value) AS n FROM system.events WHERE event = 'SelectQuery'");
      await warehouse.close();
      return Number(row?.n);
    },
  };
}

async function gatewayAlone(): Promise<Killed> {
  const group = await GroupOfProcesses.start();
  opened.defer(() => group.close());
  const kill = async () => {
    await group.signal('gateway', 'SIGKILL');
    await group.startPart('gateway');
  };
  return { url: group.url, key: group.key, kill };
}

/** Kills it while a crowd follows under load; every client is back in time, from memory, and shows what the server shows. */
async function killUnderLoad(server: Killed): Promise<void> {
  const load = new CrowdLoad(server);
  const crowd = new Crowd(server, size);
  await crowd.synced();
  await until('the load is felt', () => load.sent > 20);

  const killedAt = performance.now();
  await server.kill();
  await until(
    'every client is back',
    () => crowd.connected === size && crowd.members.every(({ openSince }) => openSince > killedAt),
    60_000,
  );
  const backMs = Math.max(...crowd.members.map(({ openSince }) => openSince)) - killedAt;
  const before = load.sent;
  await until('the load goes on', () => load.sent > before + 5);
  await load.stop();
  await crowd.expectWhole(server);

  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.key}` } })).text();
  const begun = (how: string) => Number(new RegExp(`subscriptions_total\\{how="${how}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
  // Of all ways to begin this is the one that asks the warehouse nothing.
  expect(begun('resumed')).toBe(size);
  expect(backMs).toBeLessThan(backWithinMs);
  await crowd.close();
}

test(
  `fault 22: killed with ${size} clients under load, every client is back in time, whole, and resumed without a query`,
  async () => {
    const server = await wholeProcess();
    await killUnderLoad(server);
    expect(await server.queries()).toBeLessThan(size / 2);
  },
  120_000 + 40 * size,
);

test(
  `fault 22: the gateway alone killed with ${size} clients under load, while the others go on, the same`,
  async () => killUnderLoad(await gatewayAlone()),
  120_000 + 40 * size,
);
