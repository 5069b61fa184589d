import { openStalledClient } from '@clearquay/cli/bench/stalled-client.ts';
import type { GatewayLimits } from '@clearquay/gateway/limits.ts';
import { type ConnectOptions, connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import { createRestClient, type VisitQuery } from '@clearquay/sdk/rest.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestLog, startGateway, type TestGateway, type TestLog, testKey } from '../support/gateway-under-test.ts';
import { until } from '../support/until.ts';
import { createOwner, visitIdOf } from '../support/visit-story.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let house: TestWarehouse;
let log: TestLog;
let gateway: TestGateway;
let apply: ReturnType<typeof createOwner>;
const clients: LiveClient[] = [];

beforeAll(async () => {
  [house, log] = await Promise.all([openTestWarehouse(), openTestLog()]);
  apply = createOwner(log, house.warehouse);
  gateway = await startGateway(log, house.warehouse);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((c) => c.close()));
});

afterAll(async () => {
  await gateway.stop();
  await log.stop();
  await house.stop();
});

function follow(options: Partial<ConnectOptions> & Pick<ConnectOptions, 'subscriptions'>): LiveClient {
  const client = connect({ url: gateway.url, key: testKey, backoff: { minMs: 20, maxMs: 100 }, ...options });
  clients.push(client);
  return client;
}

const port = (code: string) => [{ id: 'a', filter: { ports: [code] } }];
const versions = (client: LiveClient, id = 'a') => Object.fromEntries([...client.visits(id)].map(([visitId, v]) => [visitId, v.version]));

/** What the warehouse shows now, by id. */
async function shown(code: string, query: VisitQuery = {}): Promise<Record<string, string>> {
  const { visits } = await createRestClient({ url: gateway.url, key: testKey }).getVisits({ port: code, limit: 500, ...query });
  return Object.fromEntries(visits.map((v) => [v.visitId, v.version]));
}

test('a client holds exactly what the warehouse shows, through a snapshot and the deltas after it', async () => {
  await apply(...Array.from({ length: 450 }, (_, n) => ({ n, port: 'CNYTG' })));
  const client = follow({ subscriptions: port('CNYTG') });
  for (let n = 440; n < 470; n++) await apply({ n, port: 'CNYTG', status: 'closed' });
  await client.synced();
  const [last] = await apply({ n: 0, port: 'CNYTG', status: 'closed' });
  await until('the last revision arrived', () => client.visits('a').get(visitIdOf(0, 'CNYTG'))?.version === last);
  expect(versions(client)).toEqual(await shown('CNYTG'));
  expect(client.visits('a').size).toBe(470);
});

test('visits come into a filter, leave it, and disappear when merged', async () => {
  await apply({ n: 1, port: 'CNYIK' }, { n: 2, port: 'CNYIK', status: 'expected' });
  const client = follow({ subscriptions: [{ id: 'a', filter: { ports: ['CNYIK'], statuses: ['open'] }, fields: 'summary' }] });
  await client.synced();
  expect([...client.visits('a').keys()]).toEqual([visitIdOf(1, 'CNYIK')]);
  const changes = client.changes();
  await apply({ n: 2, port: 'CNYIK' });
  expect((await changes.next()).value).toMatchObject({ kind: 'changed', visitId: visitIdOf(2, 'CNYIK') });
  await apply({ n: 1, port: 'CNYIK', status: 'closed' });
  expect((await changes.next()).value).toEqual({
    kind: 'removed',
    subscription: 'a',
    visitId: visitIdOf(1, 'CNYIK'),
    reason: 'left-filter',
  });
  await apply({ n: 2, port: 'CNYIK', merged: true });
  expect((await changes.next()).value).toMatchObject({ kind: 'removed', visitId: visitIdOf(2, 'CNYIK'), reason: 'merged' });
  expect(client.visits('a').size).toBe(0);
});

