import type { DeltaFrame, ServerFrame } from '@clearquay/domain/stream/frames.ts';
import { expect, test } from 'vitest';
import type { SeenVisit } from './change.ts';
import { LiveState } from './live-state.ts';

const visit = (visitId: string, version: bigint, status = 'open'): SeenVisit => ({
  visitId,
  version: String(version),
  port: 'CNDLC',
  container: 'QHZU0000017',
  direction: 'import',
  status,
});
const snapshot = (id: string, visits: SeenVisit[], cursor?: string): ServerFrame => ({
  type: 'snapshot',
  id,
  visits,
  last: cursor !== undefined,
  ...(cursor !== undefined && { cursor }),
});
const delta = (visitId: string, version: bigint, extra: Partial<DeltaFrame> = {}): ServerFrame => ({
  type: 'delta',
  visit: visit(visitId, version),
  version: String(version),
  changes: [],
  events: [],
  ...extra,
});
const live = (...ids: string[]) => {
  const state = new LiveState(ids.map((id) => ({ id, filter: {} })));
  state.begin();
  return state;
};

test('only a newer revision is applied, also where digits no longer fit a number', () => {
  const state = live('a');
  state.apply(snapshot('a', [visit('v', 2n ** 60n)], 'c1'));
  expect(state.apply(delta('v', 2n ** 60n))).toEqual([]);
  expect(state.apply(delta('v', 9n))).toEqual([]);
  expect(state.apply(delta('v', 2n ** 60n + 1n))).toMatchObject([{ kind: 'changed', visitId: 'v' }]);
  expect(state.visits('a').get('v')?.version).toBe(String(2n ** 60n + 1n));
});

test('a snapshot replaces the state once its last chunk came, and tells only what differs', () => {
  const state = live('a');
  state.apply(snapshot('a', [visit('kept', 1n), visit('gone', 1n)], 'c1'));
  expect(state.apply(snapshot('a', [visit('kept', 1n)]))).toEqual([]);
  expect(state.visits('a').size).toBe(2);
  expect(state.apply(snapshot('a', [visit('new', 5n)], 'c2'))).toEqual([
    { kind: 'removed', subscription: 'a', visitId: 'gone', reason: 'not-in-snapshot' },
    { kind: 'changed', subscription: 'a', visitId: 'new', visit: visit('new', 5n) },
  ]);
});

test('a reconnect resumes from the last checkpoint', () => {
  const state = live('a');
  state.apply(snapshot('a', [], 'c1'));
  state.apply({ type: 'checkpoint', cursor: 'c2' });
  expect(state.begin()).toEqual([{ type: 'subscribe', id: 'a', filter: {}, cursor: 'c2' }]);
});

test('a state that is not whole is never resumed', () => {
  const state = live('a');
  state.apply(snapshot('a', [], 'c1'));
  state.apply(snapshot('a', [visit('v', 1n)]));
  state.apply({ type: 'checkpoint', cursor: 'c2' });
  expect(state.begin()).toEqual([{ type: 'subscribe', id: 'a', filter: {} }]);
  state.apply(snapshot('a', [], 'c3'));
  state.apply({ type: 'gap', id: 'a', reason: 'cursor-too-old' });
  expect(state.begin()).toEqual([{ type: 'subscribe', id: 'a', filter: {} }]);
  expect(state.synced).toBe(false);
});

test('a checkpoint moves the cursors of the subscriptions that it is for, not of one that the server has not taken up yet', () => {
  const state = live('a', 'b');
  for (const id of ['a', 'b']) state.apply(snapshot(id, [], 'c1'));
  state.begin();
  state.apply({ type: 'checkpoint', cursor: 'c2' });
  expect(state.begin()).toMatchObject([{ cursor: 'c2' }, { cursor: 'c1' }]);
  state.apply({ type: 'checkpoint', cursor: 'c3', subscriptions: ['b'] });
  expect(state.begin()).toMatchObject([{ cursor: 'c2' }, { cursor: 'c3' }]);
});

test('what a resume repeats neither takes a newer visit away nor brings back one that left', () => {
  const state = live('a');
  state.apply(snapshot('a', [visit('v', 7n), visit('w', 7n)], 'c1'));
  const left = (visitId: string, version: bigint): ServerFrame => {
    return { type: 'removed', visit: visitId, version: String(version), reason: 'left-filter' };
  };
  expect(state.apply(left('v', 5n))).toEqual([]);
  expect(state.apply(left('w', 8n))).toMatchObject([{ kind: 'removed', visitId: 'w' }]);
  expect(state.apply(delta('w', 7n))).toEqual([]);
  expect(state.apply(delta('w', 9n))).toMatchObject([{ kind: 'changed', visitId: 'w' }]);
  expect([...state.visits('a').keys()]).toEqual(['v', 'w']);
});

test('subscriptions come and go; frames for one that is gone change nothing', () => {
  const state = live('a');
  expect(() => state.add({ id: 'a', filter: {} })).toThrow('a subscription a');
  state.add({ id: 'b', filter: { ports: ['CNDLC'] } });
  expect(state.subscribe('b')).toEqual([{ type: 'subscribe', id: 'b', filter: { ports: ['CNDLC'] } }]);
  state.remove('a');
  expect(state.apply(snapshot('a', [visit('v', 1n)], 'c1'))).toEqual([]);
  expect(state.apply(delta('v', 2n))).toEqual([]);
  state.apply({ type: 'unsubscribed', id: 'a' });
  state.apply(snapshot('b', [], 'c1'));
  expect(state.apply(delta('v', 2n))).toMatchObject([{ subscription: 'b' }]);
  expect(state.begin()).toMatchObject([{ id: 'b' }]);
});

test('a chunk left over from a broken connection is not mixed into the next snapshot', () => {
  const state = live('a');
  state.apply(snapshot('a', [visit('stale', 1n)]));
  state.begin();
  state.apply(snapshot('a', [visit('v', 2n)], 'c1'));
  expect([...state.visits('a').keys()]).toEqual(['v']);
});

test('a frame changes the subscriptions that it names; without names, the one that the server had', () => {
  const state = live('a', 'b');
  for (const id of ['a', 'b']) state.apply(snapshot(id, [], 'c1'));
  state.apply(delta('v', 1n, { subscriptions: ['b'] }));
  state.apply(delta('w', 1n));
  expect([[...state.visits('a').keys()], [...state.visits('b').keys()]]).toEqual([['w'], ['v']]);
  state.drop('a');
  state.apply({ type: 'removed', visit: 'v', version: '9', reason: 'merged' });
  expect(state.visits('b').size).toBe(0);
});

test('what a later server says more is left alone: fields of known frames and frames of unknown types', () => {
  const state = live('a');
  const later = (frame: object): ServerFrame => JSON.parse(JSON.stringify({ ...frame, tomorrow: { of: ['any', 'kind'] } }));
  state.apply(later(snapshot('a', [visit('v', 1n)], 'c1')));
  expect(state.apply(later(delta('v', 2n)))).toMatchObject([{ kind: 'changed', visitId: 'v', visit: visit('v', 2n) }]);
  for (const type of ['source', 'tomorrow']) expect(state.apply(later({ type, id: 'a', visit: 'v', cursor: 'c9' }))).toEqual([]);
  expect([state.synced, state.visits('a').get('v')?.version]).toEqual([true, '2']);
  expect(state.begin()).toMatchObject([{ cursor: 'c1' }]);
});
