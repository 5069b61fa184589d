import { cpSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Subscriber } from '../support/group/quiet.ts';
import { WholeProcess } from '../support/group/whole-process.ts';
import { seed } from '../support/seeded-run.ts';

let run: WholeProcess;
beforeAll(async () => {
  run = await WholeProcess.start(seed, 1_600);
});
afterAll(() => run?.close());

const logFile = (name: string): string => run.at('log', name);

test(`a log whose end is lost or cut off is named at start; without it the state stands and goes on (seed ${seed})`, async () => {
  await run.expectInvariants(await run.send(400));
  await run.send(300);
  await run.end();
  const log = run.at('log');
  const kept = run.at('kept-log');
  cpSync(log, kept, { recursive: true });
  // The last flushes never reached the disk.
  truncateSync(logFile('event-log.db-wal'), Math.floor(statSync(logFile('event-log.db-wal')).size * 0.9));
  await expect(run.startAgain()).rejects.toThrow(/event log is damaged: .*acknowledged commits are missing/);
  rmSync(log, { recursive: true });
  renameSync(kept, log);
  // Put back it goes on as if nothing had been.
  await run.startAgain();
  const subscriber = new Subscriber(run.system);
  await run.expectInvariants(await run.send(300), subscriber);
  await subscriber.client.close();
  // In order, so that the file holds everything and nothing else does.
  await run.end('SIGTERM');
  truncateSync(logFile('event-log.db'), Math.floor(statSync(logFile('event-log.db')).size / 2));
  await expect(run.startAgain()).rejects.toThrow(/event log is damaged/);
  renameSync(log, run.at('damaged-log'));
  await run.startAgain();
  await run.expectInvariants(await run.send(300));
});

test('a partition count that is not that of the warehouse is refused with what to do', async () => {
  const warehouse = run.warehouse();
  const setting = "INSERT INTO warehouse_settings SELECT 'partitionCount', '16', toDateTime64('2000-01-01', 3)";
  await warehouse.query(setting);
  await warehouse.close();
  await run.end();
  await expect(run.startAgain()).rejects.toThrow(
    /created for 16 partitions and the configuration says 32.*replay the log into a new warehouse/s,
  );
});
