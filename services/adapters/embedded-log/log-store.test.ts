import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFile } from './log-file.ts';
import { openLogStore } from './log-store.ts';
import { createFrameWriter } from './record-frame.ts';

const checkBytes = 2 ** 30;
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clearquay-store-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a commit that was under way when the generation grew is refused, its neighbours are not', () => {
  const store = openLogStore();
  store.run('open', { directory, checkBytes });
  store.run('ensureTopics', [{ name: 'test.store.v1', partitions: 2, cleanup: 'delete' }]);
  const writer = createFrameWriter(64);
  for (const stream of [0, 1]) writer.add(stream, 0, { topic: 'test.store.v1', partition: stream, key: null, value: null });
  const { generation: old } = store.run('newGeneration', 'g');
  const { generation } = store.run('newGeneration', 'g');
  expect(generation).toBe(old + 1);
  const commits = [
    { group: 'g', generation: old, stream: 0, next: 1 },
    { group: 'g', generation, stream: 1, next: 1 },
  ];
  expect(store.run('write', { frames: writer.take(), records: 2, commits }).refused).toEqual([0]);
  expect(store.run('newGeneration', 'g').committed).toEqual([[1, 1]]);
  store.run('close', null);
});

test('generations grow over restarts', () => {
  const generations = [1, 2, 3].map(() => {
    const store = openLogStore();
    store.run('open', { directory, checkBytes });
    const { generation } = store.run('newGeneration', 'g');
    store.run('close', null);
    return generation;
  });
  expect(generations).toEqual([1, 2, 3]);
});

test('every commit is synced: write-ahead log, synchronous FULL', () => {
  const { db, close } = openLogFile({ directory, checkBytes });
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  close();
});
