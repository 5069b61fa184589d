import { randomBytes } from 'node:crypto';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let opened: TestWarehouse;
beforeAll(async () => {
  opened = await openTestWarehouse();
}, 60_000);
afterAll(() => opened?.stop());
beforeEach(async () => {
  for (const table of ['events', 'visits', 'raw_messages', 'dead_letters']) await opened.warehouse.query(`TRUNCATE TABLE ${table}`);
});

const instant = 1_767_225_600_123;
const instantText = '2026-01-01 00:00:00.123';

const eventRow = (eventId: string, revision: string, changes: Row = {}): Row => ({
  port: 'CNDLC',
  subject_type: 'container',
  subject_id: 'CQYU1234563',
  source: 'terminal-one',
  event_id: eventId,
  code: 'terminal.gate-in',
  agency: 'terminal',
  action: 'report',
  classifier: 'actual',
  occurred_at: instant,
  received_at: instant,
  applied_at: instant,
  quarantined: 0,
  body_hash: 'hash',
  revision,
  body: '{"name":"清港"}',
  ...changes,
});

const visitRow = (visitId: string, assignedAt: number): Row => ({
  port: 'CNDLC',
  container: 'CQYU1234563',
  visit_id: visitId,
  revision: '18446744073709551615',
  assigned_at: assignedAt,
  applied_at: instant,
  direction: 'import',
  opened_at: instant,
  closed_at: null,
  bills: ['CQBL1', '提单2'],
  open_holds: [],
  lanes: { customs: 'declared', 物流: 'discharged' },
  milestones: { discharged: instant, 'gated-out': -1 },
  gone: 0,
  document: '{}',
});

const count = async (table: string): Promise<string | undefined> =>
  (await opened.warehouse.query<{ rows: string }>(`SELECT count() AS rows FROM ${table}`))[0]?.rows;

test('the same token in the same table is inserted once, also when the rows span table partitions', async () => {
  const rows = [visitRow('a', Date.UTC(2026, 0, 5)), visitRow('b', Date.UTC(2026, 1, 5)), visitRow('c', Date.UTC(2026, 2, 5))];
  for (let attempt = 0; attempt < 3; attempt++) await opened.warehouse.insert('visits', rows, 'batch-1');
  expect(await count('visits')).toBe('3');
  await opened.warehouse.insert('visits', rows, 'batch-2');
  expect(await count('visits')).toBe('6');
});

test('an insert takes rows of more months than ClickHouse takes unasked', async () => {
  const rows = Array.from({ length: 101 }, (_, month) => visitRow(`v-${month}`, Date.UTC(2026, month, 5)));
  await opened.warehouse.insert('visits', rows, 'months');
  expect(await count('visits')).toBe('101');
});

test('the same rows under another token are inserted again: a token, not the content, decides', async () => {
  await opened.warehouse.insert('events', [eventRow('e', '1')], 'content-1');
  await opened.warehouse.insert('events', [eventRow('e', '1')], 'content-2');
  expect(await count('events')).toBe('2');
});

test('an insert is one block, however many rows it has', async () => {
  const rows = Array.from({ length: 70_000 }, (_, index) => eventRow(`e-${index}`, String(index), { body: 'x'.repeat(200) }));
  await opened.warehouse.insert('events', rows, 'large');
  const parts = await opened.warehouse.query<{ rows: string }>(
    "SELECT rows FROM system.parts WHERE database = 'clearquay' AND table = 'events' AND active AND rows > 0",
  );
  expect(parts).toEqual([{ rows: '70000' }]);
});

test('the first event stands: of the same identity, the row with the lowest revision', async () => {
  await opened.warehouse.insert('events', [eventRow('e', '20', { code: 'second' })], 'stand-1');
  await opened.warehouse.insert('events', [eventRow('e', '10', { code: 'first' })], 'stand-2');
  await opened.warehouse.insert('events', [eventRow('e', '30', { code: 'third' })], 'stand-3');
  expect(await opened.warehouse.query('SELECT code, revision FROM events FINAL')).toEqual([{ code: 'first', revision: '10' }]);
  expect(await opened.warehouse.query('SELECT code FROM events_flat')).toEqual([{ code: 'first' }]);
});

test('values of every kind come back as they went in', async () => {
  await opened.warehouse.insert('visits', [visitRow('v', instant)], 'kinds');
  const [row] = await opened.warehouse.query<Row>('SELECT * FROM visits');
  expect(row).toMatchObject({
    revision: '18446744073709551615',
    assigned_at: instantText,
    opened_at: instantText,
    closed_at: null,
    bills: ['CQBL1', '提单2'],
    open_holds: [],
    lanes: { customs: 'declared', 物流: 'discharged' },
    milestones: { discharged: instantText, 'gated-out': '1969-12-31 23:59:59.999' },
    // Not in the row: the zero value of the type.
    status: '',
    calls: [],
    next_change_at: null,
  });
});

