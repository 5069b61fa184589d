import { expect, test } from 'vitest';
import { sampleUpdate, sampleVisitId } from '../tail/sample-update.ts';
import { Outbox, type Outcome, type Wire } from './outbox.ts';

interface Sent {
  readonly type: string;
  readonly version?: string;
  readonly visit?: { readonly visitId: string } | string;
  readonly skipped?: readonly string[];
  readonly subscriptions?: readonly string[];
}

/** A socket whose buffer the test fills and empties. */
function wire() {
  const sent: Sent[] = [];
  const state: Wire & { bufferedAmount: number } = { bufferedAmount: 0, send: (data) => sent.push(JSON.parse(data.toString()) as Sent) };
  return { sent, state };
}

const limits = { queueBytes: 20_000, sendAheadBytes: 1_000 };

const delta = (n: number, sequence: number, to: readonly string[] = ['a']): Outcome => ({
  update: sampleUpdate(n, sequence),
  view: 'full',
  deltaTo: to,
  removedFrom: [],
  reason: 'left-filter',
});

const removed = (n: number, sequence: number, from: readonly string[] = ['a']): Outcome => ({
  ...delta(n, sequence, []),
  removedFrom: from,
});

const versionOf = (n: number, sequence: number) => String(sampleUpdate(n, sequence).revision);

test('a client that reads gets every revision in order', () => {
  const { sent, state } = wire();
  const outbox = new Outbox(state, limits, () => false);
  for (let s = 1; s <= 5; s++) outbox.push(delta(1, s));
  expect(sent.map((f) => f.version)).toEqual([1, 2, 3, 4, 5].map((s) => versionOf(1, s)));
  expect(sent.some((f) => f.skipped ?? f.subscriptions)).toBe(false);
});

test('a slow client gets the newest state of each visit, with the revisions it skips named', () => {
  const { sent, state } = wire();
  const outbox = new Outbox(state, limits, () => false);
  state.bufferedAmount = 2_000;
  outbox.push(delta(1, 1));
  outbox.push(delta(2, 2));
  outbox.push(delta(1, 3));
  outbox.push(delta(1, 4));
  expect(sent).toEqual([]);
  state.bufferedAmount = 0;
  outbox.drained();
  expect(sent.map((f) => [f.version, f.skipped])).toEqual([
    [versionOf(1, 4), [versionOf(1, 1), versionOf(1, 3)]],
    [versionOf(2, 2), undefined],
  ]);
});

test('a visit that leaves while its delta waits is only removed', () => {
  const { sent, state } = wire();
  const outbox = new Outbox(state, limits, () => false);
  state.bufferedAmount = 2_000;
  outbox.push(delta(1, 1));
  outbox.push(removed(1, 2));
  state.bufferedAmount = 0;
  outbox.drained();
  expect(sent).toEqual([{ type: 'removed', visit: sampleVisitId(1), version: versionOf(1, 2), reason: 'left-filter' }]);
});

test('a checkpoint never overtakes a revision that waits, and only the newest one waits', () => {
  const { sent, state } = wire();
  const outbox = new Outbox(state, limits, () => false);
  const checkpoint = (cursor: string) => outbox.checkpoint(Buffer.from(JSON.stringify({ type: 'checkpoint', cursor })));
  state.bufferedAmount = 2_000;
  outbox.push(delta(1, 1));
  checkpoint('one');
  outbox.push(delta(2, 2));
  checkpoint('two');
  state.bufferedAmount = 0;
  outbox.drained();
  expect(sent.map((f) => ('cursor' in f ? f.cursor : f.version))).toEqual([versionOf(1, 1), versionOf(2, 2), 'two']);
});

test('coalescing bounds the bytes by the visits, and too many visits overfill it', () => {
  const { state } = wire();
  const outbox = new Outbox(state, limits, () => false);
  state.bufferedAmount = 2_000;
  for (let s = 1; s <= 100; s++) outbox.push(delta(1, s));
  expect(outbox.overfull).toBe(false);
  for (let n = 1; n <= 100; n++) outbox.push(delta(n, 200 + n));
  expect(outbox.overfull).toBe(true);
  outbox.end();
  expect(outbox.bytes).toBe(2_000);
});

test('with several subscriptions a frame names those it is for, and a visit can leave one and stay in another', () => {
  const { sent, state } = wire();
  const outbox = new Outbox(state, limits, () => true);
  outbox.push({ ...delta(1, 1, ['b']), removedFrom: ['a'] });
  expect(sent.map((f) => [f.type, f.subscriptions])).toEqual([
    ['removed', ['a']],
    ['delta', ['b']],
  ]);
});

test('who waits for room goes on when the socket drained, and when the session ends', async () => {
  const { state } = wire();
  const outbox = new Outbox(state, limits, () => false);
  await outbox.room();
  state.bufferedAmount = 2_000;
  const order: string[] = [];
  const first = outbox.room().then(() => order.push('room'));
  order.push('drained');
  state.bufferedAmount = 0;
  outbox.drained();
  await first;
  expect(order).toEqual(['drained', 'room']);
  state.bufferedAmount = 2_000;
  const second = outbox.room();
  outbox.end();
  await expect(second).resolves.toBeUndefined();
});