test('subscriptions are added and given up in one connection, and stay so after a reconnect', async () => {
  await apply({ n: 1, port: 'CNSHA' }, { n: 2, port: 'CNNGB' });
  const own = await startGateway(log, house.warehouse);
  const client = follow({ url: own.url, subscriptions: [{ id: 'a', filter: { ports: ['CNSHA'] } }] });
  await client.synced();
  client.subscribe({ id: 'b', filter: { ports: ['CNNGB'] } });
  await client.synced();
  expect(client.visits('b').size).toBe(1);
  const gone = client.unsubscribe('a');
  expect(() => client.subscribe({ id: 'a', filter: {} })).toThrow('not confirmed');
  await gone;
  client.subscribe({ id: 'a', filter: { ports: ['CNNGB'] }, fields: 'summary' });
  await client.synced();
  await own.stop();
  await until('the client noticed', () => client.state === 'connecting');
  await client.unsubscribe('b');
  const again = await startGateway(log, house.warehouse, {}, Number(new URL(own.url).port));
  const [revision] = await apply({ n: 2, port: 'CNNGB', status: 'closed' });
  await until('the change arrived', () => versions(client)[visitIdOf(2, 'CNNGB')] === revision);
  expect(client.visits('b').size).toBe(0);
  await client.close();
  await again.stop();
});

test('a client that comes back after a restart of the gateway resumes from its cursor and misses nothing', async () => {
  const gaps: string[] = [];
  const states: string[] = [];
  await apply({ n: 1, port: 'CNJNZ' });
  const first = await startGateway(log, house.warehouse);
  const address = new URL(first.url).port;
  const client = follow({
    url: `http://127.0.0.1:${address}`,
    subscriptions: port('CNJNZ'),
    onGap: (_id, reason) => gaps.push(reason),
    onState: (state) => states.push(state),
  });
  await client.synced();
  await first.stop();
  await until('the client noticed', () => client.state === 'connecting');
  for (let n = 2; n <= 6; n++) await apply({ n, port: 'CNJNZ' });
  const second = await startGateway(log, house.warehouse, {}, Number(address));
  await until('all arrived', () => client.visits('a').size === 6);
  expect(versions(client)).toEqual(await shown('CNJNZ'));
  expect(gaps).toEqual([]);
  expect(states).toEqual(['open', 'connecting', 'open']);
  expect((await second.metrics()).includes('clearquay_gateway_subscriptions_total{how="resumed"} 1')).toBe(true);
  await client.close();
  await second.stop();
});

/** A client is away for longer than the memory of a gateway reaches; gives what it was told when it comes back. */
async function comeBackLate(code: string, limits: Partial<GatewayLimits>) {
  const gaps: string[] = [];
  const deltas: string[] = [];
  const small = { recentBytes: 40_000, ...limits };
  const before = await startGateway(log, house.warehouse, small);
  await apply({ n: 1, port: code }, { n: 2, port: code }, { n: 3, port: code });
  const client = follow({
    url: before.url,
    subscriptions: [{ id: 'a', filter: { ports: [code], statuses: ['open'] } }],
    onGap: (_id, reason) => gaps.push(reason),
    onChange: (change) => change.kind === 'changed' && change.delta && deltas.push(change.visit.version),
  });
  await client.synced();
  await before.stop();
  deltas.length = 0;
  const told: string[] = [];
  for (let i = 0; i < 25; i++) told.push(...(await apply({ n: 1, port: code, ballastBytes: 2_000 }, { n: 10 + i, port: code })));
  await apply({ n: 2, port: code, status: 'closed' }, { n: 3, port: code, merged: true });
  const again = await startGateway(log, house.warehouse, small, Number(new URL(before.url).port));
  await until('the state is whole again', () => client.visits('a').size === 26);
  expect(versions(client)).toEqual(await shown(code, { status: 'open' }));
  const metrics = await again.metrics();
  await client.close();
  await again.stop();
  return { gaps, deltas, told, metrics };
}

test('a cursor older than the memory gets every revision from the warehouse', async () => {
  const { gaps, deltas, told, metrics } = await comeBackLate('CNBAY', {});
  expect(gaps).toEqual([]);
  expect(deltas).toEqual(told);
  expect(metrics).toContain('clearquay_gateway_subscriptions_total{how="stored"} 1');
});

