import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { readBoxHistory } from '@clearquay/domain/history/box-history.ts';
import { replayTimelines } from '@clearquay/domain/history/replay.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { epochOf } from '@clearquay/domain/stream/revision.ts';
import { agencyTopic, topics } from '@clearquay/schemas/topics.ts';
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

const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });
const bill = (id: string): Subject => ({ type: 'bill', id });
const declaration = (id: string): Subject => ({ type: 'declaration', id });

interface StoredVisit {
  readonly container: string;
  readonly visit_id: string;
  readonly revision: string;
  readonly document: string;
}

const visitsSql =
  'SELECT container, visit_id, revision, document FROM visits FINAL WHERE port = {port:String} AND gone = 0 ORDER BY container, visit_id';

const visitsOf = (port: string): Promise<StoredVisit[]> => server.warehouse.query<StoredVisit>(visitsSql, { port });

const codesSql = `SELECT container, arraySort(groupArray(code)) AS codes FROM timeline FINAL
  WHERE port = {port:String} AND status = 'effective' GROUP BY container ORDER BY container`;

/** The codes of the timelines of each box. */
const codesOf = async (port: string): Promise<Map<string, string[]>> =>
  new Map((await server.warehouse.query<{ container: string; codes: string[] }>(codesSql, { port })).map((r) => [r.container, r.codes]));

const timelineSql =
  'SELECT container, visit_id, source, event_id, via_type, via_id, status, by FROM timeline FINAL WHERE port = {port:String}';

const eventsSql = 'SELECT source, event_id, body FROM events FINAL WHERE port = {port:String}';

/**
 * All that is known of a port, sorted, without what depends on when it was applied and on how the port is called: its
 * name, and the ids of visits, which are hashes that contain it.
 */
async function portState(port: string): Promise<{ visits: string[]; timeline: string[]; events: string[] }> {
  const visits = (await visitsOf(port)).map(({ document }) => ({ ...JSON.parse(document), version: '', visitId: '' }));
  const timeline = (await server.warehouse.query<object>(timelineSql, { port })).map((row) => ({ ...row, visit_id: '' }));
  const events = await server.warehouse.query(eventsSql, { port });
  const plain = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row).replaceAll(port, 'PORT')).sort();
  return { visits: plain(visits), timeline: plain(timeline), events: plain(events) };
}

/** A warehouse that counts what it is asked. */
function counting(): Warehouse & { readonly asked: () => number } {
  let asked = 0;
  const query: Warehouse['query'] = (sql, params) => {
    asked++;
    return server.warehouse.query(sql, params);
  };
  return { ...server.warehouse, query, asked: () => asked };
}

/** Applies events from an empty log and gives what the processor says of itself. */
async function applyAll(events: readonly StatusEvent[], options = {}): Promise<{ asked: number; metrics: string }> {
  const directory = await LogDirectory.open();
  const warehouse = counting();
  await directory.send(events);
  const { processor, committed, metrics } = await startProcessor({ log: directory.log, warehouse }, directory.codec, options);
  await committed(events.length);
  await processor.close();
  await directory.stop();
  return { asked: warehouse.asked(), metrics: await metrics() };
}

test('a manifest line of another box that is cancelled later ties no call, also to an owner that remembers next to nothing', async () => {
  const port = 'NLRTM';
  const story = new PortStory(port);
  const wrong = story.tell(1, 'carrier.bill-linked', box(2), [bill('QXB1'), story.call('015W')], { direction: 'import' });
  const cancelled: StatusEvent = { ...wrong, id: `${port}-cancel`, action: 'cancel', replaces: { source: wrong.source, id: wrong.id } };
  const directory = await LogDirectory.open();
  const started = { log: directory.log, warehouse: server.warehouse };
  const { processor, committed, metrics } = await startProcessor(started, directory.codec, { cacheBytes: 1 });
  const calls = async (): Promise<string[]> =>
    (await visitsOf(port)).flatMap((v) => (v.container === boxNumber(1) ? JSON.parse(v.document).calls : []));
  await directory.send([story.linked(box(1), bill('QXB1')), wrong]);
  await committed(2);
  expect(await calls()).toEqual([story.call('015W').id]);
  await directory.send([cancelled]);
  await committed(3);
  expect(await calls()).toEqual([story.call().id]);
  expect(await metrics()).not.toMatch(/misses_total [1-9]/);
  await processor.close();
  await directory.stop();
});

