import { ok } from '@clearquay/domain/result.ts';
import type { ClientFrame, ServerFrame } from '@clearquay/domain/stream/frames.ts';
import { expect, test } from 'vitest';
import { createCursorCodec } from '../cursor.ts';
import { defaultLimits, type GatewayLimits } from '../limits.ts';
import { createRecentUpdates } from '../tail/recent-updates.ts';
import { sampleContainer, sampleRecord, sampleUpdate, sampleVisitId } from '../tail/sample-update.ts';
import { Update } from '../tail/update.ts';
import type { VisitRow } from '../visit-selection.ts';
import { createInterestIndex } from './interest-index.ts';
import { encodeFrame, Session } from './session.ts';

/** A session whose socket and warehouse the test plays. */
function stage(overrides: Partial<GatewayLimits> = {}) {
  const limits = { ...defaultLimits, checkpointMs: 0, ...overrides };
  const recent = createRecentUpdates(2 ** 20);
  recent.settle(3, 0n);
  const cursors = createCursorCodec(Buffer.alloc(32, 1));
  const interest = createInterestIndex<Session>();
  const stored: Update[] = [];
  const queries: { readonly answer: (rows: readonly VisitRow[] | Error) => void }[] = [];
  const sent: ServerFrame[] = [];
  const connection = {
    bufferedAmount: 0,
    closed: undefined as number | undefined,
    send: (data: Buffer) => sent.push(JSON.parse(data.toString()) as ServerFrame),
    close: (code: number) => {
      connection.closed = code;
    },
  };
  const session = new Session('s', connection, {
    recent,
    cursors,
    interest,
    limits,
    logger: { info() {}, warn() {}, error() {} },
    starts: { add() {} },
    reached: async () => {},
    stored: {
      between: async () =>
        ok(
          (async function* () {
            yield stored;
          })(),
        ),
    },
    async *snapshots() {
      yield await new Promise<readonly VisitRow[]>((resolve, reject) => {
        queries.push({ answer: (rows) => (rows instanceof Error ? reject(rows) : resolve(rows)) });
      });
    },
  });
  const tail = (update: Update) => {
    recent.push(update);
    interest.each(update, (s) => s.offer(update));
  };
  const say = (frame: ClientFrame) => session.receive(JSON.stringify(frame));
  return { session, connection, sent, queries, stored, recent, cursors, tail, say };
}

const row = (n: number, sequence: number): VisitRow => {
  const { visitId, port, container, revision, visit } = sampleRecord(n, sequence);
  return { visitId, port, container, version: revision, document: visit };
};