test('a cursor older than the memory gives a gap and a fresh snapshot where too much was missed, never a silent hole', async () => {
  const { gaps, deltas } = await comeBackLate('CNTXG', { storedUpdates: 49 });
  expect(gaps).toEqual(['too-much-missed']);
  expect(deltas).toEqual([]);
});

test('a client that does not read is cut off with 4409, as is one that reads a byte at a time, while another one misses nothing', async () => {
  const own = await startGateway(log, house.warehouse, { closeGraceMs: 100 });
  const other = follow({ url: own.url, subscriptions: port('CNDLC') });
  await other.synced();
  const stall = () => openStalledClient({ url: own.url, key: testKey }, { ports: ['CNDLC'] });
  const [silent, dripping] = await Promise.all([stall(), stall()]);
  let dripped = 0;
  const drip = setInterval(() => {
    dripped += dripping.read(1)?.length ?? 0;
  }, 5);
  const all = new Map<string, string>();
  for (let round = 0; !(await own.metrics()).includes('clearquay_gateway_sessions_closed_total{code="4409"} 2'); round++) {
    expect(round).toBeLessThan(200);
    const facts = Array.from({ length: 20 }, (_, i) => ({ n: round * 20 + i, ballastBytes: 20_000 }));
    const revisions = await apply(...facts);
    for (const [i, { n }] of facts.entries()) all.set(visitIdOf(n), revisions[i] ?? '');
  }
  await until('the other client has everything', () => other.visits('a').size === all.size);
  expect(versions(other)).toEqual(Object.fromEntries(all));
  expect(dripped).toBeGreaterThan(0);
  clearInterval(drip);
  silent.destroy();
  dripping.destroy();
  await other.close();
  await own.stop();
});

test('a client of which nothing is heard any more is cut off with 4408 after two heartbeats, and one that answers stays', async () => {
  const own = await startGateway(log, house.warehouse, { heartbeatMs: 500 });
  const ends: string[] = [];
  const other = follow({ url: own.url, subscriptions: port('CNHAK'), onProblem: ({ message }) => ends.push(message) });
  await other.synced();
  const half = await openStalledClient({ url: own.url, key: testKey }, { ports: ['CNHAK'] });
  const told = async (line: string) => (await own.metrics()).split('\n').includes(line);
  await until('it is cut off', () => told('clearquay_gateway_sessions_closed_total{code="4408"} 1'), 3_000);
  expect(await told('clearquay_gateway_sessions 1')).toBe(true);
  const [revision] = await apply({ n: 1, port: 'CNHAK' });
  await until('the other client has it', () => versions(other)[visitIdOf(1, 'CNHAK')] === revision);
  expect(ends).toEqual([]);
  half.destroy();
  await other.close();
  await own.stop();
});

test('a wrong key is refused at the upgrade and not tried again', async () => {
  const problems: string[] = [];
  const client = follow({ key: 'wrong', subscriptions: port('CNDLC'), onProblem: (p) => problems.push(p.message) });
  await expect(client.synced()).rejects.toThrow('not accepted');
  expect(client.state).toBe('closed');
  expect(problems).toEqual(['The server answered 401.']);
});

test('a browser connects with its key as a subprotocol, is greeted first, and gets an answer to its ping', async () => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/stream`, ['clearquay.v1', `bearer.${testKey}`]);
  const frames: { type: string }[] = [];
  socket.addEventListener('message', ({ data }) => frames.push(JSON.parse(String(data)) as { type: string }));
  await until('the welcome arrived', () => frames.length === 1);
  expect(frames[0]).toMatchObject({ type: 'welcome', heartbeatMs: 30_000, limits: { subscriptions: 16, maxPayloadBytes: 65_536 } });
  expect(socket.protocol).toBe('clearquay.v1');
  socket.send('{"type":"ping"}');
  await until('the answer arrived', () => frames.length === 2);
  expect(frames[1]).toEqual({ type: 'pong' });
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  socket.send('not a frame');
  expect(await closed).toBe(4400);
});

test('a frame over 64 KiB ends the connection', async () => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/stream`, [`bearer.${testKey}`]);
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  socket.addEventListener('open', () => socket.send(' '.repeat(65_537)));
  expect(await closed).toBe(1009);
});