test('a visit that went and comes back under its id shows nothing more of what it had before', async () => {
  for (const [port, cacheBytes] of [
    ['NLRTM', 1],
    ['DEHAM', 2 ** 20],
  ] as const) {
    const story = new PortStory(port);
    const wrong = story.linked(box(4), bill('QXB4'));
    const cancel: StatusEvent = { ...wrong, id: `${port}-wrong`, action: 'cancel', replaces: { source: wrong.source, id: wrong.id } };
    const right = story.linked(box(4), bill('QXB5'));
    const directory = await LogDirectory.open();
    const parts = { log: directory.log, warehouse: server.warehouse };
    const { processor, committed } = await startProcessor(parts, directory.codec, { cacheBytes });
    let sent = 0;
    for (const events of [[wrong, story.tell(2, 'customs.manifest-accepted', bill('QXB4'))], [cancel], [right]]) {
      await directory.send(events);
      sent += events.length;
      await committed(sent);
    }
    const sql = `SELECT via_id, status FROM timeline FINAL WHERE visit_id = {visit:String} ORDER BY occurred_at, event_id`;
    const [visit] = (await visitsOf(port)).filter((v) => v.container === boxNumber(4));
    expect(await server.warehouse.query(sql, { visit: visit?.visit_id }), port).toEqual([
      { via_id: boxNumber(4), status: 'cancelled' },
      { via_id: boxNumber(4), status: 'effective' },
      { via_id: 'QXB4', status: 'left' },
    ]);
    const history = await readBoxHistory(server.warehouse, story.port, `container:${boxNumber(4)}`, instant(Date.now() + 1_000));
    const replayed = replayTimelines(history).get(visit?.visit_id ?? '') ?? [];
    expect(replayed.map((e) => e.status).sort(), port).toEqual(['cancelled', 'effective', 'left']);
    await processor.close();
    await directory.stop();
  }
});

test('an event of a bill or a call reaches exactly the linked boxes, whichever comes first', async () => {
  for (const [port, linksFirst] of [
    ['CNDLC', true],
    ['CNYTG', false],
  ] as const) {
    const story = new PortStory(port);
    const other = { ...story.call('015W') };
    const links = [story.linked(box(1), bill('QXB1')), story.linked(box(2), bill('QXB1')), story.linked(box(3), bill('QXB2'), other)];
    const facts = [story.tell(3, 'customs.manifest-accepted', bill('QXB1')), story.tell(10, 'terminal.vessel-arrived', story.call())];
    const directory = await LogDirectory.open();
    const { processor, committed } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
    await directory.send(linksFirst ? links : facts);
    await committed(linksFirst ? 3 : 2);
    await directory.send(linksFirst ? facts : links);
    await committed(5);
    expect(processor.ready()).toEqual({ ok: true, reasons: [] });
    await processor.close();
    await directory.stop();
    const all = ['carrier.bill-linked', 'customs.manifest-accepted', 'terminal.vessel-arrived'];
    expect(await codesOf(port)).toEqual(
      new Map([
        [boxNumber(1), all],
        [boxNumber(2), all],
        [boxNumber(3), ['carrier.bill-linked']],
      ]),
    );
  }
});

test('a duplicate gives no revision; the same id with another body is a dead letter and the first one stands', async () => {
  const story = new PortStory('CNYIK');
  const first = story.tell(12, 'terminal.discharged', box(10), [], { full: true });
  const conflicting = { ...first, details: { full: false } };
  const directory = await LogDirectory.open();
  const { processor, committed } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
  await directory.send([first]);
  await committed(1);
  const [before] = await visitsOf('CNYIK');
  await directory.send([first, conflicting]);
  await committed(3);
  expect(await visitsOf('CNYIK')).toEqual([before]);
  expect(await directory.updates('CNYIK')).toHaveLength(1);
  const letters = await directory.deadLetters('CNYIK');
  expect(letters).toMatchObject([{ code: 'CQ_EVENT_CONFLICT', stage: 'apply', topic: topics.terminal.name, offset: 2 }]);
  expect(JSON.parse(before?.document ?? '')).toMatchObject({ direction: 'import', full: true });
  const archived = (): Promise<{ body: string }[]> =>
    server.warehouse.query("SELECT hex(body) AS body FROM dead_letters WHERE port = 'CNYIK'", {});
  await until('the refusal is in the archive', async () => (await archived()).length === 1);
  expect(await archived()).toEqual([
    {
      body: Buffer.from(letters[0]?.body ?? [])
        .toString('hex')
        .toUpperCase(),
    },
  ]);
  await processor.close();
  await directory.stop();
});

test('poison bytes, a missing key and a foreign partition leave their neighbours alone', async () => {
  const port = 'CNJNZ';
  const story = new PortStory(port);
  const directory = await LogDirectory.open();
  const partition = partitionOf(port);
  const topic = agencyTopic.terminal;
  const poison = new Uint8Array([0, 1, 2, 3, 4, 255, 255, 255, 255, 15]);
  const misrouted = story.tell(20, 'terminal.gated-out', box(21), [], { full: true });
  await directory.send([story.tell(12, 'terminal.discharged', box(20), [], { full: true })]);
  await directory.log.append([
    { topic, partition, key: port, value: poison },
    { topic, partition, key: null, value: poison },
    { topic, partition, key: port, value: null },
  ]);
  await directory.send([story.tell(12, 'terminal.discharged', box(21), [], { full: true })]);
  const { processor, batches, committed } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
  await committed(5);
  const value = directory.codec.encode(topic, {
    ...misrouted,
    receivedAt: Date.now(),
    details: JSON.stringify(misrouted.details),
    parties: [],
  });
  await directory.log.append([{ topic, partition: (partition + 1) % 32, key: port, value }]);
  await committed(7);
  expect(await directory.deadLetters(port)).toMatchObject([
    { code: 'CQ_SCHEMA_UNKNOWN', stage: 'decode', offset: 1, body: Buffer.from(poison) },
    { code: 'CQ_KEY_MISSING', stage: 'decode', offset: 2 },
  ]);
  expect(batches.reduce((sum, b) => sum + b.rerouted, 0)).toBe(1);
  const visits = (await visitsOf(port)).map(({ document }) => JSON.parse(document));
  expect(visits.map((v) => [v.container, v.status])).toEqual([
    [boxNumber(20), 'open'],
    [boxNumber(21), 'closed'],
  ]);
  await processor.close();
  await directory.stop();
});

