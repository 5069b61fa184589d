import { setTimeout as sleep } from 'node:timers/promises';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import { expect } from 'vitest';
import { expectSame } from '../port-states.ts';
import { until } from '../until.ts';
import { appliedEvents, expectFold } from './compare-with-fold.ts';
import { loadPorts4, type Sender } from './load.ts';

const ports = await loadPorts(new URL('../../../seeds/reference/ports.csv', import.meta.url));

/** A client that follows everything and comes back with its cursor whenever it is cut off. */
export class Subscriber {
  readonly client: LiveClient;
  /** Every `visit@revision` that was pushed to it. */
  readonly pushed = new Set<string>();
  /** Revisions of a visit that were not newer than the one before although no snapshot came between. */
  readonly gaps: string[] = [];

  constructor({ url, key }: { readonly url: string; readonly key: string }) {
    this.client = connect({
      url,
      key,
      subscriptions: [{ id: 'all', filter: {} }],
      backoff: { minMs: 50, maxMs: 200 },
      onChange: (change) => {
        if (change.kind === 'changed' && change.delta) this.pushed.add(`${change.visit.visitId}@${change.visit.version}`);
      },
      onGap: (_, reason) => this.gaps.push(reason),
    });
  }

  /** Version by visit. */
  versions(): Map<string, string> {
    return new Map([...this.client.visits('all')].map(([id, { version }]) => [id, version]));
  }
}

const quietMs = 600;

const versionsSql = 'SELECT visit_id, toString(revision) AS version FROM visits FINAL WHERE gone = 0';
const revisionsSql = "SELECT concat(visit_id, '@', toString(revision)) AS name FROM visit_revisions";

const versionsIn = async (warehouse: Warehouse): Promise<Map<string, string>> =>
  new Map((await warehouse.query<{ visit_id: string; version: string }>(versionsSql)).map((r) => [r.visit_id, r.version]));

/** The set of applied events is that of the acknowledged ones, and the visits are their fold. Gives the number of visits. */
async function expectApplied(warehouse: Warehouse, sender: Sender): Promise<number> {
  expectSame((await appliedEvents(warehouse)).sort(), [...sender.acknowledged].sort());
  let visits = 0;
  for (const port of loadPorts4) visits += await expectFold(warehouse, port as UnLocode, ports);
  expect(visits).toBeGreaterThan(0);
  return visits;
}

/** Checks again and again until it holds; rejects with what does not when time is up. */
async function settled(check: () => Promise<unknown>, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(quietMs / 2);
    }
  }
}

/**
 * Waits until everything acknowledged is applied and a subscriber has the newest version of every visit, then holds the
 * invariants: I1 as sets, I2 as folds, I4 as versions, I10 as the set of revisions. Gives the number of visits.
 */
export async function expectInvariants(warehouse: Warehouse, sender: Sender, subscriber?: Subscriber, timeoutMs = 40_000): Promise<number> {
  const query = async <T>(work: () => Promise<T>): Promise<T | undefined> => work().catch(() => undefined);
  await until(
    'every acknowledged event is applied',
    async () => new Set(await query(() => appliedEvents(warehouse))).isSupersetOf(sender.acknowledged),
    timeoutMs,
  );
  await settled(() => expectApplied(warehouse, sender), timeoutMs);
  // What is right stays right: nothing is on its way any more that would change it.
  await sleep(quietMs);
  const visits = await expectApplied(warehouse, sender);
  if (!subscriber) return visits;
  const expected = await versionsIn(warehouse);
  const same = (): boolean => {
    const held = subscriber.versions();
    return held.size === expected.size && [...expected].every(([id, version]) => held.get(id) === version);
  };
  await until('the subscriber holds the newest version of every visit', same, timeoutMs).catch(() =>
    expectSame(subscriber.versions(), expected),
  );
  const written = new Set((await warehouse.query<{ name: string }>(revisionsSql)).map(({ name }) => name));
  expectSame([...subscriber.pushed.difference(written)], []);
  return visits;
}
