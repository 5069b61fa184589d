import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedLog } from './embedded-log.ts';

const topic = { name: 'test.embedded.v1', partitions: 2, cleanup: 'delete' as const, retentionMs: 1_000 };
const record = (bytes: number) => ({ topic: topic.name, partition: 0, key: 'CNDLC', value: new Uint8Array(bytes) });
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clearquay-embedded-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('a second open of the same directory is refused, in this process and in another, until the first is closed', async () => {
  const log = await openEmbeddedLog({ directory });
  await expect(openEmbeddedLog({ directory })).rejects.toThrow(/open in another process/);
  const source = `import { openEmbeddedLog } from ${JSON.stringify(new URL('./embedded-log.ts', import.meta.url).href)};
    await openEmbeddedLog({ directory: ${JSON.stringify(directory)} });`;
  const other = promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
  await expect(other).rejects.toMatchObject({ stderr: expect.stringContaining('open in another process') });
  await log.ensureTopics([topic]);
  expect(await log.append([record(10)])).toEqual([0]);
  await log.close();
  await (await openEmbeddedLog({ directory })).close();
});

test('a process that closed its log ends by itself', async () => {
  const source = `import { openEmbeddedLog } from ${JSON.stringify(new URL('./embedded-log.ts', import.meta.url).href)};
    const log = await openEmbeddedLog({ directory: ${JSON.stringify(directory)} });
    await log.ensureTopics([${JSON.stringify(topic)}]);
    await log.join('g', ['${topic.name}'], async ({ lost, poll }) => { while (!lost.aborted) await poll({ maxRecords: 1, waitMs: 600_000 }); });
    await log.close();
    console.log(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Timeout').length);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], { timeout: 30_000 });
  expect(stdout).toBe('0\n');
});

test('a full log refuses appends whole with CQ_LOG_FULL, still reads, and goes on when retention made room', async () => {
  let nowMs = 1_790_000_000_000;
  const options = { directory, maxBytes: 2 ** 20, nowMs: () => nowMs };
  const log = await openEmbeddedLog(options);
  await log.ensureTopics([topic]);
  await log.append([record(600_000)]);
  const refused = log.append([record(10), record(700_000)]);
  await expect(refused).rejects.toThrow(EventLogError);
  await expect(refused).rejects.toMatchObject({ code: 'CQ_LOG_FULL' });
  expect(await log.bounds(topic.name)).toEqual([
    { start: 0, end: 1 },
    { start: 0, end: 0 },
  ]);
  expect(await log.read(topic.name, 0, 0, { maxRecords: 10, waitMs: 0 })).toHaveLength(1);
  await log.close();
  nowMs += 2_000;
  const again = await openEmbeddedLog(options);
  expect(await again.append([record(10), record(700_000)])).toEqual([1, 2]);
  await again.close();
});

test('appends are refused while too many bytes wait, and taken again after', async () => {
  const log = await openEmbeddedLog({ directory, maxQueuedBytes: 10_000 });
  await log.ensureTopics([topic]);
  const first = log.append([record(20_000)]);
  await expect(log.append([record(10)])).rejects.toMatchObject({ code: 'CQ_UNAVAILABLE' });
  expect(await first).toEqual([0]);
  expect(await log.append([record(10)])).toEqual([1]);
  await log.close();
});

test('an owner that does not return is passed over after the session time, and its commits are refused', async () => {
  const log = await openEmbeddedLog({ directory, groupSessionMs: 30 });
  await log.ensureTopics([topic]);
  await log.append([record(10)]);
  let stuck: OwnedPartition | undefined;
  let free: () => void = () => undefined;
  const never = new Promise<void>((resolve) => {
    free = resolve;
  });
  await log.join('g', [topic.name], async (owned) => {
    if (owned.partition === 0) stuck ??= owned;
    await never;
  });
  const owned = await new Promise<OwnedPartition>((resolve) => {
    void log.join('g', [topic.name], async (given) => resolve(given));
  });
  expect(owned.generation).toBeGreaterThan(stuck?.generation ?? 0);
  await expect(stuck?.commit(new Map([[topic.name, 1]]))).rejects.toThrow(/no longer held/);
  free();
  await log.close();
});

test('the failure of an owner is what its leave reports', async () => {
  const log = await openEmbeddedLog({ directory });
  await log.ensureTopics([topic]);
  const { leave } = await log.join('g', [topic.name], async ({ partition }) => {
    if (partition === 1) throw new Error('the owner broke');
  });
  await expect(leave()).rejects.toThrow('the owner broke');
  await log.close();
});
