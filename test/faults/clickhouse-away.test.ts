import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Fate } from '../support/group/between.ts';
import { FaultRun } from '../support/group/fault-run.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';

let run: FaultRun;
beforeAll(async () => {
  run = await FaultRun.start(seed, 4_000, { isWatched: true, requestTimeoutMs: 1_500 });
});
afterAll(() => run?.close());
afterEach(() => {
  run.group.between.onInsert = () => 'pass';
});

const query = <T = object>(sql: string): Promise<T[]> => run.group.warehouse.query<T>(sql);

/** Runs a statement that gives no rows. */
async function command(sql: string): Promise<void> {
  const { url, password } = run.group.clickhouse;
  const headers = { 'x-clickhouse-user': 'clearquay', 'x-clickhouse-key': password };
  const answer = await fetch(`${url}/?database=clearquay`, { method: 'POST', body: sql, headers });
  if (!answer.ok) throw new Error(await answer.text());
}

/** What `/readyz` says of the warehouse. */
async function warehouseCheck(): Promise<unknown> {
  const { checks } = (await (await fetch(new URL('/readyz', run.group.url))).json()) as { checks: Record<string, unknown> };
  return checks['warehouse'];
}

const isSilent = { ok: false, reasons: ['warehouse-silent'] };

/** How many rows stand twice in a table that keeps every row. */
async function twice(table: string): Promise<number> {
  const sql = `SELECT count() - uniqExact(partition, revision) AS n FROM ${table}`;
  return Number(
    (await query<{ n: string }>(sql.replace('partition, ', table === 'visit_revisions' ? 'port, visit_id, ' : 'partition, ')))[0]?.n,
  );
}

/** Applies the next insert into each table, and answers nothing. */
function answerNothingOnce(...tables: string[]): Promise<unknown> {
  return Promise.all(
    tables.map(
      (wanted) =>
        new Promise<void>((resolve) => {
          const before = run.group.between.onInsert;
          let isDone = false;
          run.group.between.onInsert = (table) => {
            if (table !== wanted || isDone) return before(table);
            isDone = true;
            resolve();
            return 'drop-answer';
          };
        }),
    ),
  );
}

test(`while ClickHouse is down intake goes on, memory does not grow, and nothing is missing afterwards (seed ${seed})`, async () => {
  const { group } = run;
  await run.send(300);
  const before = group.residentBytes('processor');
  await group.signal('clickhouse', 'SIGKILL');
  // All of it is acknowledged while nothing can be applied.
  await run.send(1_200);
  await until('health says so', async () => (await fetch(new URL('/readyz', group.url))).status === 503);
  expect(await warehouseCheck()).toEqual(isSilent);
  expect(group.residentBytes('processor') - before).toBeLessThan(200 * 2 ** 20);
  await group.startPart('clickhouse');
  await run.expectInvariants();
});

test(`a ClickHouse that takes connections and never answers is reported, and causes no change of owners (seed ${seed})`, async () => {
  const { group } = run;
  const epoch = await run.epoch();
  const sending = run.send(400);
  process.kill(group.clickhousePid, 'SIGSTOP');
  await sending;
  expect(await warehouseCheck()).toEqual(isSilent);
  // Long enough for several requests to be given up.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  process.kill(group.clickhousePid, 'SIGCONT');
  await run.expectInvariants();
  expect(await run.epoch()).toBe(epoch);
});

test(`an insert that was applied although its answer was lost is in the tables once (seed ${seed})`, async () => {
  const lost = answerNothingOnce('events', 'subjects', 'timeline', 'visits', 'visit_revisions', 'changes', 'batches');
  const sending = run.send(600);
  await lost;
  await run.group.killClickhouse();
  await sending;
  await run.expectInvariants();
  for (const table of ['visit_revisions', 'changes', 'batches']) expect(await twice(table), table).toBe(0);
});

test(`an insert that is repeated after more others than the tables remember shows twice in no read (seed ${seed})`, async () => {
  const { between, warehouse } = run.group;
  const tables = ['visit_revisions', 'changes', 'timeline', 'visits', 'events'];
  for (const table of tables) await command(`ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 1`);
  const other = { partition: 31, port: 'CNDLC', container: '', visit_id: '', cause: 'event', changed: [], events: [], applied_at: 1 };
  const tried = new Set<string>();
  between.onInsert = async (table): Promise<Fate> => {
    if (!tables.includes(table)) return 'pass';
    // Before the repetition other rows make the table forget the first try.
    if (tried.has(table)) {
      if (table === 'changes')
        for (const revision of [1, 2]) await warehouse.insert('changes', [{ ...other, revision }], `other-${revision}`);
      return 'pass';
    }
    tried.add(table);
    return 'drop-answer';
  };
  await run.send(600);
  await until('every table has met it', () => tried.size === tables.length);
  await run.expectInvariants();
  expect(await twice('changes')).toBeGreaterThan(0);
  for (const read of ['visits_now', 'visits_as_of(at = now64(3))', 'dwell'])
    expect(await query(`SELECT visit_id FROM ${read} GROUP BY visit_id HAVING count() > 1`), read).toEqual([]);
});

test(`too many parts make the processor wait and go on by itself (seed ${seed})`, async () => {
  await command('SYSTEM STOP MERGES visits');
  await command('ALTER TABLE visits MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1');
  const sending = run.send(300);
  let refused = 0;
  run.group.between.onInsert = (table) => {
    if (table === 'visits') refused++;
    return 'pass';
  };
  await sending;
  await until('the insert is tried again and again', () => refused > 3);
  await command('ALTER TABLE visits RESET SETTING parts_to_throw_insert, parts_to_delay_insert');
  await command('SYSTEM START MERGES visits');
  await run.expectInvariants();
});
