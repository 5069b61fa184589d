import { expect, test } from 'vitest';
import type { ReplyOf, RequestOf } from './operations.ts';
import { createWriteQueue } from './write-queue.ts';

const record = (text: string) => ({ topic: 't', partition: 0, key: null, value: Buffer.from(text) });

/** A queue whose transactions end when the test says so. */
function manualQueue(groupBytes = 2 ** 20) {
  const groups: { request: RequestOf<'write'>; end: (reply: ReplyOf<'write'>) => void; fail: (error: Error) => void }[] = [];
  const queue = createWriteQueue({
    write: (request) => new Promise((end, fail) => groups.push({ request, end, fail })),
    streamOf: () => 0,
    nowMs: () => 0,
    groupBytes,
    maxQueuedBytes: 2 ** 20,
  });
  const reply = (offsets: number[], refused: number[] = []) => ({ offsets: new Float64Array(offsets).buffer, ends: [], refused });
  return { queue, groups, reply, turn: () => new Promise<void>((resolve) => setImmediate(resolve)) };
}

test('what arrives while a transaction runs goes together into the next one', async () => {
  const { queue, groups, reply, turn } = manualQueue();
  const first = queue.append([record('a')]);
  await turn();
  const second = queue.append([record('b'), record('c')]);
  const third = queue.append([record('d')]);
  await turn();
  expect(groups.map(({ request }) => request.records)).toEqual([1]);
  groups[0]?.end(reply([7]));
  expect(await first).toEqual([7]);
  await turn();
  expect(groups.map(({ request }) => request.records)).toEqual([1, 3]);
  groups[1]?.end(reply([8, 9, 10]));
  expect([await second, await third]).toEqual([[8, 9], [10]]);
});

test('nothing is acknowledged by a transaction that failed, and the next one runs', async () => {
  const { queue, groups, reply, turn } = manualQueue();
  const failing = [queue.append([record('a')]), queue.append([record('b')])].map((it) => it.catch((error: Error) => error.message));
  await turn();
  groups[0]?.fail(new Error('full'));
  expect(await Promise.all(failing)).toEqual(['full', 'full']);
  const next = queue.append([record('c')]);
  await turn();
  groups[1]?.end(reply([0]));
  expect(await next).toEqual([0]);
});

test('a group closes at its byte limit and never splits an append', async () => {
  const { queue, groups, reply, turn } = manualQueue(100);
  const big = queue.append([record('a'.repeat(90)), record('b'.repeat(90))]);
  const small = queue.append([record('c')]);
  await turn();
  expect(groups.map(({ request }) => request.records)).toEqual([2]);
  groups[0]?.end(reply([0, 1]));
  await turn();
  groups[1]?.end(reply([2]));
  expect([await big, await small]).toEqual([[0, 1], [2]]);
});

test('commits share transactions with appends, and only the stale ones are refused', async () => {
  const { queue, groups, reply, turn } = manualQueue();
  const commit = (generation: number) => ({ group: 'g', generation, stream: 0, next: 1 });
  const [good, appended, stale] = [queue.commit([commit(2)]), queue.append([record('a')]), queue.commit([commit(2), commit(1)])];
  await turn();
  expect(groups).toHaveLength(1);
  groups[0]?.end(reply([0], [2]));
  expect([await good, await appended, await stale]).toEqual([true, [0], false]);
});

test('drained waits for what was queued', async () => {
  const { queue, groups, reply, turn } = manualQueue();
  const order: string[] = [];
  const appended = queue.append([record('a')]).then(() => order.push('appended'));
  const drained = queue.drained().then(() => order.push('drained'));
  await turn();
  expect(order).toEqual([]);
  groups[0]?.end(reply([0]));
  await Promise.all([appended, drained]);
  expect(order.sort()).toEqual(['appended', 'drained']);
});
