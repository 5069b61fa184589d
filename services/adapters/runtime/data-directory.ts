import { existsSync } from 'node:fs';
import { access, constants, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { SetupProblem } from './setup-problem.ts';

/** A data directory that this process alone uses until it is released. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string;
  release(): void;
}

/**
 * Creates the directory (mode 700) and locks it. The lock is SQLite's on `lock.sqlite`: one writer in the whole
 * system, in this process too, and the kernel drops it when its owner dies, however it dies. `lock.pid` only names
 * the owner for the message. A disk that cannot be written is refused too; broken storage throws.
 */
export async function openDataDirectory(directory: string): Promise<Result<DataDirectory, SetupProblem>> {
  const path = resolve(directory);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK);
    return await locked(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && unwritable.has(error.code))) throw error;
    return refuse({
      key: 'CLEARQUAY_DATA_DIR',
      remedy: `${path} cannot be written (${error.message}): make room there or make it writable, or choose another directory with --data.`,
    });
  }
}

async function locked(path: string): Promise<Result<DataDirectory, SetupProblem>> {
  const lock = new DatabaseSync(join(path, 'lock.sqlite'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    const owner = (await readFile(join(path, 'lock.pid'), 'utf8').catch(() => '')).trim() || 'unknown';
    return refuse({
      key: 'CLEARQUAY_DATA_DIR',
      remedy: `Process ${owner} is using ${path}: stop it, or choose another directory with --data.`,
    });
  }
  try {
    await writeFile(join(path, 'lock.pid'), `${process.pid}\n`);
  } catch (error) {
    lock.close();
    throw error;
  }
  if (existsSync(join(path, unfinishedMark))) {
    lock.close();
    return refuse({ key: path, remedy: 'A restore into this directory was cut off: remove the directory and restore again.' });
  }
  return ok({ path, release: () => lock.close() });
}

/** Stands in a directory while a restore fills it. */
export const unfinishedMark = 'restore.unfinished';

/** True when a locked directory holds nothing but its lock. */
export async function holdsNothing({ path }: DataDirectory): Promise<boolean> {
  return (await readdir(path)).every((name) => name.startsWith('lock.'));
}

/** Of `errno(3)`: what an operator can mend. */
const unwritable: ReadonlySet<unknown> = new Set(['EROFS', 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM']);

const sqliteBusy = 5;
const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
