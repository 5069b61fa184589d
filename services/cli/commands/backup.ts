import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type BackupFile, backupFiles, describeFile, manifestName, manifestText } from '@clearquay/adapters/runtime/backup-manifest.ts';
import type { Config } from '@clearquay/adapters/runtime/config.ts';
import { askControl } from '@clearquay/adapters/runtime/control-socket.ts';
import { openDataDirectory } from '@clearquay/adapters/runtime/data-directory.ts';
import { moveFile, sync } from '@clearquay/adapters/runtime/durable-files.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { type Snapshot, takeSnapshot } from '../backup/snapshot.ts';
import { openParts } from '../parts.ts';
import { CommandFailure, withoutTrace } from '../terminal.ts';
import { upConfig } from './up.ts';

export interface BackupOptions {
  readonly data?: string;
  /** The folder to make. */
  readonly to: string;
}

/** Where the secrets of a data directory lie, by their name in a backup. */
export const secretPlaces = { [backupFiles.adminKey]: 'admin-key', [backupFiles.passwords]: 'clickhouse/passwords.json' } as const;

const say = (text: string): boolean => process.stderr.write(`${text}\n`);
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Copies the data directory, whether a server runs on it or not, into a new folder that appears when it is whole. */
export async function backup(options: BackupOptions): Promise<void> {
  const config = upConfig(options, process.env);
  const directory = resolve(config.dataDir);
  const target = resolve(options.to);
  if (!existsSync(join(directory, 'log', 'event-log.db')))
    throw new CommandFailure(`CLEARQUAY_DATA_DIR: There is nothing to back up in ${directory}: name the data directory with --data.`);
  if (existsSync(target)) throw new CommandFailure(`CQ_NOT_EMPTY: ${target} is there already: name a folder that is not with --to.`);
  say('taking a snapshot of the warehouse and the log');
  const snapshot = await snapshotOf(directory, config).catch(withoutTrace);
  const unfinished = `${target}.unfinished`;
  try {
    const files = await assemble(directory, snapshot, unfinished).catch(withoutTrace);
    await rename(unfinished, target);
    await sync(dirname(target));
    process.stdout.write(`${target}  ${mebibytes(files.reduce((sum, f) => sum + f.bytes, 0))} in ${files.length} files\n`);
    if (files.some(({ name }) => name in secretPlaces))
      say('It holds the keys of this Clearquay, readable by you alone: keep it as safe as the data directory.');
  } finally {
    for (const left of [unfinished, snapshot.folder]) await rm(left, { recursive: true, force: true });
  }
}

/** Makes the folder whole, the manifest last. */
async function assemble(directory: string, snapshot: Snapshot, folder: string): Promise<BackupFile[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = await gather(directory, snapshot, folder);
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  const { createdAt, migrations, clickhouse } = snapshot;
  const text = manifestText({ format: 1, createdAt, clearquay: version, clickhouse, migrations, files });
  await writeFile(join(folder, manifestName), text, { mode: 0o600, flush: true });
  await sync(folder);
  return files;
}

/** Asks the server that runs on the directory, or does it itself when there is none. */
async function snapshotOf(directory: string, config: Config): Promise<Snapshot> {
  const lock = await openDataDirectory(directory);
  if (!lock.ok && lock.error.key !== 'CLEARQUAY_DATA_DIR') throw new CommandFailure(`${lock.error.key}: ${lock.error.remedy}`);
  if (!lock.ok) {
    try {
      return (await askControl(directory, 'backup')) as Snapshot;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandFailure(`CQ_UNAVAILABLE: The server that uses ${directory} made no backup: ${why}.`);
    }
  }
  lock.value.release();
  const opened = new AsyncDisposableStack();
  try {
    const parts = await openParts({ ...config, clickhouseHttpPort: 0 }, createLogger(config.logLevel), opened);
    return await takeSnapshot(parts, async () => () => undefined);
  } finally {
    await opened.disposeAsync();
  }
}

/** Brings everything together, readable by the owner alone, flushed and with checksums. */
async function gather(directory: string, snapshot: Snapshot, folder: string): Promise<BackupFile[]> {
  for (const name of [backupFiles.warehouse, backupFiles.log]) await moveFile(join(snapshot.folder, name), join(folder, name));
  for (const [name, place] of Object.entries(secretPlaces))
    if (existsSync(join(directory, place))) await copyFile(join(directory, place), join(folder, name));
  const files: BackupFile[] = [];
  for (const name of Object.values(backupFiles)) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    await chmod(path, 0o600);
    await sync(path);
    say(`${name}: ${mebibytes((await stat(path)).size)}, taking its checksum`);
    files.push(await describeFile(folder, name));
  }
  return files;
}
