import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asEventLogError } from './failure.ts';
import { openLogStore } from './log-store.ts';
import { createFrameWriter } from './record-frame.ts';

const topic = { name: 'test.damage.v1', partitions: 2, cleanup: 'delete' as const };
const checkBytes = 2 ** 30;
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clearquay-damage-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

type Store = ReturnType<typeof openLogStore>;

function append(store: Store, from: number, count: number): void {
  const writer = createFrameWriter(1024);
  for (let at = from; at < from + count; at++) {
    writer.add(at % 2, 1_790_000_000_000 + at, {
      topic: topic.name,
      partition: at % 2,
      key: 'CNDLC',
      value: Buffer.from(`box ${at}`.padEnd(90, '·')),
    });
  }
  store.run('write', { frames: writer.take(), records: count, commits: [] });
}

/** A log with records, a group and a commit, in `original`; closed, or as a crash leaves it. */
function build(how: 'closed' | 'crashed'): string {
  const directory = join(root, 'live');
  const store = openLogStore();
  store.run('open', { directory, checkBytes });
  store.run('ensureTopics', [topic]);
  for (let batch = 0; batch < 10; batch++) append(store, batch * 60, 60);
  const { generation } = store.run('newGeneration', 'g');
  const frames = createFrameWriter(1).take();
  store.run('write', { frames, records: 0, commits: [{ group: 'g', generation, stream: 0, next: 42 }] });
  const original = join(root, 'original');
  // The files of an open log are what a killed process leaves behind.
  if (how === 'crashed') cpSync(directory, original, { recursive: true });
  store.run('close', null);
  if (how === 'closed') cpSync(directory, original, { recursive: true });
  return original;
}

/** Everything that a reader gets to see. Throws as the store does. */
function everything(directory: string): string {
  const store = openLogStore();
  try {
    const catalog = store.run('open', { directory, checkBytes });
    const contents = [0, 1].map((stream) => {
      const { frames, next } = store.run('read', { ranges: [{ stream, from: 0, max: 10_000 }], maxBytes: 2 ** 30 });
      return [Buffer.from(frames.buffer, 0, frames.length).toString('base64'), next];
    });
    return JSON.stringify([catalog, contents, store.run('newGeneration', 'g')]);
  } catch (error) {
    throw asEventLogError(error);
  } finally {
    store.run('close', null);
  }
}

const opening = (directory: string) => () => everything(directory);

function changed(original: string, file: string, change: (path: string) => void): string {
  const copy = join(root, 'changed');
  rmSync(copy, { recursive: true, force: true });
  cpSync(original, copy, { recursive: true });
  change(join(copy, file));
  return copy;
}

/** Linear congruential numbers from a fixed seed, so that a failure can be run again. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('a flipped bit anywhere in the file is named or harmless, never silent', { timeout: 60_000 }, () => {
  const original = build('closed');
  const bytes = readFileSync(join(original, 'event-log.db'));
  const wanted = everything(changed(original, 'event-log.db', () => undefined));
  const random = numbers(20_261_122);
  const silent: number[] = [];
  let named = 0;
  for (let round = 0; round < 300; round++) {
    const bit = Math.floor((random.next().value ?? 0) * bytes.length * 8);
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const copy = changed(original, 'event-log.db', (path) => writeFileSync(path, flipped));
    try {
      if (everything(copy) !== wanted) silent.push(bit);
    } catch (error) {
      expect(error).toBeInstanceOf(EventLogError);
      named += 1;
    }
  }
  expect(silent).toEqual([]);
  expect(named).toBeGreaterThan(150);
});

test('a file cut short is named', () => {
  const original = build('closed');
  const size = readFileSync(join(original, 'event-log.db')).length;
  for (const kept of [size - 1, size - 4096, Math.floor(size / 2), 4096, 100, 0]) {
    expect(opening(changed(original, 'event-log.db', (path) => truncateSync(path, kept))), `${kept} of ${size} bytes`).toThrow(/damaged/);
  }
});

test('a file that is missing beside its mark is not replaced by an empty log', () => {
  expect(opening(changed(build('closed'), 'event-log.db', (path) => rmSync(path)))).toThrow(/is empty/);
});

test('what a crash leaves is recovered whole', () => {
  const crashed = everything(build('crashed'));
  rmSync(join(root, 'live'), { recursive: true });
  expect(crashed).toBe(everything(build('closed')));
});

test('acknowledged commits that are missing from the write-ahead log are counted and named', () => {
  const original = build('crashed');
  const wal = readFileSync(join(original, 'event-log.db-wal'));
  const cut = changed(original, 'event-log.db-wal', (path) => truncateSync(path, wal.length - 4096));
  expect(opening(cut)).toThrow(/the last 1 acknowledged commits are missing/);
  const flipped = Buffer.from(wal);
  flipped.writeUInt8(flipped.readUInt8(wal.length >> 1) ^ 4, wal.length >> 1);
  expect(opening(changed(original, 'event-log.db-wal', (path) => writeFileSync(path, flipped)))).toThrow(
    /acknowledged commits are missing/,
  );
});

test('the mark of another log is refused, a missing one is not', () => {
  const original = build('closed');
  rmSync(join(root, 'live'), { recursive: true });
  const kept = join(root, 'kept.mark');
  copyFileSync(join(original, 'event-log.mark'), kept);
  const other = build('closed');
  expect(opening(changed(other, 'event-log.mark', (path) => copyFileSync(kept, path)))).toThrow(/belongs to another log/);
  expect(opening(changed(other, 'event-log.mark', (path) => rmSync(path)))).not.toThrow();
});
