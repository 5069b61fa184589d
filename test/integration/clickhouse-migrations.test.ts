import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analystViews } from '@clearquay/adapters/clickhouse/analyst-views.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsDirectory, openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let opened: TestWarehouse;
let directory: string;
beforeAll(async () => {
  opened = await openTestWarehouse();
  directory = mkdtempSync(join(tmpdir(), 'clearquay-migrations-'));
  cpSync(migrationsDirectory, directory, { recursive: true });
}, 60_000);
afterAll(async () => {
  await opened?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const again = (changes: { directory?: string; partitionCount?: number } = {}): Promise<string[]> =>
  migrate({
    url: opened.url,
    username: 'clearquay',
    password: opened.password,
    database: 'clearquay',
    directory: migrationsDirectory,
    partitionCount: 32,
    requestTimeoutMs: 30_000,
    logger: { info() {}, warn() {}, error() {} },
    ...changes,
  });

test('a migrated warehouse has nothing left to apply', async () => {
  expect(await again()).toEqual([]);
  const recorded = await opened.warehouse.query<{ name: string }>('SELECT name FROM migrations FINAL ORDER BY number');
  expect(recorded[0]?.name).toBe('0001-events.sql');
});

test('every statement may run again, so a migration that was cut off is repeated', async () => {
  await opened.warehouse.query('ALTER TABLE migrations DELETE WHERE number > 0 SETTINGS mutations_sync = 1');
  const all = await again();
  expect(all.length).toBeGreaterThanOrEqual(4);
  expect(await again()).toEqual([]);
});

test('a new file is applied, a changed one that was applied is refused by name', async () => {
  writeFileSync(
    join(directory, '9001-note.sql'),
    '-- first;\nCREATE TABLE IF NOT EXISTS note (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS {durable};\n',
  );
  expect(await again({ directory })).toEqual(['9001-note.sql']);
  writeFileSync(join(directory, '9001-note.sql'), 'CREATE TABLE IF NOT EXISTS note (b UInt8) ENGINE = MergeTree ORDER BY b;\n');
  await expect(again({ directory })).rejects.toThrow(/9001-note\.sql was changed after it had been applied/);
});

test('another partition count than the one of creation is refused, naming both', async () => {
  await expect(again({ partitionCount: 16 })).rejects.toThrow(/created for 32 partitions and this version has 16/);
});

test('every table flushes inserts to the disk and states its deduplication window', async () => {
  const tables = await opened.warehouse.query<{ name: string; create_table_query: string }>(
    "SELECT name, create_table_query FROM system.tables WHERE database = 'clearquay' AND engine LIKE '%MergeTree' AND name NOT IN ('migrations', 'warehouse_settings', 'note')",
  );
  expect(tables.map((table) => table.name)).toContain('events');
  for (const { name, create_table_query: sql } of tables) {
    expect(sql, name).toMatch(/non_replicated_deduplication_window = \d+/);
    expect(sql, name).toMatch(/fsync_after_insert = 1/);
    expect(sql, name).toMatch(/fsync_part_directory = 1/);
  }
});

test('the list of views for analysts names every view', async () => {
  const views = await opened.warehouse.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'clearquay' AND engine = 'View' ORDER BY name",
  );
  expect(views.map((view) => view.name)).toEqual([...analystViews].sort());
});
