import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from './embedded-log.ts';
import { adoptLogCopy } from './log-copy.ts';

const events = { name: 'test.events.v1', partitions: 2, cleanup: 'delete' as const, retentionMs: 1_000_000 };
const derived = { name: 'test.derived.v1', partitions: 2, cleanup: 'delete' as const };
const start = 1_790_000_000_000;
let root = '';
let nowMs = start;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clearquay-upkeep-'));
  nowMs = start;
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

async function open(name: string): Promise<EmbeddedLog> {
  const log = await openEmbeddedLog({ directory: join(root, name), nowMs: () => nowMs });
  await log.ensureTopics([events, derived]);
  return log;
}

/** Opens a log in another process, which has locks of its own. */
function openElsewhere(name: string): Promise<unknown> {
  const source = `import { openEmbeddedLog } from ${JSON.stringify(new URL('./embedded-log.ts', import.meta.url).href)};
    await (await openEmbeddedLog({ directory: ${JSON.stringify(join(root, name))} })).close();`;
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
}

/** One record in every partition at a time of its own, and what is derived from it. */
async function append(log: EmbeddedLog, ...said: string[]): Promise<void> {
  for (const word of said) {
    const records = [events, derived].flatMap(({ name }) =>
      [0, 1].map((partition) => ({ topic: name, partition, key: 'k', value: Buffer.from(word) })),
    );
    await log.append(records);
    nowMs += 1_000;
  }
}

const wordsOf = (records: readonly StoredRecord[]): string[] => records.map(({ value }) => Buffer.from(value ?? []).toString());

/** What the group reads from where it stands, and its generation; what is read is committed. */
async function consume(log: EmbeddedLog): Promise<{ words: string[]; generation: number }> {
  const words: string[] = [];
  let generation = 0;
  let partitions = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const { leave } = await log.join('g', [events.name], async (owned) => {
    generation = owned.generation;
    const records = await owned.poll({ maxRecords: 1_000, waitMs: 0 });
    words.push(...wordsOf(records));
    const last = records.at(-1);
    if (last) await owned.commit(new Map([[last.topic, last.offset + 1]]));
    partitions += 1;
    if (partitions === events.partitions) resolve();
  });
  await done;
  await leave();
  return { words: words.sort(), generation };
}

test('a group that is set back reads again from the first record of that time, and never skips what it has not read', async () => {
  const log = await open('log');
  await append(log, 'a', 'b', 'c');
  expect((await consume(log)).words).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  expect((await log.progress('g', [events.name])).left).toBe(0);
  expect(await log.rewind('g', [events.name], start + 1_000)).toEqual({ records: 4, isTrimmed: false });
  expect((await log.progress('g', [events.name])).left).toBe(4);
  expect(await log.rewind('g', [events.name], start + 2_000)).toEqual({ records: 4, isTrimmed: false });
  await log.close();
  const again = await open('log');
  expect((await consume(again)).words).toEqual(['b', 'b', 'c', 'c']);
  expect(await again.rewind('g', [events.name], start + 1_000_000)).toEqual({ records: 0, isTrimmed: false });
  expect(await again.rewind('g', [events.name], 0)).toEqual({ records: 6, isTrimmed: false });
  await again.close();
});

test('a log that lost its oldest records to retention says so', async () => {
  const log = await open('log');
  await append(log, 'a', 'b', 'c');
  await consume(log);
  await log.close();
  nowMs = start + 1_000_500;
  const later = await open('log');
  expect(await later.rewind('g', [events.name], 0)).toEqual({ records: 4, isTrimmed: true });
  await later.close();
});

test('a copy taken while appends go on is of the moment, and lives on under generations that the original does not reach', async () => {
  const log = await open('log');
  await append(log, 'a', 'b');
  await consume(log);
  await append(log, 'c');
  const frozen = await log.freeze();
  const path = join(root, 'copy', 'event-log.db');
  mkdirSync(join(root, 'copy'));
  const words = Array.from({ length: 200 }, (_, n) => `later ${n}`);
  await Promise.all([frozen.copyTo(path), append(log, ...words)]);
  await append(log, 'last');
  await frozen.release();
  // The copying took nobody's locks away.
  await expect(openElsewhere('log')).rejects.toMatchObject({ stderr: expect.stringContaining('open in another process') });
  const { generation, words: read } = await consume(log);
  expect(read).toHaveLength(2 * (words.length + 2));
  await log.close();

  adoptLogCopy(join(root, 'copy'));
  const copy = await open('copy');
  expect(await copy.progress('g', [events.name])).toEqual({ read: 4, left: 2 });
  const consumed = await consume(copy);
  expect(consumed.words).toEqual(['c', 'c']);
  expect(consumed.generation).toBeGreaterThan(generation + 1_000);
  await copy.close();
});

test('a log that is closed while it is copied takes the copy back', async () => {
  const log = await open('log');
  await append(log, 'a');
  const frozen = await log.freeze();
  await log.close();
  await expect(frozen.release()).rejects.toThrow('closed');
});
