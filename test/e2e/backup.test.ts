import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { manifestText } from '@clearquay/adapters/runtime/backup-manifest.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import { epochOf } from '@clearquay/domain/stream/revision.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import { processorGroup } from '@clearquay/processor/groups.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { generatePortDay } from '@clearquay/seeds/generator/port-day.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningClearquay, runCli, startClearquay } from '../support/clearquay.ts';
import { expectSame, received } from '../support/port-states.ts';
import { until } from '../support/until.ts';
import { atRest, type Contents, contentsAtRest, contentsOf, warehouseOf } from '../support/warehouse-contents.ts';

/** Of the generated day; the tests build on one another, as an operator's days do. */
const seed = 20261128;
const dalian = 'CNDLC' as UnLocode;
const root = mkdtempSync(join(tmpdir(), 'clearquay-backup-'));
const [original, restored, backup, still] = ['original', 'restored', 'backup', 'still'].map((name) => join(root, name)) as [
  string,
  string,
  string,
  string,
];
const day: readonly StatusEventJson[] = generatePortDay({
  seed,
  port: dalian,
  start: instant(Date.UTC(2026, 2, 1, 16)),
  containers: 120,
  mess: { duplicate: 0.05, late: 0.05, lateLink: 0.1, correction: 0.03, cancellation: 0.02 },
}).map(({ event }) => event);

/** Sends events in small requests, so that something flows for a while. */
async function send(to: RunningClearquay, events: readonly StatusEventJson[]): Promise<void> {
  const rest = createRestClient(to);
  for (let at = 0; at < events.length; at += 20) await rest.sendEvents(events.slice(at, at + 20));
}

/** The visits of the day as the fold of its events alone gives them. */
async function folded(): Promise<string[]> {
  const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
  const zone = ports.resolve(dalian)?.zone ?? '';
  const events = day.flatMap((event): AcceptedEvent[] => {
    const parsed = parseStatusEvent(event, ports);
    return parsed.ok ? [{ ...parsed.value, receivedAt: instant(0), appliedAt: instant(0) }] : [];
  });
  const port = received(dalian, [events]);
  const visits = [...port.boxes()].flatMap((box) => port.folded(box)?.visits ?? []);
  const now = Date.now() as Instant;
  return visits.map((v) => JSON.stringify({ ...presentVisit(v, 0n, zone, now), version: '', visitId: '' })).sort();
}

const documents = ({ visits = [] }: Contents): string[] => visits.map((row) => (JSON.parse(row) as { document: string }).document).sort();

/** What a running Clearquay knows once it has applied the whole day. */
async function settled(running: RunningClearquay): Promise<Contents> {
  const warehouse = warehouseOf(running.directory, running.clickhouse);
  const expected = await folded();
  let found: Contents = {};
  const isFolded = async (): Promise<boolean> => {
    found = await contentsOf(warehouse, 'meaning');
    return isDeepStrictEqual(documents(found), expected);
  };
  await until('the whole day is folded', isFolded).catch(() => expectSame(documents(found), expected));
  await warehouse.close();
  return found;
}

interface Frame {
  readonly type: string;
  readonly last?: boolean;
  readonly cursor?: string;
}

/** The frames of a subscription to everything, until its client holds all. */
async function subscribed(to: RunningClearquay, cursor?: string): Promise<Frame[]> {
  const socket = new WebSocket(new URL('/v1/stream', to.url.replace('http', 'ws')), { headers: { authorization: `Bearer ${to.key}` } });
  const frames: Frame[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 'all', filter: {}, ...(cursor && { cursor }) })));
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(data.toString());
      frames.push(frame);
      if (frame.cursor) resolve();
    });
  });
  socket.close();
  return frames;
}

const cursorOf = (frames: readonly Frame[]): string | undefined => frames.findLast((f) => f.cursor)?.cursor;

let atTheEnd: Contents;
let cursor: string | undefined;
let backedUp: Awaited<ReturnType<typeof runCli>>;

beforeAll(async () => {
  const running = await startClearquay({ directory: original });
  try {
    const half = Math.floor(day.length / 2);
    await send(running, day.slice(0, half));
    let isTaken = false;
    const taking = runCli(['backup', '--data', original, '--to', backup]).finally(() => {
      isTaken = true;
    });
    let sent = half;
    for (; !isTaken; sent++) await send(running, day.slice(sent, sent + 1));
    expect(sent).toBeLessThan(day.length);
    backedUp = await taking;
    await send(running, day.slice(sent));
    atTheEnd = await settled(running);
    cursor = cursorOf(await subscribed(running));
  } finally {
    await running.stop();
  }
}, 120_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a backup is whole, private and only there when it is done', () => {
  expect(backedUp, backedUp.stderr).toMatchObject({ code: 0 });
  expect(readdirSync(backup).sort()).toEqual(['admin-key', 'event-log.db', 'manifest.json', 'passwords.json', 'warehouse.tar']);
  for (const name of readdirSync(backup)) expect(statSync(join(backup, name)).mode & 0o077, name).toBe(0);
  expect(statSync(backup).mode & 0o077).toBe(0);
  expect(readdirSync(root).filter((name) => name.includes('unfinished'))).toEqual([]);
  expect(readdirSync(join(original, 'clickhouse', 'backups'))).toEqual([]);
});

