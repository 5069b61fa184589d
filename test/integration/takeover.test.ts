import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { parsePortRows, type UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { noFence } from '@clearquay/processor/batch-fixture.ts';
import { DueWatch, partitionSql } from '@clearquay/processor/due-watch.ts';
import { processorGroup } from '@clearquay/processor/groups.ts';
import { agencyTopic } from '@clearquay/schemas/topics.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { type CrashPoint, crashingAt, LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let server: TestWarehouse;
beforeAll(async () => {
  server = await openTestWarehouse();
});
afterAll(() => server.stop());

const box: Subject = { type: 'container', id: boxNumber(1) };
const quick = { dueIntervalMs: 100 };
const silent: Logger = { info() {}, warn() {}, error() {} };

const claimed = async (): Promise<number> =>
  Number((await server.warehouse.query<{ e: string }>("SELECT max(epoch) AS e FROM batches WHERE kind = 'claim'"))[0]?.e);

/** Applies some events, then others or the passing of time up to a crash, and lets a successor begin. */
async function crashAt(
  point: CrashPoint,
  first: () => readonly StatusEvent[],
  then: readonly StatusEvent[],
): Promise<{ directory: LogDirectory; stop: () => Promise<void> }> {
  const directory = await LogDirectory.open();
  let isArmed = false;
  const parts = crashingAt(point, { log: directory.log, warehouse: server.warehouse }, () => isArmed);
  const { committed } = await startProcessor(parts, directory.codec, quick);
  const events = first();
  await directory.send(events);
  await committed(events.length);
  isArmed = true;
  await directory.send(then);
  await parts.crashed;
  await directory.reopen();
  const { processor } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec, quick);
  return {
    directory,
    async stop() {
      await processor.close();
      await directory.stop();
    },
  };
}

test('a visit that went in a batch which nobody was told of goes once more, in the new epoch', async () => {
  for (const [port, point] of [
    ['CNFOC', 'publish'],
    ['CNHAK', 'batches'],
  ] as const) {
    const story = new PortStory(port);
    const told = story.tell(12, 'terminal.discharged', box, [], { full: true });
    const cancel: StatusEvent = { ...told, id: `${port}-cancel`, action: 'cancel', replaces: { source: told.source, id: told.id } };
    const { directory, stop } = await crashAt(point, () => [told], [cancel]);
    const merged = async () => (await directory.updates(port)).findLast((u) => u.cause === 'merged');
    await until(`${point}: the visit goes`, async () => (await merged())?.epoch === (await claimed()));
    const left = 'SELECT 1 FROM visits FINAL WHERE port = {port:String} AND gone = 0';
    expect(await server.warehouse.query(left, { port }), point).toEqual([]);
    await stop();
  }
}, 60_000);

test('what the passing of time changed is told although its batch was cut off before it was published', async () => {
  for (const [port, point] of [
    ['CNFAN', 'publish'],
    ['CNTXG', 'batches'],
    ['CNSHK', 'changes'],
  ] as const) {
    const story = new PortStory(port);
    const papers = (): StatusEvent[] => {
      const now = instant(Date.now());
      const due = new Date(now + 2_000).toISOString();
      return [
        story.tell(0, 'carrier.bill-linked', box, [{ type: 'bill', id: 'QXB-DUE' }, story.call()], { direction: 'export' }),
        { ...story.tell(1, 'terminal.cutoff-set', story.call(), [], { kind: 'gate-in', due }), classifier: 'planned' as const },
      ].map((event) => ({ ...event, occurredAt: now, occurredAtText: new Date(now).toISOString() }));
    };
    const { directory, stop } = await crashAt(point, papers, []);
    const missed = async () => (await directory.updates(port)).findLast((u) => u.visit.includes('"missed"'));
    await until(`${point}: the cut-off is missed`, async () => (await missed())?.epoch === (await claimed()));
    await stop();
  }
}, 60_000);

