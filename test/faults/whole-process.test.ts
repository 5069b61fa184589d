import { cpSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { keptPasswords } from '@clearquay/adapters/clickhouse/server-passwords.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';
import { loadOf, Sender } from '../support/group/load.ts';
import { expectInvariants, Subscriber } from '../support/group/quiet.ts';
import { seed } from '../support/seeded-run.ts';

const load = loadOf(seed, 1_600);
let system: RunningClearquay;
beforeAll(async () => {
  system = await startClearquay();
});
afterAll(async () => {
  await system?.stop();
  if (system) rmSync(system.directory, { recursive: true, force: true });
});

function warehouseOf({ clickhouse: url, directory }: RunningClearquay): Warehouse {
  const password = keptPasswords(join(directory, 'clickhouse')).clearquay;
  const logger = { info() {}, warn() {}, error() {} };
  return createWarehouse({ url, username: 'clearquay', password, database: 'clearquay', requestTimeoutMs: 10_000, logger });
}

/** Everything that was acknowledged by one process after the other. */
const acknowledged = new Set<string>();

/** Sends the next events of the load to the running process. */
async function send(count: number): Promise<Sender> {
  const sender = new Sender(system);
  await sender.send(load.splice(0, count));
  for (const name of sender.acknowledged) acknowledged.add(name);
  for (const name of acknowledged) sender.acknowledged.add(name);
  return sender;
}

async function expectWhole(sender: Sender, subscriber?: Subscriber): Promise<void> {
  const warehouse = warehouseOf(system);
  await expectInvariants(warehouse, sender, subscriber);
  await warehouse.close();
}

/** Ends the whole process group. */
async function killed(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
  const exited = new Promise<void>((resolve) => system.process.once('exit', () => resolve()));
  system.process.kill(signal);
  await exited;
}

const startAgain = (): Promise<RunningClearquay> => startClearquay({ directory: system.directory });
const logFile = (name: string): string => join(system.directory, 'log', name);

test(`a log whose end is lost or cut off is named at start; without it the state stands and goes on (seed ${seed})`, async () => {
  await expectWhole(await send(400));
  await send(300);
  await killed();
  const log = join(system.directory, 'log');
  const kept = join(system.directory, 'kept-log');
  cpSync(log, kept, { recursive: true });
  // The last flushes never reached the disk.
  truncateSync(logFile('event-log.db-wal'), Math.floor(statSync(logFile('event-log.db-wal')).size * 0.9));
  await expect(startAgain()).rejects.toThrow(/event log is damaged: .*acknowledged commits are missing/);
  rmSync(log, { recursive: true });
  renameSync(kept, log);
  // Put back it goes on as if nothing had been.
  system = await startAgain();
  const subscriber = new Subscriber(system);
  await expectWhole(await send(300), subscriber);
  await subscriber.client.close();
  // In order, so that the file holds everything and nothing else does.
  await killed('SIGTERM');
  truncateSync(logFile('event-log.db'), Math.floor(statSync(logFile('event-log.db')).size / 2));
  await expect(startAgain()).rejects.toThrow(/event log is damaged/);
  renameSync(log, join(system.directory, 'damaged-log'));
  system = await startAgain();
  await expectWhole(await send(300));
});

test('a partition count that is not that of the warehouse is refused with what to do', async () => {
  const warehouse = warehouseOf(system);
  const setting = "INSERT INTO warehouse_settings SELECT 'partitionCount', '16', toDateTime64('2000-01-01', 3)";
  await warehouse.query(setting);
  await warehouse.close();
  await killed();
  await expect(startAgain()).rejects.toThrow(
    /created for 16 partitions and the configuration says 32.*replay the log into a new warehouse/s,
  );
});