test('a draining gateway sends its clients away with a last checkpoint and 1001', async () => {
  const own = await startGateway(log, house.warehouse, { checkpointMs: 3_600_000 });
  const socket = new WebSocket(`${own.url.replace('http', 'ws')}/v1/stream`, [`bearer.${testKey}`]);
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  const types: string[] = [];
  socket.addEventListener('message', ({ data }) => types.push((JSON.parse(String(data)) as { type: string }).type));
  await until('the welcome arrived', () => types.length > 0);
  socket.send('{"type":"subscribe","id":"a","filter":{"ports":["CNYTG"]}}');
  await until('the subscription is live', () => types.includes('checkpoint'));
  const witness = follow({ url: own.url, subscriptions: port('CNHUA') });
  await witness.synced();
  await apply({ n: 1, port: 'CNHUA' });
  await until('the gateway has read it', () => witness.visits('a').size === 1);
  await own.stop();
  expect(await closed).toBe(1001);
  expect(types.at(-1)).toBe('checkpoint');
  expect(types.filter((type) => type === 'checkpoint').length).toBe(2);
});

/**
 * A client of a gateway over one log leaves, and comes back to one over the log that `meanwhile` gives; gives the reasons of
 * gaps once it holds what the warehouse shows.
 */
async function comeBackTo(code: string, visits: number, meanwhile: () => Promise<TestLog>, from = log) {
  const gaps: string[] = [];
  const before = await startGateway(from, house.warehouse);
  const client = follow({ url: before.url, subscriptions: port(code), onGap: (_id, reason) => gaps.push(reason) });
  await client.synced();
  await before.stop();
  const next = await meanwhile();
  const after = await startGateway(next, house.warehouse, {}, Number(new URL(before.url).port));
  await until('the state is whole again', () => client.visits('a').size === visits);
  expect(versions(client)).toEqual(await shown(code));
  await client.close();
  await after.stop();
  await next.stop();
  return gaps;
}

test('a log that was replaced is not the beginning: a cursor from before gets what only the warehouse kept', async () => {
  // The cursors name nothing of these ports: nothing was told of their partitions when they were given.
  const saysMore = async () => {
    await apply({ n: 1, port: 'CNHME' }, { n: 2, port: 'CNHME' });
    const replaced = await openTestLog();
    await createOwner(replaced, house.warehouse, 2)({ n: 3, port: 'CNHME' });
    return replaced;
  };
  expect(await comeBackTo('CNHME', 3, saysMore)).toEqual([]);
  const saysNothing = async () => {
    await apply({ n: 1, port: 'CNTZO' }, { n: 2, port: 'CNTZO' });
    return openTestLog();
  };
  expect(await comeBackTo('CNTZO', 2, saysNothing)).toEqual([]);
});

/** Empties the warehouse, migrations aside, and gives the log of an installation that begins anew. */
async function wiped(): Promise<TestLog> {
  const tables = await house.warehouse.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'clearquay' AND engine LIKE '%MergeTree' AND name != 'migrations'",
  );
  for (const { name } of tables) await house.warehouse.query(`TRUNCATE TABLE ${name}`);
  return openTestLog();
}

test('a cursor of a former installation with the same secret gives a gap, though its revisions were given out again', async () => {
  const former = await wiped();
  await createOwner(former, house.warehouse)({ n: 1, port: 'CNFUG' });
  const next = async () => {
    const log = await wiped();
    const owner = createOwner(log, house.warehouse);
    await owner({ n: 2, port: 'CNFUG' });
    await owner({ n: 3, port: 'CNFUG' });
    return log;
  };
  expect(await comeBackTo('CNFUG', 2, next, former)).toEqual(['cursor-invalid']);
  await former.stop();
});
