import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let opened: TestWarehouse;
beforeAll(async () => {
  opened = await openTestWarehouse();
}, 60_000);
afterAll(() => opened?.stop());

async function ask(sql: string, user = 'analyst', password = opened.server.analystPassword): Promise<{ status: number; text: string }> {
  const response = await fetch(`${opened.url}/?wait_end_of_query=1`, {
    method: 'POST',
    body: sql,
    headers: { 'x-clickhouse-user': user, 'x-clickhouse-key': password },
  });
  return { status: response.status, text: await response.text() };
}

test('the analyst reads the views', async () => {
  for (const view of ['events_flat', 'visits_now', 'dwell']) {
    expect(await ask(`SELECT count() FROM ${view}`), view).toEqual({ status: 200, text: '0\n' });
  }
  expect((await ask('SHOW TABLES')).text.trim().split('\n')).toEqual(['dwell', 'events_flat', 'visits_as_of', 'visits_now']);
});

const closed = [
  'SELECT count() FROM events',
  'SELECT count() FROM clearquay.visits FINAL',
  "SELECT * FROM merge('clearquay', '^events$')",
  'SELECT * FROM mergeTreeIndex(clearquay, events)',
  'EXPLAIN SELECT * FROM events',
  'SELECT * FROM system.processes',
  'SELECT * FROM system.parts',
  'SELECT * FROM system.users',
  'SELECT * FROM system.server_settings',
  'SELECT * FROM information_schema.tables',
  "SELECT * FROM url('http://127.0.0.1:1', CSV, 'a String')",
  "SELECT * FROM file('/etc/hostname', LineAsString)",
  "SELECT * FROM filesystem('/etc')",
  "SELECT * FROM remote('127.0.0.1', 'clearquay', 'events')",
  "SELECT * FROM s3('http://bucket.example.org/key/', CSV, 'a String')",
  "SELECT * FROM executable('id', 'TSV', 'a String')",
  'INSERT INTO events (port) VALUES (1)',
  'CREATE TABLE own (a UInt8) ENGINE = Memory',
  "BACKUP VIEW dwell TO File('x')",
  'KILL QUERY WHERE 1',
  'SYSTEM STOP LISTEN HTTP',
];

test.each(closed)('the analyst may not: %s', async (sql) => {
  const { status, text } = await ask(sql);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(text).toMatch(/ACCESS_DENIED|CANNOT_EXTRACT_TABLE_STRUCTURE/);
});

test.each([
  "SELECT file('/etc/hostname')",
  "SELECT arrayMap(file, ['/etc/hostname'])",
  "SELECT file('/etc/hostname') SETTINGS enable_analyzer = 0",
])('the function file() reads nothing: %s', async (sql) => {
  expect((await ask(sql)).text).toContain('the function file() is closed here');
});

test('the limits hold and cannot be lifted', async () => {
  expect((await ask('SELECT * FROM numbers(1000001)')).text).toContain('TOO_MANY_ROWS_OR_BYTES');
  expect((await ask('SELECT sleepEachRow(0.5) FROM numbers(20) SETTINGS max_block_size = 1, max_execution_time = 1')).text).toContain(
    'TIMEOUT_EXCEEDED',
  );
  for (const setting of ['max_execution_time = 0', 'max_execution_time = 600', 'max_result_rows = 0', 'max_memory_usage = 0']) {
    expect((await ask(`SELECT 1 SETTINGS ${setting}`)).text, setting).toContain('SETTING_CONSTRAINT_VIOLATION');
  }
  expect((await ask('SELECT 1 SETTINGS readonly = 0')).text).toContain('READONLY');
});

test('nobody logs in with a wrong password, none, or as the user that starts the listeners', async () => {
  expect((await ask('SELECT 1', 'analyst', 'wrong')).text).toContain('AUTHENTICATION_FAILED');
  expect((await ask('SELECT 1', 'clearquay', '')).text).toContain('AUTHENTICATION_FAILED');
  expect((await ask('SELECT 1', 'default', '')).text).toContain('USER_SESSION_LIMIT_EXCEEDED');
});
