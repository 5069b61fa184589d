import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { expect, test } from 'vitest';
import { createRecentUpdates } from './recent-updates.ts';
import { sampleRecord, sampleUpdate } from './sample-update.ts';
import { Update } from './update.ts';

const versions = (updates: readonly Update[]) => updates.map((u) => [u.partition, u.revision]);

test('a cursor gives exactly what came after it, in every partition', () => {
  const recent = createRecentUpdates(2 ** 20);
  for (const p of [3, 4]) recent.settle(p, 0n);
  for (let s = 1; s <= 3; s++) recent.push(sampleUpdate(1, s));
  const cursor = recent.positions();
  recent.push(sampleUpdate(2, 4));
  recent.push(new Update(4, sampleRecord(9, 1, { epoch: 2 })));
  expect(recent.after(cursor)).toMatchObject({ ok: true });
  const missed = recent.after(cursor);
  expect(missed.ok && versions(missed.value)).toEqual([
    [3, revisionOf(1, 4)],
    [4, revisionOf(2, 1)],
  ]);
  expect(recent.after(recent.positions())).toEqual({ ok: true, value: [] });
});

test('memory stays within its bound, and what was pushed out is too old instead of missing', () => {
  const one = sampleUpdate(1, 1).bytes;
  const recent = createRecentUpdates(one * 10);
  recent.settle(3, 0n);
  recent.push(sampleUpdate(1, 1));
  const old = recent.positions();
  for (let s = 2; s <= 5_000; s++) recent.push(sampleUpdate(1, s));
  expect(recent.bytes).toBeLessThanOrEqual(one * 10);
  expect(recent.after(old)).toEqual({ ok: false, error: 'cursor-too-old' });
  const missed = recent.after(new Map([[3, revisionOf(1, 4_995)]]));
  expect(missed.ok && missed.value.length).toBe(5);
});

test('a partition read from its middle does not resume cursors from before its first record', () => {
  const recent = createRecentUpdates(2 ** 20);
  recent.push(sampleUpdate(1, 10));
  recent.push(sampleUpdate(1, 11));
  expect(recent.after(new Map([[3, revisionOf(1, 9)]]))).toEqual({ ok: false, error: 'cursor-too-old' });
  expect(recent.after(new Map())).toEqual({ ok: false, error: 'cursor-too-old' });
  const missed = recent.after(new Map([[3, revisionOf(1, 10)]]));
  expect(missed.ok && versions(missed.value)).toEqual([[3, revisionOf(1, 11)]]);
});

test('a busy partition does not push out what others hold', () => {
  const recent = createRecentUpdates(sampleUpdate(1, 1).bytes * 20);
  for (const p of [3, 4]) recent.settle(p, 0n);
  recent.push(new Update(4, sampleRecord(9, 1)));
  const cursor = recent.positions();
  recent.push(new Update(4, sampleRecord(9, 2)));
  for (let s = 1; s <= 500; s++) recent.push(sampleUpdate(1, s));
  expect(recent.after(new Map([...cursor, [3, revisionOf(1, 500)]]))).toMatchObject({ ok: true, value: [{ partition: 4 }] });
});

test('a cursor between held revisions may be of a former owner and is not resumed', () => {
  const recent = createRecentUpdates(2 ** 20);
  for (const s of [2, 4, 6]) recent.push(sampleUpdate(1, s));
  expect(recent.after(new Map([[3, revisionOf(1, 4)]]))).toMatchObject({ ok: true });
  expect(recent.after(new Map([[3, revisionOf(1, 2)]]))).toMatchObject({ ok: true });
  expect(recent.after(new Map([[3, revisionOf(1, 3)]]))).toEqual({ ok: false, error: 'cursor-too-old' });
});

test('where an update could not be read no cursor from before it is resumed, not even the newest', () => {
  const recent = createRecentUpdates(2 ** 20);
  recent.settle(3, 0n);
  recent.push(sampleUpdate(1, 1));
  const cursor = recent.positions();
  recent.lose(3);
  expect(recent.after(cursor)).toEqual({ ok: false, error: 'update-unreadable' });
  recent.push(sampleUpdate(1, 3));
  expect(recent.after(cursor)).toEqual({ ok: false, error: 'cursor-too-old' });
  expect(recent.after(recent.positions())).toEqual({ ok: true, value: [] });
});

test('a cursor from ahead of the log, or of a partition that is not there, is not resumed', () => {
  const recent = createRecentUpdates(2 ** 20);
  recent.settle(3, 0n);
  recent.push(sampleUpdate(1, 1));
  expect(recent.after(new Map([[3, revisionOf(1, 2)]]))).toEqual({ ok: false, error: 'cursor-ahead' });
  expect(recent.after(new Map([[9, 1n]]))).toEqual({ ok: false, error: 'cursor-ahead' });
});
