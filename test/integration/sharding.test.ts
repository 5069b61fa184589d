import { isDeepStrictEqual } from 'node:util';
import { analystViews } from '@clearquay/adapters/clickhouse/analyst-views.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { generatePortDay } from '@clearquay/seeds/generator/port-day.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway, testKey } from '../support/gateway-under-test.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { openShardedWarehouse, type ShardedWarehouse } from '../support/sharded-warehouse.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const names = ['CNDLC', 'CNYTG', 'CNTXG', 'CNQIN', 'CNYIK'] as const;
const replacing = ['events', 'subjects', 'timeline', 'visits', 'dead_letters', 'raw_messages', 'event_repeats'];
const appended = ['visit_revisions', 'changes', 'batches', 'audit'];

const inAnyOrder = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

let single: TestWarehouse;
let sharded: ShardedWarehouse;
let directory: LogDirectory;
let gateway: TestGateway;
/** Statements whose answer was compared, by the three ways to ask. */
const compared = new Map<string, number>();

/** Writes to the single server and, through the first, to the spread one; every read is asked three ways and must give the same rows. */
function both(): Warehouse {
  return {
    ...single.warehouse,
    async insert(table, rows, token) {
      const all = [...rows];
      await Promise.all([single.warehouse, sharded.warehouses[0]].map((w) => w.insert(table, all, token)));
    },
    async query<T>(sql: string, params?: Readonly<Record<string, unknown>>) {
      const [answer, ...others] = await Promise.all([single.warehouse, ...sharded.warehouses].map((w) => w.query<T & object>(sql, params)));
      for (const other of others)
        if (!isDeepStrictEqual(inAnyOrder(other), inAnyOrder(answer ?? [])))
          throw new Error(`the spread tables answer otherwise to ${sql}`);
      compared.set(sql, (compared.get(sql) ?? 0) + (answer?.length ?? 0));
      return answer as T[];
    },
  };
}

/** A day of each port, and a bill with boxes at two of them. */
function events(): StatusEvent[] {
  const days = names.flatMap((port, i) =>
    generatePortDay({ seed: i + 1, port, start: instant(Date.UTC(2026, 2, 1, 16)), containers: 8 }).flatMap(({ event }) => {
      const parsed = parseStatusEvent(event, ports);
      return parsed.ok ? [parsed.value] : [];
    }),
  );
  const shared = { type: 'bill', id: 'QXSHARED' } as const;
  const box = { type: 'container', id: boxNumber(77) } as const;
  const [here, there] = [new PortStory('CNTXG'), new PortStory('CNYIK')];
  const [one, two] = [here.linked(box, shared), there.linked(box, shared)];
  const ahead = { ...there.tell(5, 'terminal.discharged', box), id: 'ahead', occurredAt: instant(Date.UTC(2080, 0, 1)) };
  // One comes again, one in other words.
  const again = [one, { ...two, details: { direction: 'export' } }];
  return [...days, one, two, there.tell(4, 'customs.released', shared), ...again, ahead];
}

beforeAll(async () => {
  [single, sharded, directory] = await Promise.all([openTestWarehouse(), openShardedWarehouse(), LogDirectory.open()]);
  const all = events();
  // A cache that holds next to nothing reads everything back.
  const owner = await startProcessor({ log: directory.log, warehouse: both() }, directory.codec, { cacheBytes: 20_000 });
  const half = Math.ceil(all.length / 2);
  for (const part of [all.slice(0, half), all.slice(half)]) {
    const before = owner.batches.reduce((sum, b) => sum + b.records, 0);
    await directory.send(part);
    await owner.committed(before + part.length);
  }
  const conflicts = () => single.warehouse.query("SELECT 1 FROM dead_letters WHERE code = 'CQ_EVENT_CONFLICT'");
  await until('the conflict is archived', async () => (await conflicts()).length > 0);
  await owner.processor.close();
  const [waiting] = await single.warehouse.query<{ id: string }>('SELECT id FROM dead_letters');
  const replay = { at: 1, by: 'admin', outcome: 'refused', code: 'CQ_EVENT_CONFLICT', message: 'x' };
  const deed = { at: 1, by: 'admin', action: 'dead-letter.replay', port: 'CNYIK', item: waiting?.id, outcome: 'refused', reason: '' };
  await both().insert('audit', [{ ...deed, details: JSON.stringify(replay) }], 'a deed');
  gateway = await startGateway({ ...directory, log: directory.log, codec: directory.codec, stop: async () => {} }, both());
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  await directory?.stop();
  await Promise.all([single?.stop(), sharded?.stop()]);
});