test('what a former owner writes after it was passed over is shown to nobody for long', async () => {
  const port = 'CNYTN';
  const story = new PortStory(port);
  const directory = await LogDirectory.open();
  const parts = { log: directory.log, warehouse: server.warehouse };
  const former = await startProcessor(parts, directory.codec, quick);
  await directory.send([story.tell(12, 'terminal.discharged', box, [], { full: true })]);
  await former.committed(1);
  await former.processor.close();
  const formerEpoch = await claimed();
  const { processor } = await startProcessor(parts, directory.codec, quick);
  const [row] = await server.warehouse.query<Record<string, unknown>>('SELECT * FROM visits FINAL WHERE port = {port:String}', { port });
  const late = (BigInt(formerEpoch) << 40n) + (1n << 30n);
  const ghost = `${port}-${box.id}-ghost`;
  for (const table of ['visits', 'visit_revisions'])
    await server.warehouse.query(
      `INSERT INTO ${table} SELECT * REPLACE ({late:UInt64} AS revision, {ghost:String} AS visit_id) FROM visits FINAL WHERE port = {port:String}`,
      { late, ghost, port },
    );
  const visits = 'SELECT visit_id, revision FROM visits FINAL WHERE port = {port:String} AND gone = 0';
  const ids = async () => (await server.warehouse.query<{ visit_id: string; revision: string }>(visits, { port })).map((v) => v.visit_id);
  expect(await ids()).toContain(ghost);
  await until('the ghost is gone', async () => !(await ids()).includes(ghost));
  expect(await ids()).toEqual([row?.['visit_id']]);
  const told = async () => (await directory.updates(port)).find((u) => u.visitId === ghost);
  await until('its end is told', async () => (await told()) !== undefined);
  expect(await told()).toMatchObject({ cause: 'merged', epoch: await claimed() });
  await processor.close();
  await directory.stop();
}, 60_000);

/** Takes a port over twice after its first owner, each time with a new event of the port; gives what the first one may still write. */
async function passedOverTwice(port: string) {
  const story = new PortStory(port);
  const directory = await LogDirectory.open();
  const own = async (hour: number, of: Subject) => {
    const owner = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec, quick);
    await directory.send([story.tell(hour, 'terminal.discharged', of, [], { full: true })]);
    await owner.committed(1);
    return owner.processor;
  };
  await (await own(12, box)).close();
  const late = String((BigInt(await claimed()) << 40n) + (1n << 30n));
  await (await own(13, { type: 'container', id: boxNumber(2) })).close();
  const processor = await own(14, { type: 'container', id: boxNumber(3) });
  const write = async (table: string, changed: string): Promise<void> => {
    const sql = `INSERT INTO ${table} SELECT * REPLACE (${changed}, {late:UInt64} AS revision) FROM ${table} FINAL
      WHERE port = {port:String} AND container = {box:String}`;
    await server.warehouse.query(sql, { late, port, box: box.id });
  };
  /** Visits of the first box as they stand: whether they are gone, and the epoch that said so. */
  const standing = async (): Promise<Record<string, [gone: number, epoch: number]>> => {
    const sql = `SELECT visit_id AS id, gone, bitShiftRight(revision, 40) AS epoch FROM visits FINAL
      WHERE port = {port:String} AND container = {box:String} ORDER BY id`;
    const rows = await server.warehouse.query<{ id: string; gone: number; epoch: string }>(sql, { port, box: box.id });
    return Object.fromEntries(rows.map((r) => [r.id, [r.gone, Number(r.epoch)]]));
  };
  const statuses = async (): Promise<string[]> => {
    const sql = 'SELECT status FROM timeline FINAL WHERE port = {port:String} AND container = {box:String}';
    return (await server.warehouse.query<{ status: string }>(sql, { port, box: box.id })).map((e) => e.status);
  };
  return {
    write,
    standing,
    statuses,
    async stop() {
      await processor.close();
      await directory.stop();
    },
  };
}

test('what an owner writes that was passed over twice is shown to nobody for long', async () => {
  const { write, standing, statuses, stop } = await passedOverTwice('CNXAM');
  const epoch = await claimed();
  const [id = ''] = Object.keys(await standing());
  await write('visits', '1 AS gone');
  await until('the visit is back', async () => isDeepStrictEqual((await standing())[id], [0, epoch]));
  // What comes later still of the same batch does not win over entries that stayed as they were.
  await write('timeline', "'left' AS status");
  expect(await statuses()).toEqual(['effective']);
  await write('visits', "'ghost' AS visit_id");
  await until('the ghost is gone', async () => isDeepStrictEqual((await standing())['ghost'], [1, epoch]));
  expect((await standing())[id]).toEqual([0, epoch]);
  await stop();
}, 60_000);