test('bytes of raw messages and dead letters come back byte for byte', async () => {
  const every = Uint8Array.from({ length: 512 }, (_, index) => index & 255);
  const chunk = Uint8Array.from(randomBytes(512 * 1024));
  const raw = (rawId: string, body: Uint8Array): Row => ({
    port: 'CNDLC',
    received_at: instant,
    raw_id: rawId,
    sha256: 'a'.repeat(64),
    body,
  });
  await opened.warehouse.insert('raw_messages', [raw('1', every), raw('2', chunk), raw('3', new Uint8Array())], 'raw');
  await opened.warehouse.insert('dead_letters', [{ id: 'd', refused_at: instant, log_partition: 3, log_offset: '4', body: every }], 'dead');
  const stored = await opened.warehouse.query<{ body: string }>('SELECT base64Encode(body) AS body FROM raw_messages ORDER BY raw_id');
  expect(stored.map((row) => Buffer.from(row.body, 'base64').equals(row === stored[1] ? chunk : every))).toEqual([true, true, false]);
  expect(stored[2]?.body).toBe('');
  const [dead] = await opened.warehouse.query<{ body: string; log_offset: string }>(
    'SELECT base64Encode(body) AS body, log_offset FROM dead_letters',
  );
  expect(dead).toEqual({ body: Buffer.from(every).toString('base64'), log_offset: '4' });
});

test('half a surrogate pair does not refuse its batch', async () => {
  await opened.warehouse.insert('events', [eventRow('half', '1', { body: 'a\ud800b' })], 'half');
  expect(await opened.warehouse.query('SELECT body FROM events')).toEqual([{ body: 'a\ufffdb' }]);
});

test('a row that fits no column is a bug of the caller and names the column', async () => {
  await expect(opened.warehouse.insert('events', [{ ...eventRow('x', '1'), colour: 'red' }], 'bug-1')).rejects.toThrow('no column colour');
  await expect(opened.warehouse.insert('events', [eventRow('x', '1', { occurred_at: instantText })], 'bug-2')).rejects.toThrow(
    'column occurred_at',
  );
});

test('parameters are bound, also thousands of them', async () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `CQYU${index}'`);
  expect(
    await opened.warehouse.query('SELECT length({ids:Array(String)}) AS n, {text:String} AS text', { ids, text: "a' OR 1=1" }),
  ).toEqual([{ n: '20000', text: "a' OR 1=1" }]);
});

test('a column added while the warehouse is open can be written', async () => {
  const { warehouse } = opened;
  await warehouse.insert('events', [eventRow('before', '1')], 'added-1');
  await warehouse.query('ALTER TABLE events ADD COLUMN colour String');
  await expect(warehouse.insert('events', [eventRow('after', '2', { colour: 'red' })], 'added-2')).rejects.toThrow('no column colour');
  await warehouse.insert('events', [eventRow('after', '2', { colour: 'red' })], 'added-2');
  expect(await warehouse.query("SELECT colour FROM events WHERE event_id = 'after'")).toEqual([{ colour: 'red' }]);
  await warehouse.query('ALTER TABLE events DROP COLUMN colour');
});

test('an error in the middle of a result is thrown, never a shorter result', async () => {
  await expect(
    opened.warehouse.query('SELECT throwIf(number = 100000) FROM numbers(200000) SETTINGS max_block_size = 1000'),
  ).rejects.toMatchObject({
    name: 'WarehouseError',
    retriable: false,
  });
});

test('a server that cannot be reached or does not answer in time is a retriable failure', async () => {
  const options = { username: 'clearquay', password: opened.password, database: 'clearquay', logger: { info() {}, warn() {}, error() {} } };
  const away = createWarehouse({ ...options, url: 'http://127.0.0.1:1', requestTimeoutMs: 5_000 });
  await expect(away.query('SELECT 1')).rejects.toMatchObject({ name: 'WarehouseError', retriable: true, code: 'ECONNREFUSED' });
  await expect(away.insert('events', [eventRow('x', '1')], 'away')).rejects.toMatchObject({ retriable: true });
  expect(await away.ping()).toBe(false);
  await away.close();
  const hasty = createWarehouse({ ...options, url: opened.url, requestTimeoutMs: 200 });
  await expect(hasty.query('SELECT sleep(2)')).rejects.toMatchObject({ name: 'WarehouseError', retriable: true });
  await hasty.close();
});
