import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdsNothing, openDataDirectory, unfinishedMark } from './data-directory.ts';

const fresh = async () => join(await mkdtemp(join(tmpdir(), 'data-directory-')), 'new');

async function open(path: string) {
  const opened = await openDataDirectory(path);
  if (!opened.ok) throw new Error(opened.error.remedy);
  return opened.value;
}

/** Another process that holds the directory until it is killed. */
async function holdElsewhere(path: string) {
  const program = `
    const { openDataDirectory } = await import(${JSON.stringify(new URL('data-directory.ts', import.meta.url).href)});
    console.log((await openDataDirectory(${JSON.stringify(path)})).ok ? 'held' : 'refused');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  expect(String(line).trim()).toBe('held');
  return child;
}

test('the directory is created for its owner only', async () => {
  const path = await fresh();
  const directory = await open(path);
  expect(directory.path).toBe(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  directory.release();
});

test('a second start in the same process is refused until the first releases', async () => {
  const path = await fresh();
  const directory = await open(path);
  expect(await openDataDirectory(path)).toMatchObject({ ok: false, error: { remedy: expect.stringContaining(`Process ${process.pid} `) } });
  directory.release();
  (await open(path)).release();
});

test('a directory in use by another process is refused by its pid, and taken over once that process was killed', async () => {
  const path = await fresh();
  const child = await holdElsewhere(path);
  const refused = await openDataDirectory(path);
  expect(refused).toMatchObject({
    ok: false,
    error: { key: 'CLEARQUAY_DATA_DIR', remedy: expect.stringContaining(`Process ${child.pid} `) },
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  (await open(path)).release();
});

test('a directory that a restore left unfinished is refused', async () => {
  const path = await fresh();
  const directory = await open(path);
  expect(await holdsNothing(directory)).toBe(true);
  await writeFile(join(path, unfinishedMark), '');
  expect(await holdsNothing(directory)).toBe(false);
  directory.release();
  expect(await openDataDirectory(path)).toMatchObject({ ok: false, error: { key: path, remedy: expect.stringContaining('cut off') } });
  await rm(join(path, unfinishedMark));
  (await open(path)).release();
});
