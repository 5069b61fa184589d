import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { analystViews } from '@clearquay/adapters/clickhouse/analyst-views.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, testKey } from '../support/gateway-under-test.ts';
import { expectFold } from '../support/group/compare-with-fold.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { migrationsDirectory, openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let house: TestWarehouse;
let directory: LogDirectory;
beforeAll(async () => {
  [house, directory] = await Promise.all([openTestWarehouse(), LogDirectory.open()]);
});
afterAll(async () => {
  await directory?.stop();
  await house?.stop();
});

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const story = new PortStory('CNDLC');
const boxes = [1, 2, 3].map((serial): Subject => ({ type: 'container', id: boxNumber(serial) }));
const bill: Subject = { type: 'bill', id: 'QHB-OLD' };
const declaration: Subject = { type: 'declaration', id: 'QHD-OLD' };
const papers = [`/v1/bills/${bill.id}`, `/v1/declarations/${declaration.id}`];
const strayed = story.linked({ type: 'container', id: boxNumber(4) }, bill);
const withdrawn: StatusEvent = { ...strayed, id: 'withdrawn', action: 'cancel', replaces: { source: strayed.source, id: strayed.id } };
const imported = story.imported(boxes, bill, declaration);
/** The boxes are released and stand in the yard; they leave only later, and one line of the manifest is taken back. */
const left = imported.findIndex(({ code }) => code === 'terminal.gated-out');
const told = [strayed, ...imported.slice(0, left)];

const logger: Logger = { info() {}, warn() {}, error() {} };
const connection = () => {
  const { url, password } = house;
  return { url, username: 'clearquay', password, database: 'clearquay', requestTimeoutMs: 30_000, logger };
};
const rowsOf = <T>(sql: string): Promise<T[]> => house.warehouse.query<T>(sql);
const run = async (...statements: readonly string[]): Promise<void> => {
  for (const sql of statements) await house.warehouse.query(sql);
};

/** Lets a processor that knows nothing yet apply events of one port; the visits are the fold of all events then. */
async function apply(events: readonly StatusEvent[]): Promise<void> {
  const warehouse = createWarehouse(connection());
  const { processor, committed } = await startProcessor({ log: directory.log, warehouse }, directory.codec);
  await directory.send(events);
  await committed(events.length);
  await processor.close();
  await warehouse.close();
  expect(await expectFold(house.warehouse, events[0]?.port as UnLocode, ports)).toBeGreaterThan(0);
}

/** Everything that a new gateway and the views of analysts tell, by path and view. */
async function shown(): Promise<Record<string, unknown>> {
  const gateway = await startGateway(directory, house.warehouse);
  const all: Record<string, unknown> = {};
  const get = async (path: string): Promise<void> => {
    const answer = await fetch(new URL(path, gateway.url), { headers: { authorization: `Bearer ${testKey}` } });
    const { cursor: _, ...body } = (await answer.json()) as { cursor?: string };
    all[path] = { status: answer.status, ...body };
  };
  const [box] = boxes;
  const visits = await rowsOf<{ id: string }>(`SELECT visit_id AS id FROM visits FINAL WHERE gone = 0 AND container = '${box?.id}'`);
  const of = visits.flatMap(({ id }) => [`visits/${id}`, `visits/${id}?asOf=2099-01-01T00:00:00Z`, `visits/${id}/timeline`]);
  const subjects = [box, bill, declaration, story.call()].map((subject) => `${subject?.type}s/${subject?.id}`);
  const others = [`visits?bill=${bill.id}`, `events/${strayed.source}/${strayed.id}`, 'changes', 'review', 'dead-letters'];
  await Promise.all([...of, ...subjects, ...others].map((path) => get(`/v1/${path}`)));
  for (const view of ['events_flat', 'visits_now', 'dwell', 'visits_as_of(at = now() + 60)'])
    all[view] = await rowsOf(`SELECT * EXCEPT (bill_classes, declaration_classes, declared_boxes) FROM ${view} ORDER BY ALL`);
  await gateway.stop();
  return all;
}

const tables = (): Promise<{ name: string }[]> =>
  rowsOf("SELECT name FROM system.tables WHERE database = 'clearquay' AND engine != 'View' ORDER BY name");

/** The columns of a table into which rows are written. */
async function columnsOf(table: string): Promise<string[]> {
  const rows = await rowsOf<{ name: string; default_type: string }>(`DESCRIBE TABLE ${table}`);
  return rows.filter((row) => row.default_type !== 'MATERIALIZED').map(({ name }) => name);
}

const migrated = (from: string): Promise<string[]> => migrate({ ...connection(), directory: from, partitionCount: 32 });

/** Makes the warehouse that of a version with the migrations up to a number, with the same rows as far as it had them. */
async function asWrittenBy(number: number): Promise<void> {
  const earlier = mkdtempSync(join(tmpdir(), 'clearquay-migrations-'));
  const knows = (path: string): boolean => path === migrationsDirectory || !(Number(basename(path).slice(0, 4)) > number);
  cpSync(migrationsDirectory, earlier, { recursive: true, filter: knows });
  const kept = await tables();
  await run(...analystViews.map((view) => `DROP VIEW ${view}`), ...kept.map(({ name }) => `RENAME TABLE ${name} TO kept_${name}`));
  await migrated(earlier);
  rmSync(earlier, { recursive: true });
  for (const { name } of await tables()) {
    if (name.startsWith('kept_') || name === 'migrations' || name === 'warehouse_settings') continue;
    const columns = await columnsOf(name);
    await run(`INSERT INTO ${name} (${columns}) SELECT ${columns} FROM kept_${name}`);
  }
  await run(...kept.map(({ name }) => `DROP TABLE kept_${name}`));
}

test('rows that an earlier version wrote are read after migrate, and what comes next is folded with them', async () => {
  await apply(told);
  const before = await shown();
  await asWrittenBy(5);
  expect(await columnsOf('batches')).not.toContain('generation');
  expect((await migrated(migrationsDirectory)).length).toBeGreaterThan(6);
  const after = await shown();
  // How far the boxes have come under their papers no row says before its next revision (0007-classes.sql).
  for (const paper of papers) expect(after[paper]).toMatchObject({ status: 200, n: 4, pending: 4 });
  for (const paper of papers) after[paper] = before[paper];
  expect(after).toEqual(before);
  await apply([withdrawn, ...imported.slice(left)]);
  const later = await shown();
  for (const paper of papers) expect(later[paper]).toMatchObject({ status: 200, n: 3, released: 3 });
});

test('tables and rows of a later version are read and written by this one after a rollback', async () => {
  const before = await shown();
  for (const { name } of await tables()) await run(`ALTER TABLE ${name} ADD COLUMN of_tomorrow String DEFAULT 'tomorrow'`);
  await run("INSERT INTO migrations (number, name, checksum) SELECT 9999, '9999-tomorrow.sql', 'a'");
  expect(await migrated(migrationsDirectory)).toEqual([]);
  expect(await shown()).toMatchObject(before);
  await apply(new PortStory('CNYTG').imported(boxes, bill, declaration));
  for (const { name } of await tables()) expect(await rowsOf(`SELECT 1 FROM ${name} WHERE of_tomorrow != 'tomorrow'`), name).toEqual([]);
});