test('both servers hold a part of every port’s rows, all rows of a port on one of them', async () => {
  for (const table of ['events', 'subjects', 'timeline', 'visits', 'visit_revisions', 'changes']) {
    const held = await Promise.all(sharded.warehouses.map((w) => w.query<{ port: string }>(`SELECT DISTINCT port FROM ${table}_shard`)));
    const [one = [], other = []] = held.map((rows) => rows.map((r) => r.port));
    expect([one.length > 0, other.length > 0], table).toEqual([true, true]);
    expect([...one, ...other].sort(), table).toEqual([...names].sort());
  }
});

test.each([...replacing, ...appended])('the spread table %s holds what the single one holds', async (table) => {
  const rows = await both().query(`SELECT * FROM ${table}${replacing.includes(table) ? ' FINAL' : ''}`);
  if (!['dead_letters', 'raw_messages'].includes(table)) expect(rows.length).toBeGreaterThan(0);
});

test.each(analystViews)('the view %s shows the same', async (view) => {
  const source = view === 'visits_as_of' ? `${view}(at = '2100-01-01 00:00:00')` : view;
  expect((await both().query(`SELECT * FROM ${source}`)).length).toBeGreaterThan(0);
  await both().query(`SELECT port, count() FROM ${source} GROUP BY port`);
});

test('every read of the processor was compared', () => {
  const read = [...compared].filter(([, rows]) => rows > 0).map(([sql]) => sql);
  for (const table of ['events', 'subjects', 'timeline', 'visits', 'batches'])
    expect(
      read.some((sql) => sql.includes(`FROM ${table}`)),
      table,
    ).toBe(true);
});

test('every route answers from the spread tables as from the single ones', async () => {
  const rest = createRestClient({ url: gateway.url, key: testKey });
  const { visits } = await rest.getVisits({ limit: 500 });
  expect(visits.length).toBeGreaterThan(20);
  const get = async (path: string): Promise<number> =>
    (await fetch(new URL(path, gateway.url), { headers: { authorization: `Bearer ${testKey}` } })).status;
  for (const { visitId, container, bills, declarations, calls } of visits.filter((_, i) => i % 8 === 0)) {
    const [bill, declaration, call] = [bills[0], declarations[0], calls[0]];
    const paths = [
      `/v1/visits/${visitId}`,
      `/v1/visits/${visitId}?asOf=2100-01-01T00:00:00Z`,
      `/v1/visits/${visitId}/timeline`,
      `/v1/visits/${visitId}/timeline?asOf=2100-01-01T00:00:00Z`,
      `/v1/containers/${container}`,
      ...(bill ? [`/v1/bills/${bill}`, `/v1/visits?bill=${bill}`] : []),
      ...(declaration ? [`/v1/declarations/${declaration}`] : []),
      ...(call ? [`/v1/calls/${encodeURIComponent(call)}`, `/v1/visits?call=${encodeURIComponent(call)}&limit=2`] : []),
    ];
    for (const path of paths) expect([path, await get(path)]).toEqual([path, 200]);
  }
  for (const path of [
    '/v1/bills/QXSHARED',
    '/v1/changes?limit=500',
    `/v1/changes?limit=500&bill=QXSHARED&container=${boxNumber(77)}`,
    '/v1/dead-letters',
    '/v1/dead-letters?state=open&code=CQ_EVENT_CONFLICT',
    '/v1/review',
    '/v1/review?state=settled',
    '/v1/events/terminal-desk/ahead',
    '/v1/events/carrier-desk/CNTXG-1',
    '/v1/events/carrier-desk/CNYIK-1',
  ])
    expect([path, await get(path)]).toEqual([path, 200]);
  const answer = await fetch(new URL('/v1/review', gateway.url), { headers: { authorization: `Bearer ${testKey}` } });
  expect(((await answer.json()) as { items: { kind: string }[] }).items.map((i) => i.kind).sort()).toEqual(['conflict', 'quarantined']);
}, 120_000);
