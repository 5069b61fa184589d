import { cpSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';
import { Subscriber } from '../support/group/quiet.ts';
import { WholeProcess } from '../support/group/whole-process.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';

let run: WholeProcess;
beforeAll(async () => {
  run = await WholeProcess.start(seed, 2_000);
});
afterAll(() => run?.close());

const logFile = (name: string): string => run.at('log', name);

/** Folders of the parts of a table, the largest first. */
async function partsOf(table: string): Promise<string[]> {
  const warehouse = run.warehouse();
  const sql = `SELECT path FROM system.parts WHERE active AND database = 'clearquay' AND table = '${table}' ORDER BY bytes_on_disk DESC`;
  const rows = await warehouse.query<{ path: string }>(sql).finally(() => warehouse.close());
  return rows.map(({ path }) => path);
}

function flipBits(path: string, count = 3): void {
  const bytes = readFileSync(path);
  for (let i = 1; i <= count; i++) {
    // Anywhere, but the same for the same seed.
    const at = Math.imul(seed, i * 2_654_435_761) >>> 0;
    bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ (1 << (at >>> 29)), at % bytes.length);
  }
  writeFileSync(path, bytes);
}

const restored = async (folder: string, change: () => Promise<unknown> | unknown): Promise<void> => {
  const kept = run.at('kept');
  cpSync(run.at(folder), kept, { recursive: true });
  await change();
  rmSync(run.at(folder), { recursive: true });
  renameSync(kept, run.at(folder));
};

test(`a partition count that is not that of the warehouse is refused with what to do; once it is done nothing is lost, and cursors from before answer gap (seed ${seed})`, async () => {
  const subscriber = new Subscriber(run.system);
  const sender = await run.send(300);
  await run.expectInvariants(sender, subscriber);
  const now = (await (await run.system.get('/v1/changes?cursor=now')).json()) as { cursor: string };
  const warehouse = run.warehouse();
  await warehouse.query("INSERT INTO warehouse_settings SELECT 'partitionCount', '16', toDateTime64('2000-01-01', 3)");
  await warehouse.close();
  await run.end();
  await expect(run.startAgain()).rejects.toThrow(
    /created for 16 partitions and this version has 32.*move clickhouse of the data directory away.*clearquay replay --from/s,
  );
  renameSync(run.at('clickhouse'), run.at('former-clickhouse'));
  const rebuilt = await runCli(['replay', '--data', run.directory, '--from', '1970-01-01T00:00:00Z']);
  expect(rebuilt, rebuilt.stderr).toMatchObject({ code: 0 });
  subscriber.pushed.clear();
  await run.startAgain({ port: new URL(run.system.url).port });
  await run.expectInvariants(sender, subscriber);
  expect(subscriber.gaps).toEqual(['cursor-invalid']);
  const changes = await run.system.get(`/v1/changes?cursor=${now.cursor}`);
  expect([changes.status, await changes.json()]).toMatchObject([400, { code: 'CQ_CURSOR_INVALID' }]);
  await run.expectInvariants(await run.send(100), subscriber);
  await subscriber.client.close();
});

test(`files of the warehouse that are damaged or gone are named, and the log rebuilds what they held (seed ${seed})`, async () => {
  await run.expectInvariants(await run.send(200));
  const [[revisions = ''], timeline, events] = await Promise.all([partsOf('visit_revisions'), partsOf('timeline'), partsOf('events')]);
  await run.end('SIGTERM');
  // What ClickHouse itself goes on without.
  await restored('clickhouse', async () => {
    truncateSync(join(revisions, 'columns.txt'), 10);
    for (const part of timeline) rmSync(part, { recursive: true });
    await expect(run.startAgain()).rejects.toThrow(
      /CQ_WAREHOUSE_DAMAGED: .*broken-on-start\S* cannot be read.*table timeline has 0 where .*table visit_revisions has .*clearquay replay/,
    );
  });
  // What is met only when it is read.
  for (const part of events) flipBits(join(part, 'data.bin'));
  await run.startAgain();
  const sender = await run.send(100);
  await until('it is told', () => /The warehouse is damaged: stop, then restore a backup/.test(run.system.said()));
  expect((await run.system.get('/readyz')).status).toBe(503);
  await run.end('SIGTERM');
  renameSync(run.at('clickhouse'), run.at('damaged-clickhouse'));
  const rebuilt = await runCli(['replay', '--data', run.directory, '--from', '1970-01-01T00:00:00Z']);
  expect(rebuilt, rebuilt.stderr).toMatchObject({ code: 0 });
  await run.startAgain();
  await run.expectInvariants(sender);
});

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
  flipBits(logFile('event-log.db'), 200);
  await expect(run.startAgain()).rejects.toThrow(/event log is damaged: .* Restore it from a backup/s);
  truncateSync(logFile('event-log.db'), Math.floor(statSync(logFile('event-log.db')).size / 2));
  await expect(run.startAgain()).rejects.toThrow(/event log is damaged/);
  renameSync(log, run.at('damaged-log'));
  // What the lost log told is in the warehouse, and stays shown.
  await run.startAgain();
  await run.expectInvariants(await run.send(300));
});