/** Fails when a table holds more or less of a batch than its marker says, or the log goes on elsewhere than after the last marker. */
async function expectBetweenBatches({ batches = [], events = [], visit_revisions: revisions = [] }: Contents): Promise<void> {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  type Marker = { kind: string; events: number; visits: number; ranges: string };
  // A batch that had to be confirmed has a second row.
  const markers = batches.map((row) => JSON.parse(row) as Marker).filter(({ kind }) => kind === 'batch');
  expect(sum(markers.map((m) => m.events))).toBe(events.length);
  expect(sum(markers.map((m) => m.visits))).toBe(revisions.length);
  const ranges = markers.flatMap((m) => Object.values(JSON.parse(m.ranges) as Record<string, [number, number]>));
  const log = await openEmbeddedLog({ directory: join(restored, 'log') });
  const { read } = await log.progress(processorGroup.group, processorGroup.topics);
  await log.close();
  expect(sum(ranges.map(([from, next]) => next - from))).toBe(read);
}

test('a backup that was taken while events flowed, restored and sent the rest, ends as the original did', async () => {
  expect(await runCli(['restore', '--data', restored, '--from', backup])).toMatchObject({ code: 0 });
  await expectBetweenBatches(await contentsAtRest(restored, 'everything'));
  const running = await startClearquay({ directory: restored });
  try {
    expect(running.key).toBe(readFileSync(join(original, 'admin-key'), 'utf8').trim());
    // Its own history begins here: what was given for the other one is answered by a gap and a snapshot.
    const frames = await subscribed(running, cursor);
    expect(frames.map((f) => f.type)).toContain('gap');
    expect(frames.some((f) => f.last)).toBe(true);
    // What the copy holds is sent once more; it counts once.
    await send(running, day);
    const found = await settled(running);
    for (const table of Object.keys(atTheEnd)) expectSame(found[table], atTheEnd[table]);
    const again = await subscribed(running, cursorOf(await subscribed(running)));
    expect(again.map((f) => f.type)).not.toContain('gap');
  } finally {
    await running.stop();
  }
}, 120_000);

test('a backup of a directory at rest, restored, is equal in every row', async () => {
  const copy = join(root, 'backup-at-rest');
  expect(await runCli(['backup', '--data', original, '--to', copy])).toMatchObject({ code: 0 });
  expect(await runCli(['restore', '--data', still, '--from', copy])).toMatchObject({ code: 0 });
  const [before, after] = [await contentsAtRest(original, 'everything'), await contentsAtRest(still, 'everything')];
  expect(before['visits']?.length).toBeGreaterThan(40);
  for (const table of Object.keys(before)) expectSame(after[table], before[table]);
}, 120_000);

/** Writes what a wrong rule would have: another direction of every visit, and every event superseded. */
async function spoil(directory: string): Promise<void> {
  const standing = 'SELECT visit_id FROM visits FINAL WHERE gone = 0';
  const wrong = (table: string, column: string): string =>
    `INSERT INTO ${table} SELECT * REPLACE (revision + 1 AS revision, ${column}) FROM ${table} FINAL WHERE visit_id IN (${standing})`;
  await atRest(directory, async (warehouse) => {
    await warehouse.query(wrong('visits', "'empty' AS direction"));
    await warehouse.query(wrong('timeline', "'superseded' AS status"));
  });
}

test('a replay mends what a wrong rule wrote, changes nothing else, and writes a revision in a new epoch for every visit it touches', async () => {
  const highest = (contents: Contents): number =>
    Math.max(...(contents['batches'] ?? []).map((row) => epochOf(BigInt((JSON.parse(row) as { revision: string }).revision))));
  const epochBefore = highest(await contentsAtRest(still, 'everything'));
  const before = await contentsAtRest(still, 'current');
  await spoil(still);
  expect((await contentsAtRest(still, 'current'))['visits']).not.toEqual(before['visits']);
  const replayed = await runCli(['replay', '--data', still, '--from', '1970-01-01T00:00:00Z']);
  expect(replayed, replayed.stderr).toMatchObject({ code: 0 });
  const after = await contentsAtRest(still, 'current');
  for (const table of Object.keys(before)) expectSame(after[table], before[table]);
  const rows = (await contentsAtRest(still, 'everything'))['visits'] ?? [];
  const standing = rows.map((row) => JSON.parse(row) as { gone: number; revision: string }).filter((v) => v.gone === 0);
  expect(standing.filter((v) => epochOf(BigInt(v.revision)) <= epochBefore)).toEqual([]);
}, 120_000);