/** Lets everything that waits only for promises run. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const shown = (frames: readonly ServerFrame[]) =>
  frames.map((f) => {
    if (f.type === 'snapshot') return `snapshot ${f.visits.map((v) => v.version).join(',')}${f.last ? ' last' : ''}`;
    if (f.type === 'delta') return `delta ${f.version}`;
    return f.type === 'removed' ? `removed ${f.reason}` : f.type;
  });

const v = (n: number, sequence: number) => String(sampleUpdate(n, sequence).revision);

test('a snapshot comes whole before the deltas that arrived while it was read, and only the newer ones follow', async () => {
  const { sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: {} });
  tail(sampleUpdate(1, 5));
  tail(sampleUpdate(2, 6));
  await settle();
  expect(sent).toEqual([]);
  queries[0]?.answer([row(1, 5), row(2, 4)]);
  await settle();
  expect(shown(sent)).toEqual([`snapshot ${v(1, 5)},${v(2, 4)} last`, `delta ${v(2, 6)}`, 'checkpoint']);
  tail(sampleUpdate(1, 7));
  expect(shown(sent).at(-1)).toBe(`delta ${v(1, 7)}`);
});

test('of what changed several times while a snapshot was read the last follows, and names the others', async () => {
  const { sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: {} });
  for (const s of [1, 2, 3]) tail(sampleUpdate(1, s));
  await settle();
  queries[0]?.answer([]);
  await settle();
  expect(sent.filter((f) => f.type === 'delta')).toMatchObject([{ version: v(1, 3), skipped: [v(1, 1), v(1, 2)] }]);
});

test('the cursor of a snapshot is the position before the query, so resuming from it repeats rather than misses', async () => {
  const { sent, queries, tail, say, recent, cursors } = stage();
  tail(sampleUpdate(1, 1));
  const before = recent.positions();
  say({ type: 'subscribe', id: 'a', filter: {} });
  tail(sampleUpdate(1, 2));
  await settle();
  queries[0]?.answer([row(1, 2)]);
  await settle();
  const last = sent.find((f) => f.type === 'snapshot');
  expect(cursors.decode(last?.cursor ?? '')).toEqual({ ok: true, value: before });
});

test('a visit that stopped matching while the snapshot was read is taken back', async () => {
  const { sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: { statuses: ['open'] } });
  tail(sampleUpdate(1, 6, { status: 'closed' }));
  await settle();
  queries[0]?.answer([row(1, 5)]);
  await settle();
  expect(shown(sent)).toEqual([`snapshot ${v(1, 5)} last`, 'removed left-filter', 'checkpoint']);
});

test('no checkpoint is sent while a snapshot is incomplete, and each is sent once', async () => {
  const { session, sent, queries, tail, say } = stage();
  const checkpoint = (cursor: string) => session.checkpoint(cursor, { frame: encodeFrame({ type: 'checkpoint', cursor }) });
  say({ type: 'subscribe', id: 'a', filter: {} });
  tail(sampleUpdate(1, 5));
  checkpoint('early');
  await settle();
  expect(sent).toEqual([]);
  queries[0]?.answer([]);
  await settle();
  const before = sent.length;
  checkpoint('later');
  checkpoint('later');
  expect(sent.slice(before)).toEqual([{ type: 'checkpoint', cursor: 'later' }]);
});

test('a cursor inside the window gets every missed revision from memory, without a query', async () => {
  const { sent, queries, tail, say, recent, cursors } = stage();
  tail(sampleUpdate(1, 1));
  const cursor = cursors.encode(recent.positions());
  tail(sampleUpdate(1, 2));
  tail(sampleUpdate(1, 3));
  tail(sampleUpdate(2, 4, { port: 'CNYTG' }));
  say({ type: 'subscribe', id: 'a', filter: { ports: ['CNDLC'] }, cursor });
  await settle();
  expect(shown(sent)).toEqual([`delta ${v(1, 2)}`, `delta ${v(1, 3)}`, 'checkpoint']);
  expect(queries).toEqual([]);
});

test('revisions that arrive while a slow client resumes follow in order, none left out', async () => {
  const { session, connection, sent, tail, say, recent, cursors } = stage();
  const cursor = cursors.encode(recent.positions());
  tail(sampleUpdate(1, 1));
  tail(sampleUpdate(1, 2));
  connection.bufferedAmount = defaultLimits.sendAheadBytes + 1;
  say({ type: 'subscribe', id: 'a', filter: {}, cursor });
  await settle();
  tail(sampleUpdate(1, 3));
  expect(sent).toEqual([]);
  connection.bufferedAmount = 0;
  session.drained();
  await settle();
  expect(shown(sent)).toEqual([`delta ${v(1, 1)}`, `delta ${v(1, 2)}`, `delta ${v(1, 3)}`, 'checkpoint']);
});

test.each([
  ['cursor-invalid', 'forged'],
  ['cursor-invalid', createCursorCodec(Buffer.alloc(32, 2)).encode(new Map())],
  ['cursor-ahead', createCursorCodec(Buffer.alloc(32, 1)).encode(new Map([[3, 2n ** 63n]]))],
])('a cursor that cannot be resumed gives a gap (%s) and a fresh snapshot', async (reason, cursor) => {
  const { sent, queries, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: {}, cursor });
  await settle();
  expect(sent).toEqual([{ type: 'gap', id: 'a', reason }]);
  queries[0]?.answer([row(1, 1)]);
  await settle();
  expect(shown(sent)).toEqual(['gap', `snapshot ${v(1, 1)} last`, 'checkpoint']);
});

test('a resume that is larger than what may be buffered becomes a snapshot', async () => {
  const { sent, tail, say, recent, cursors } = stage({ snapshotBufferBytes: 10_000 });
  const cursor = cursors.encode(recent.positions());
  for (let s = 1; s <= 20; s++) tail(sampleUpdate(1, s));
  say({ type: 'subscribe', id: 'a', filter: {}, cursor });
  await settle();
  expect(sent).toEqual([{ type: 'gap', id: 'a', reason: 'too-much-missed' }]);
});

test('several subscriptions that want one revision get it once, with their names', async () => {
  const { sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: { containers: [sampleContainer(1)] }, fields: 'summary' });
  say({ type: 'subscribe', id: 'b', filter: {} });
  await settle();
  for (const { answer } of queries) answer([]);
  await settle();
  sent.length = 0;
  tail(sampleUpdate(1, 1));
  tail(sampleUpdate(2, 2));
  expect(sent).toMatchObject([
    { type: 'delta', version: v(1, 1), subscriptions: ['a', 'b'], visit: { bills: ['QHBL1'] } },
    { type: 'delta', version: v(2, 2), subscriptions: ['b'] },
  ]);
});

test('a merged visit is removed and never shown', async () => {
  const { sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: {} });
  await settle();
  queries[0]?.answer([row(1, 1)]);
  await settle();
  sent.length = 0;
  tail(sampleUpdate(1, 2, { cause: 'merged' }));
  expect(sent).toEqual([{ type: 'removed', visit: sampleVisitId(1), version: v(1, 2), reason: 'merged' }]);
});

test('a client that does not read is closed with 4409 at its bound, and holds nothing any longer', async () => {
  const { connection, queries, tail, say, sent } = stage({ queueBytes: 200_000 });
  say({ type: 'subscribe', id: 'a', filter: {} });
  await settle();
  queries[0]?.answer([]);
  await settle();
  connection.bufferedAmount = 150_000;
  let pushed = 0;
  while (connection.closed === undefined && pushed < 10_000) tail(sampleUpdate(++pushed, pushed));
  expect(connection.closed).toBe(4409);
  expect(pushed).toBeLessThan(200);
  const before = sent.length;
  tail(sampleUpdate(1, 20_000));
  expect(sent.length).toBe(before);
});

test('what a slow snapshot may buffer is bounded', () => {
  const { connection, tail, say } = stage({ snapshotBufferBytes: 50_000 });
  say({ type: 'subscribe', id: 'a', filter: {} });
  for (let n = 1; n <= 100; n++) tail(sampleUpdate(n, n));
  expect(connection.closed).toBe(4409);
});

test('a snapshot waits for the client chunk by chunk', async () => {
  const { session, connection, sent, queries, say } = stage({ snapshotChunkVisits: 2 });
  say({ type: 'subscribe', id: 'a', filter: {} });
  connection.bufferedAmount = defaultLimits.sendAheadBytes + 1;
  await settle();
  queries[0]?.answer([1, 2, 3, 4, 5].map((n) => row(n, n)));
  await settle();
  expect(sent).toEqual([]);
  connection.bufferedAmount = 0;
  session.drained();
  await settle();
  expect(shown(sent)).toEqual([
    `snapshot ${v(1, 1)},${v(2, 2)}`,
    `snapshot ${v(3, 3)},${v(4, 4)}`,
    `snapshot ${v(5, 5)} last`,
    'checkpoint',
  ]);
});

test('a failed snapshot ends its subscription with an error and leaves the others alone', async () => {
  const { connection, sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: { ports: ['CNYTG'] } });
  say({ type: 'subscribe', id: 'b', filter: {} });
  await settle();
  queries[0]?.answer(new Error('the server is away'));
  queries[1]?.answer([]);
  await settle();
  tail(sampleUpdate(1, 1));
  expect(sent).toMatchObject([
    { type: 'error', id: 'a', code: 'CQ_UNAVAILABLE' },
    { type: 'snapshot', id: 'b' },
    { type: 'checkpoint' },
    { type: 'delta', version: v(1, 1) },
  ]);
  expect(connection.closed).toBeUndefined();
});

test('unsubscribing ends the deltas and frees the id', async () => {
  const { sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: {} });
  await settle();
  queries[0]?.answer([]);
  await settle();
  say({ type: 'unsubscribe', id: 'a' });
  tail(sampleUpdate(1, 1));
  expect(sent.at(-1)).toEqual({ type: 'unsubscribed', id: 'a' });
  say({ type: 'subscribe', id: 'a', filter: {} });
  await settle();
  expect(queries.length).toBe(2);
});

test('what waits for a slow client is not sent once it has unsubscribed', async () => {
  const { session, connection, sent, queries, tail, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: { ports: ['CNDLC'] } });
  say({ type: 'subscribe', id: 'b', filter: {} });
  await settle();
  for (const { answer } of queries) answer([]);
  await settle();
  sent.length = 0;
  connection.bufferedAmount = defaultLimits.sendAheadBytes + 1;
  tail(sampleUpdate(1, 1));
  tail(sampleUpdate(2, 2, { port: 'CNYTG' }));
  say({ type: 'unsubscribe', id: 'b' });
  connection.bufferedAmount = 0;
  session.drained();
  expect(shown(sent)).toEqual(['unsubscribed', `delta ${v(1, 1)}`]);
});

test('a checkpoint names the subscriptions that it is for as soon as there are several', async () => {
  const { session, sent, queries, say } = stage();
  say({ type: 'subscribe', id: 'a', filter: {} });
  await settle();
  queries[0]?.answer([]);
  await settle();
  say({ type: 'subscribe', id: 'b', filter: {} });
  await settle();
  session.checkpoint('too early for b');
  queries[1]?.answer([]);
  await settle();
  session.checkpoint('one', { frame: encodeFrame({ type: 'checkpoint', cursor: 'one' }) });
  say({ type: 'unsubscribe', id: 'a' });
  session.checkpoint('two');
  expect(sent.filter((f) => f.type === 'checkpoint').slice(-2)).toEqual([
    { type: 'checkpoint', cursor: 'one', subscriptions: ['a', 'b'] },
    { type: 'checkpoint', cursor: 'two' },
  ]);
});

test('checkpoints keep their distance, but for the last one', async () => {
  const { session, sent, queries, say } = stage({ checkpointMs: 3_600_000 });
  say({ type: 'subscribe', id: 'a', filter: {} });
  await settle();
  queries[0]?.answer([]);
  await settle();
  session.checkpoint('one');
  session.checkpoint('two', { last: true });
  expect(sent.flatMap((f) => (f.type === 'checkpoint' ? f.cursor : []))).toEqual([expect.any(String), 'two']);
});

test('a snapshot that is ahead of the tail is not followed by what it has in it, whatever that said of the filter', async () => {
  const { sent, queries, tail, say } = stage();
  tail(sampleUpdate(2, 1));
  say({ type: 'subscribe', id: 'a', filter: { statuses: ['open'] } });
  await settle();
  queries[0]?.answer([row(1, 4)]);
  tail(sampleUpdate(1, 2, { status: 'closed' }));
  await settle();
  tail(sampleUpdate(1, 3));
  tail(sampleUpdate(1, 4));
  tail(sampleUpdate(1, 5));
  expect(shown(sent).filter((f) => f !== 'checkpoint')).toEqual([`snapshot ${v(1, 4)} last`, `delta ${v(1, 5)}`]);
});

test('a cursor older than the memory gets what the warehouse kept, then what arrived meanwhile', async () => {
  const { sent, queries, stored, tail, say, cursors } = stage();
  tail(sampleUpdate(1, 1));
  const cursor = cursors.encode(new Map([[3, sampleUpdate(1, 1).revision]]));
  tail(new Update(4, sampleRecord(9, 2)));
  stored.push(new Update(4, sampleRecord(9, 2)));
  say({ type: 'subscribe', id: 'a', filter: {}, cursor });
  tail(sampleUpdate(1, 3));
  await settle();
  expect(shown(sent)).toEqual([`delta ${v(9, 2)}`, `delta ${v(1, 3)}`, 'checkpoint']);
  expect(queries).toEqual([]);
});

test('one subscription that catches up takes nothing newer from another one of a slow client', async () => {
  const { session, connection, sent, queries, recent, cursors, tail, say } = stage();
  say({ type: 'subscribe', id: 'live', filter: {} });
  await settle();
  queries[0]?.answer([]);
  await settle();
  const cursor = cursors.encode(recent.positions());
  connection.bufferedAmount = defaultLimits.sendAheadBytes + 1;
  tail(sampleUpdate(1, 1));
  tail(sampleUpdate(1, 2));
  say({ type: 'subscribe', id: 'resumed', filter: {}, cursor });
  await settle();
  connection.bufferedAmount = 0;
  session.drained();
  await settle();
  const newest = (id: string) => sent.findLast((f) => f.type === 'delta' && f.subscriptions?.includes(id));
  expect(newest('live')).toMatchObject({ version: v(1, 2), skipped: [v(1, 1)] });
  expect(newest('resumed')).toMatchObject({ version: v(1, 2) });
});

test('limits and wrong filters are answered with an error and keep the connection; what is no frame ends it', () => {
  const { session, connection, sent, say } = stage({ subscriptionsPerSession: 1 });
  session.receive('{"type":"subscribe","id":"x","filter":{"container":["QHZU0000017"]}}');
  session.receive('{"type":"subscribe","id":"x","filter":{"bills":"QHBL1"}}');
  say({ type: 'subscribe', id: 'a', filter: {} });
  say({ type: 'subscribe', id: 'a', filter: {} });
  say({ type: 'subscribe', id: 'b', filter: {} });
  say({ type: 'ping' });
  expect(sent).toMatchObject([
    { type: 'error', id: 'x', code: 'CQ_FRAME_INVALID' },
    { type: 'error', id: 'x', code: 'CQ_FRAME_INVALID' },
    { type: 'error', id: 'a', code: 'CQ_FRAME_INVALID' },
    { type: 'error', id: 'b', code: 'CQ_LIMIT' },
    { type: 'pong' },
  ]);
  expect(connection.closed).toBeUndefined();
  session.receive('hello');
  expect(sent.at(-1)).toMatchObject({ type: 'error', code: 'CQ_FRAME_INVALID' });
  expect(connection.closed).toBe(4400);
});

test('a filter that holds more visits than may be tracked is refused by name', async () => {
  const { sent, queries, say } = stage({ trackedVisits: 2 });
  say({ type: 'subscribe', id: 'a', filter: { statuses: ['open'] } });
  await settle();
  queries[0]?.answer([1, 2, 3].map((n) => row(n, n)));
  await settle();
  expect(sent).toMatchObject([{ type: 'error', id: 'a', code: 'CQ_LIMIT' }]);
});