test('a late row of an owner that named the same visit in another month is replaced by that of its successor', async () => {
  const port = 'CNZOS';
  const directory = await LogDirectory.open();
  const { log } = directory;
  const [stands, goesOn, isLate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: Warehouse = {
    ...server.warehouse,
    async insert(table, rows, token) {
      const kept = [...rows];
      if (table !== 'visits' || kept.length === 0) return server.warehouse.insert(table, kept, token);
      stands.resolve();
      await goesOn.promise;
      return server.warehouse.insert(table, kept, token).then(isLate.resolve);
    },
  };
  const lastMonth = { now: () => instant(Date.now() - 31 * 86_400_000) };
  const former = await startProcessor({ log, warehouse: slow, clock: lastMonth }, directory.codec, quick);
  const passedOver = await claimed();
  await directory.send([new PortStory(port).tell(12, 'terminal.discharged', box, [], { full: true })]);
  await stands.promise;
  const successor = await startProcessor({ log, warehouse: server.warehouse }, directory.codec, quick);
  await successor.committed(1);
  goesOn.resolve();
  await isLate.promise;
  const sql = 'SELECT bitShiftRight(revision, 40) AS epoch FROM visits_now WHERE port = {port:String}';
  const shown = await server.warehouse.query<{ epoch: string }>(sql, { port });
  expect(shown).toHaveLength(1);
  expect(Number(shown[0]?.epoch)).toBeGreaterThan(passedOver);
  await Promise.all([former.processor.close(), successor.processor.close()]);
  await directory.stop();
}, 60_000);

test("what is due at the ports of other owners does not stand before what is due at one's own", async () => {
  const ports = parsePortRows(await readFile(new URL('../../seeds/reference/ports.csv', import.meta.url), 'utf8')).map((p) => p.code);
  const sql = `SELECT port, ${partitionSql} AS partition FROM (SELECT arrayJoin({ports:Array(String)}) AS port)`;
  const found = await server.warehouse.query<{ port: UnLocode; partition: number }>(sql, { ports });
  expect(found).toEqual(ports.map((port) => ({ port, partition: partitionOf(port) })));
  const [own, other] = ['CNLYG', 'CNRZH'] as const;
  const due = `INSERT INTO visits (port, container, visit_id, revision, assigned_at, next_change_at)
    SELECT {port:String}, '${box.id}', toString(number), 1, now64(3), now64(3) - {age:UInt8} FROM numbers({count:UInt32})`;
  await server.warehouse.query(due, { port: other, age: 2, count: 5_001 });
  await server.warehouse.query(due, { port: own, age: 1, count: 1 });
  const watch = new DueWatch({ warehouse: server.warehouse, clock: systemClock, logger: silent, intervalMs: 1e6 });
  watch.gained(partitionOf(own), noFence);
  await watch.look();
  expect(watch.take(partitionOf(own))).toMatchObject([{ port: own }]);
  expect(watch.take(partitionOf(other))).toEqual([]);
  await server.warehouse.query("ALTER TABLE visits DELETE WHERE port IN ('CNLYG', 'CNRZH') SETTINGS mutations_sync = 1");
});

test.each([
  ['before it claimed an epoch', 'CNWEI', 1],
  ['when it had written its events', 'CNXIN', -1],
] as const)(
  'who stood still %s writes no visit beside the successor that passed it over',
  async (_, port, ahead) => {
    const directory = await LogDirectory.open();
    const { log } = directory;
    const { warehouse } = server;
    const [stands, goesOn, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await directory.send([new PortStory(port).tell(12, 'terminal.discharged', box, [], { full: true })]);
    const stand = (): Promise<void> => {
      stands.resolve();
      return goesOn.promise;
    };
    const slow: Warehouse = {
      ...warehouse,
      async query(sql, params) {
        if (ahead > 0 && sql.includes('AS highest')) await stand();
        return warehouse.query(sql, params);
      },
      async insert(table, rows, token) {
        await warehouse.insert(table, rows, token);
        if (ahead < 0 && table === 'events') await stand();
      },
    };
    let joins = 0;
    // It has the records of the port in its hands, and nothing of the change of owners.
    const deaf: EventLog = {
      ...log,
      async join(group, names, own) {
        if (group !== processorGroup.group || ++joins > 1) return { leave: async () => {} };
        const held = [...(await log.read(agencyTopic.terminal, partitionOf(port), 0, { maxRecords: 1, waitMs: 0 }))];
        let generation: number | undefined;
        return log.join(group, names, async (owned) => {
          generation ??= owned.generation;
          if (owned.generation !== generation || owned.partition !== partitionOf(port)) return;
          const poll = async () => {
            await delay(10);
            return held.splice(0);
          };
          await own({ ...owned, lost: new AbortController().signal, poll }).finally(isOver.resolve);
        });
      },
    };
    const former = await startProcessor({ log: deaf, warehouse: slow, logger: silent }, directory.codec, {
      ...quick,
      owner: `former-${port}`,
    });
    await stands.promise;
    const successor = await startProcessor({ log, warehouse }, directory.codec, { ...quick, owner: 'successor' });
    await successor.committed(1);
    const passedOver = await claimed();
    goesOn.resolve();
    await isOver.promise;
    const claims = `SELECT kind, epoch FROM batches WHERE owner = 'former-${port}'`;
    expect(await warehouse.query(claims)).toEqual([{ kind: 'claim', epoch: String(passedOver + ahead) }]);
    for (const table of ['timeline', 'visits', 'visit_revisions', 'changes']) {
      const written = `SELECT 1 FROM ${table} WHERE port = {port:String} AND bitShiftRight(revision, 40) != {passedOver:UInt64}`;
      expect(await warehouse.query(written, { port, passedOver }), table).toEqual([]);
    }
    await Promise.all([former.processor.close(), successor.processor.close()]);
    await directory.stop();
  },
  60_000,
);

test('a log that begins anew beside its warehouse is named, and what it says is applied, at offsets that were applied before', async () => {
  const port = 'CNWHI';
  const story = new PortStory(port);
  const boxes = [1, 2, 3].map((serial): Subject => ({ type: 'container', id: boxNumber(serial) }));
  const events = boxes.map((of) => story.tell(12, 'terminal.discharged', of, [], { full: true }));
  const gone = story.tell(20, 'terminal.gated-out', box, [], { full: true, to: 'consignee' });
  const named: unknown[] = [];
  const logger: Logger = { info() {}, warn: (fields) => void named.push(fields), error() {} };
  const parts = { warehouse: server.warehouse, logger };
  for (const told of [events.slice(0, 2), [gone, ...events.slice(1)]]) {
    const directory = await LogDirectory.open();
    const { processor, committed } = await startProcessor({ ...parts, log: directory.log }, directory.codec, quick);
    await until('it has taken over', () => processor.ready().ok);
    await directory.send(told);
    await committed(told.length);
    await processor.close();
    await directory.stop();
  }
  const place = { topic: agencyTopic.terminal, partition: partitionOf(port) };
  expect(named).toContainEqual({ behind: expect.arrayContaining([{ ...place, end: 0, applied: 2 }]) });
  const visits = 'SELECT container, status FROM visits FINAL WHERE port = {port:String} AND gone = 0 ORDER BY container';
  expect(await server.warehouse.query(visits, { port })).toEqual([
    { container: boxes[0]?.id, status: 'closed' },
    { container: boxes[1]?.id, status: 'open' },
    { container: boxes[2]?.id, status: 'open' },
  ]);
}, 60_000);

test('a warehouse that begins anew beside its log tells above all that the one before had told', async () => {
  const port = 'CNHUI';
  const { warehouse } = server;
  const story = new PortStory(port);
  const directory = await LogDirectory.open();
  const apply = async (serial: number): Promise<void> => {
    const { processor, committed } = await startProcessor({ log: directory.log, warehouse }, directory.codec, quick);
    await directory.send([story.tell(12, 'terminal.discharged', { type: 'container', id: boxNumber(serial) }, [], { full: true })]);
    await committed(1);
    await processor.close();
  };
  // The log is younger than the warehouse, and so are its generations.
  const epoch = (await claimed()) + 40;
  const claim = { kind: 'claim', epoch, revision: String(revisionOf(epoch, 0)), ranges: '{}', owner: 'former', applied_at: Date.now() };
  await warehouse.insert('batches', [claim], 'former claim');
  await apply(1);
  const written = ['batches', 'events', 'subjects', 'timeline', 'visits', 'visit_revisions', 'changes'];
  await Promise.all(written.map((table) => warehouse.query(`TRUNCATE TABLE ${table}`)));
  await apply(2);
  expect((await directory.updates(port)).map((update) => update.epoch)).toEqual([epoch + 1, epoch + 2]);
  await directory.stop();
}, 60_000);

test('readiness names what fails and is tried again, until it succeeds', async () => {
  const story = new PortStory('CNNSA');
  const directory = await LogDirectory.open();
  const { processor, committed } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
  await until('it is ready', () => processor.ready().ok);
  process.kill(server.server.pid() ?? expect.unreachable('ClickHouse runs'), 'SIGKILL');
  await directory.send([story.tell(12, 'terminal.discharged', box, [], { full: true })]);
  const reasons = ['requests to the warehouse fail and are tried again'];
  await until('the warehouse is missed', () => processor.ready().reasons.join() === reasons.join());
  await committed(1);
  expect(processor.ready()).toEqual({ ok: true, reasons: [] });
  await processor.close();
  await directory.stop();
}, 60_000);