test('a lost warehouse is named at start and rebuilt from the log', async () => {
  const before = await contentsAtRest(still, 'meaning');
  rmSync(join(still, 'clickhouse', 'data'), { recursive: true });
  const environment = { CLEARQUAY_DATA_DIR: still, CLEARQUAY_PORT: '0', CLEARQUAY_CLICKHOUSE_HTTP_PORT: '0' };
  const refused = await runCli(['up', '--demo', 'none'], environment);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('CQ_WAREHOUSE_LOST') });
  const rebuilt = await runCli(['replay', '--from', '1970-01-01T00:00:00Z'], environment);
  expect(rebuilt, rebuilt.stderr).toMatchObject({ code: 0 });
  const after = await contentsAtRest(still, 'meaning');
  for (const table of Object.keys(before)) expectSame(after[table], before[table]);
}, 120_000);

test('a replay of a directory in use, and a restore into one that is not empty, are refused', async () => {
  const running = await startClearquay({ directory: still });
  try {
    const replayed = await runCli(['replay', '--data', still, '--from', '1970-01-01T00:00:00Z']);
    expect(replayed).toMatchObject({ code: 1, stderr: expect.stringContaining(`Process ${running.process.pid} is using`) });
    expect((await running.get('/readyz')).status).toBe(200);
  } finally {
    await running.stop();
  }
  const onto = await runCli(['restore', '--data', still, '--from', backup]);
  expect(onto).toMatchObject({ code: 1, stderr: expect.stringContaining('CQ_NOT_EMPTY') });
  const over = await runCli(['backup', '--data', still, '--to', backup]);
  expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining('CQ_NOT_EMPTY') });
}, 60_000);

/** What happened to a backup, and what a restore says of it. */
const damages: Readonly<Record<string, { readonly code: string; change(folder: string): void }>> = {
  'a changed byte in the warehouse': { code: 'CQ_BACKUP_INVALID', change: (folder) => flip(join(folder, 'warehouse.tar')) },
  'a changed byte in the log': { code: 'CQ_BACKUP_INVALID', change: (folder) => flip(join(folder, 'event-log.db')) },
  'a log cut short': { code: 'CQ_BACKUP_INVALID', change: (folder) => truncateSync(join(folder, 'event-log.db'), 100_000) },
  'a missing file': { code: 'CQ_BACKUP_INVALID', change: (folder) => rmSync(join(folder, 'admin-key')) },
  'a changed manifest': {
    code: 'CQ_BACKUP_INVALID',
    change: (folder) => rewrite(folder, (text) => text.replace('0001-events', '0001-Events')),
  },
  'a manifest cut short': { code: 'CQ_BACKUP_INVALID', change: (folder) => rewrite(folder, (text) => text.slice(0, -10)) },
  'no manifest, as while it is made': { code: 'CQ_BACKUP_INVALID', change: (folder) => rmSync(join(folder, 'manifest.json')) },
  'a migration that is not known here': {
    code: 'CQ_BACKUP_NEWER',
    change: (folder) =>
      rewrite(folder, (text) => {
        const { sha256: _, ...body } = JSON.parse(text);
        const migrations = [...body.migrations, { number: 9999, name: '9999-tomorrow.sql', checksum: 'a'.repeat(64) }];
        return manifestText({ ...body, migrations });
      }),
  },
};

function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 16, at);
  writeFileSync(file, bytes);
}

function rewrite(folder: string, change: (text: string) => string): void {
  const file = join(folder, 'manifest.json');
  const text = readFileSync(file, 'utf8');
  expect(change(text)).not.toBe(text);
  writeFileSync(file, change(text));
}

test.each(Object.entries(damages))('%s is refused before anything is written', async (_, { code, change }) => {
  const folder = join(root, 'damaged');
  rmSync(folder, { recursive: true, force: true });
  cpSync(backup, folder, { recursive: true });
  change(folder);
  const data = join(root, 'nowhere');
  const refused = await runCli(['restore', '--data', data, '--from', folder]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(code) });
  expect(existsSync(data)).toBe(false);
});
