import type { Subject } from '@clearquay/domain/events/status-event.ts';
import type { DeltaFrame, RemovedFrame } from '@clearquay/domain/stream/frames.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { createCursorCodec } from '@clearquay/gateway/cursor.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

type Change = (DeltaFrame & { readonly visit: VisitJson }) | RemovedFrame;

interface Page {
  readonly changes: readonly Change[];
  readonly more: boolean;
  readonly cursor: string;
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });
const bill = (id: string): Subject => ({ type: 'bill', id });

async function page(query: string): Promise<Page> {
  const { status, body } = await stack.get<Page>(`/v1/changes?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** Reads pages until there is no more, each revision checked to be greater than the one before in its port. */
async function readAll(query = '', from?: string): Promise<{ changes: Change[]; cursor: string; pages: number }> {
  const changes: Change[] = [];
  let cursor = from;
  const last = new Map<string, bigint>();
  for (let pages = 1; ; pages++) {
    const next = await page(`${query}&limit=7${cursor ? `&cursor=${cursor}` : ''}`.slice(query === '' ? 1 : 0));
    for (const change of next.changes) {
      changes.push(change);
      if (change.type !== 'delta') continue;
      expect(BigInt(change.version)).toBeGreaterThan(last.get(change.visit.port) ?? 0n);
      last.set(change.visit.port, BigInt(change.version));
    }
    cursor = next.cursor;
    if (!next.more) return { changes, cursor, pages };
  }
}

const versions = (changes: readonly Change[]): string[] => changes.flatMap((c) => (c.type === 'delta' ? [c.version] : [])).sort();

/** Every revision that is in the tables. */
const stored = async (): Promise<string[]> =>
  (await stack.warehouse.query<{ v: string }>('SELECT toString(revision) AS v FROM visit_revisions WHERE gone = 0')).map((r) => r.v).sort();

/** Resolves when the feed tells, after a cursor, of a revision that an event of a code made in a box. */
const told = (container: string, code: string, from: string): Promise<void> =>
  until(`${code} of ${container}`, async () => {
    const { changes } = await page(`cursor=${from}&container=${container}`);
    return changes.some((c) => c.type === 'delta' && c.events.some((e) => e.code === code));
  });

test('the feed gives every revision once, in order within a port, from memory and from the tables alike', async () => {
  const { cursor: start } = await page('cursor=now');
  let sent = 0;
  for (const story of [new PortStory('CNDLC'), new PortStory('CNYTG')])
    for (const event of story.imported([box(1), box(2), box(3)], bill('QXB1'), { type: 'declaration', id: '310020261000000001' })) {
      await stack.send(event);
      await stack.processor.committed(++sent);
    }
  await until('all is told', async () => versions((await readAll('', start)).changes).length === (await stored()).length);
  const fromMemory = await readAll('', start);
  expect(versions(fromMemory.changes)).toEqual(await stored());
  expect(fromMemory.pages).toBeGreaterThan(2);
  await stack.restartGateway({ recentBytes: 1 });
  const fromTables = await readAll();
  const byVersion = (all: readonly Change[]) => new Map(all.map((c) => [c.type === 'delta' ? c.version : c.visit, c]));
  expect(byVersion(fromTables.changes)).toEqual(byVersion(fromMemory.changes));
  expect((await readAll('', fromTables.cursor)).changes).toEqual([]);
  await stack.restartGateway();
  expect((await readAll('', fromTables.cursor)).changes).toEqual([]);
});

test('a filter gives what matches and what may have left it; the cursor moves on when nothing does', async () => {
  const story = new PortStory('CNLYG');
  const linked = story.linked(box(11), bill('QXB11'));
  const { cursor } = await page('cursor=now');
  await stack.send(linked, story.linked(box(12), bill('QXB12')));
  await told(boxNumber(11), 'carrier.bill-linked', cursor);
  await told(boxNumber(12), 'carrier.bill-linked', cursor);
  const none = await page(`cursor=${cursor}&bill=QXB-NONE&wait=0`);
  expect(none.changes).toEqual([]);
  expect(none.cursor).not.toBe(cursor);
  const some = await page(`cursor=${cursor}&bill=QXB11`);
  expect(some.changes).toMatchObject([
    { type: 'delta', visit: { container: boxNumber(11), bills: ['QXB11'] }, events: [{ id: linked.id }] },
  ]);
  expect((await page(`cursor=${cursor}&port=CNLYG&code=carrier.bill-linked`)).changes).toHaveLength(2);
  expect((await page(`cursor=${cursor}&port=CNLYG&code=customs.released`)).changes).toEqual([]);
  await stack.send(
    { ...linked, id: `${linked.id}-c`, action: 'cancel', replaces: { source: linked.source, id: linked.id } },
    story.tell(5, 'terminal.discharged', box(11), [story.call()], { full: true }),
  );
  await told(boxNumber(11), 'terminal.discharged', some.cursor);
  const left = await page(`cursor=${some.cursor}&bill=QXB11`);
  expect(left.changes.at(-1)).toMatchObject({ type: 'removed', reason: 'left-filter' });
  await stack.restartGateway({ recentBytes: 1 });
  expect((await page(`cursor=${some.cursor}&bill=QXB11`)).changes).toEqual(left.changes);
  await stack.restartGateway();
});

test('a wait ends with the first match, with its time, or with the gateway, and asks the warehouse nothing', async () => {
  const story = new PortStory('CNTXG');
  const { cursor } = await page('cursor=now');
  const asked = stack.asked();
  const waiting = page(`cursor=${cursor}&container=${boxNumber(21)}&wait=60`);
  await stack.send(story.linked(box(22), bill('QXB22')), story.linked(box(21), bill('QXB21')));
  const { changes } = await waiting;
  expect(stack.asked()).toBe(asked);
  expect(changes).toMatchObject([{ visit: { container: boxNumber(21) } }]);
  expect((await stack.warehouse.query('SELECT 1 FROM visits WHERE container = {c:String}', { c: boxNumber(21) })).length).toBeGreaterThan(
    0,
  );
  const late = await page('cursor=now&wait=1');
  expect(late.changes).toEqual([]);
  const drained = Promise.all([1, 2, 3].map(() => page('cursor=now&wait=60')));
  await until('three readers wait', async () => (await stack.metrics()).includes('clearquay_gateway_waits 3'));
  await stack.stopGateway();
  expect((await drained).map((p) => p.changes)).toEqual([[], [], []]);
  await stack.restartGateway();
});

test('forged, foreign, negative and huge cursors, other numbers and unknown names answer 400', async () => {
  const foreign = createCursorCodec(Buffer.alloc(32, 9)).encode(new Map([[1, 1n]]));
  const ahead = createCursorCodec(Buffer.alloc(32, 3)).encode(new Map([[partitionOf('CNDLC'), revisionOf(99_999, 1)]]));
  for (const cursor of [foreign, ahead, '-1', '18446744073709551616', 'x'.repeat(2_000), 'AAAA', '0'])
    expect(await stack.get(`/v1/changes?cursor=${cursor}`), cursor.slice(0, 40)).toMatchObject({
      status: 400,
      body: { code: 'CQ_CURSOR_INVALID' },
    });
  for (const query of ['wait=-1', 'wait=61', 'wait=1e1', 'limit=0', 'limit=501', 'status=gone', 'colour=red', 'wait=1&wait=2'])
    expect(await stack.get(`/v1/changes?${query}`), query).toMatchObject({ status: 400, body: { code: 'CQ_REQUEST_INVALID' } });
  expect((await fetch(new URL('/v1/changes', stack.url()))).status).toBe(401);
});

test('a batch that a crash cut off is not told; what the next owner wrote is', async () => {
  const partition = partitionOf('CNQZJ');
  const story = new PortStory('CNQZJ');
  const revision = String(revisionOf(0, 5));
  // A row of a batch without its marker, as a former owner of epoch 0 leaves it.
  const row = {
    partition,
    revision,
    port: 'CNQZJ',
    container: boxNumber(31),
    visit_id: 'CNQZJ-cut-off',
    cause: 'event',
    changed: ['created'],
    events: [],
    applied_at: Date.now(),
  };
  await stack.warehouse.insert('changes', [row], 'cut-off');
  await stack.warehouse.insert(
    'visit_revisions',
    [
      {
        port: 'CNQZJ',
        visit_id: 'CNQZJ-cut-off',
        revision,
        container: boxNumber(31),
        assigned_at: Date.now(),
        applied_at: Date.now(),
        document: '{}',
      },
    ],
    'cut-off',
  );
  const before = await readAll('port=CNQZJ');
  expect(before.changes).toEqual([]);
  const { cursor } = await page('cursor=now');
  await stack.send(story.linked(box(31), bill('QXB31')));
  await told(boxNumber(31), 'carrier.bill-linked', cursor);
  await stack.restartGateway({ recentBytes: 1 });
  expect((await readAll('port=CNQZJ')).changes).toMatchObject([{ type: 'delta', visit: { container: boxNumber(31) } }]);
  await stack.restartGateway();
});