const boxes = [30, 31, 32, 33].map(box);
const story = (port: string): StatusEvent[] => new PortStory(port).imported(boxes, bill('QXB30'), declaration('310020261000000030'));

test('after a crash at any point every event counts once, and every touched visit has a revision in the new epoch', async () => {
  await applyAll(story('CNFOC'));
  const expected = await portState('CNFOC');
  expect(expected.visits).toHaveLength(8);
  const points: Record<string, CrashPoint> = {
    CNHAK: 'events',
    CNFAN: 'subjects',
    CNTXG: 'timeline',
    CNSHK: 'visits',
    CNYTN: 'changes',
    CNNSA: 'batches',
    CNLYG: 'publish',
    CNQZJ: 'commit',
  };
  for (const [port, point] of Object.entries(points)) {
    const events = story(port);
    const half = Math.ceil(events.length / 2);
    const directory = await LogDirectory.open();
    await directory.send(events.slice(0, half));
    const parts = crashingAt(point, { log: directory.log, warehouse: server.warehouse });
    await startProcessor(parts, directory.codec);
    await parts.crashed;
    await directory.reopen();
    const { processor, committed } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
    await committed(half);
    const [claim] = await server.warehouse.query<{ epoch: string }>("SELECT max(epoch) AS epoch FROM batches WHERE kind = 'claim'");
    const visits = await visitsOf(port);
    expect(new Set(visits.map((v) => epochOf(BigInt(v.revision)))), point).toEqual(new Set([Number(claim?.epoch)]));
    const updates = await directory.updates(port);
    for (const visit of visits) expect(updates.findLast((u) => u.visitId === visit.visit_id)?.revision, point).toBe(visit.revision);
    await directory.send(events.slice(half));
    await committed(events.length);
    await processor.close();
    expect(await portState(port), point).toEqual(expected);
    await directory.stop();
  }
}, 120_000);

/** Applies an event until the visit is written and the timeline is not, and gives the id of that visit. */
async function crashBeforeTimeline(directory: LogDirectory, port: string): Promise<string | undefined> {
  const { promise: crashed, resolve } = Promise.withResolvers<void>();
  const warehouse: Warehouse = {
    ...server.warehouse,
    async insert(table, rows, token) {
      if (table === 'timeline') return new Promise<never>(() => {});
      await server.warehouse.insert(table, rows, token);
      if (table === 'visits') resolve();
    },
  };
  await startProcessor({ log: directory.log, warehouse }, directory.codec);
  await crashed;
  await directory.reopen();
  return (await visitsOf(port))[0]?.visit_id;
}

test.each([
  ['CNWEI', 'an earlier event renames it', true],
  ['CNWNZ', 'nothing earlier came', false],
])(
  'after a crash that left a visit without its timeline there is one visit (%s: %s)',
  async (code, _, isEarlier) => {
    const port = new PortStory(code);
    const directory = await LogDirectory.open();
    await directory.send([port.tell(12, 'terminal.discharged', box(70), [port.call()], { full: true })]);
    const half = await crashBeforeTimeline(directory, code);
    await directory.send([
      isEarlier ? port.linked(box(70), bill('QXB70')) : port.tell(20, 'terminal.gated-out', box(70), [], { full: true }),
    ]);
    const { processor, committed } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
    await committed(2);
    await processor.close();
    const visits = await visitsOf(code);
    expect(visits).toHaveLength(1);
    expect(visits[0]?.visit_id === half).toBe(!isEarlier);
    expect((await codesOf(code)).get(boxNumber(70))).toHaveLength(2);
    await directory.stop();
  },
  60_000,
);

test('a cache that holds next to nothing gives the same state as a large one', async () => {
  const [large, small] = ['CNZUH', 'CNSWA'];
  const events = story(small);
  const roomy = await applyAll(story(large), { maxBatchRecords: 1 });
  // One batch in flight: what a batch needs is let go before the next one asks.
  const tight = await applyAll(events, { maxBatchRecords: 1, cacheBytes: 1, batchesInFlight: 1 });
  expect(await portState(small)).toEqual(await portState(large));
  // Everything was evicted after every batch and asked for again; nothing that a fold read was missing.
  expect(tight.asked - roomy.asked).toBeGreaterThan(events.length);
  expect(tight.metrics).toContain('clearquay_processor_cache_subjects 0');
  expect(tight.metrics).toContain('clearquay_processor_prefetch_misses_total 0');
});
