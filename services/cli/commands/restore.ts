import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { readMigrationFiles } from '@clearquay/adapters/clickhouse/migration-files.ts';
import { restoreWarehouse } from '@clearquay/adapters/clickhouse/warehouse-backup.ts';
import { adoptLogCopy } from '@clearquay/adapters/embedded-log/log-copy.ts';
import { type BackupManifest, backupFiles, readBackup } from '@clearquay/adapters/runtime/backup-manifest.ts';
import { type DataDirectory, holdsNothing, openDataDirectory, unfinishedMark } from '@clearquay/adapters/runtime/data-directory.ts';
import { sync } from '@clearquay/adapters/runtime/durable-files.ts';
import { createLogger, type LogLevel } from '@clearquay/adapters/runtime/logger.ts';
import { CommandFailure, withoutTrace } from '../terminal.ts';
import { secretPlaces } from './backup.ts';
import { upConfig } from './up.ts';

export interface RestoreOptions {
  readonly data?: string;
  readonly from: string;
}

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

/** Fills an empty data directory from a backup; a start on it goes on from there. Nothing is written before the backup is found whole. */
export async function restore(options: RestoreOptions): Promise<void> {
  const config = upConfig(options, process.env);
  if (config.clickhouseUrl)
    throw new CommandFailure(
      'CLEARQUAY_CLICKHOUSE_URL: Leave it out: a backup is restored into the embedded warehouse of a data directory.',
    );
  const source = resolve(options.from);
  say(`checking ${source}`);
  const read = await readBackup(source);
  if (!read.ok) throw new CommandFailure(`${read.error.code}: ${read.error.message}`);
  refuseNewer(read.value);
  const opened = await openDataDirectory(config.dataDir);
  if (!opened.ok) throw new CommandFailure(`${opened.error.key}: ${opened.error.remedy}`);
  const directory = opened.value;
  try {
    if (!(await holdsNothing(directory)))
      throw new CommandFailure(`CQ_NOT_EMPTY: ${directory.path} is not empty: name another directory with --data, or move its files away.`);
    await fill(directory, source, read.value, config.logLevel).catch(withoutTrace);
  } finally {
    directory.release();
  }
  process.stdout.write(
    `${directory.path} holds what was accepted until ${read.value.createdAt}. Start it with: clearquay up --data ${directory.path}\n`,
  );
}

/** A warehouse that had migrations which are not known here cannot be read here. */
function refuseNewer({ migrations, clearquay }: BackupManifest): void {
  const known = new Map(
    readMigrationFiles(fileURLToPath(new URL('../../../infra/clickhouse/', import.meta.url))).map((m) => [m.number, m]),
  );
  const foreign = migrations.find(({ number, checksum }) => known.get(number)?.checksum !== checksum);
  if (foreign)
    throw new CommandFailure(
      `CQ_BACKUP_NEWER: The backup was made by Clearquay ${clearquay} and has the migration ${foreign.name}, which is not known here: ` +
        'restore it with that version or a later one.',
    );
}

async function fill(directory: DataDirectory, source: string, { files }: BackupManifest, level: LogLevel): Promise<void> {
  const { path } = directory;
  const mark = join(path, unfinishedMark);
  await writeFile(mark, '', { flush: true });
  await sync(path);
  const places: Readonly<Record<string, string>> = { [backupFiles.log]: 'log/event-log.db', ...secretPlaces };
  for (const { name } of files) {
    const place = places[name];
    if (place === undefined) continue;
    const to = join(path, place);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(join(source, name), to);
    await chmod(to, 0o600);
  }
  say('restoring the log');
  adoptLogCopy(join(path, 'log'));
  say('restoring the warehouse');
  const logger = createLogger(level);
  const server = await startEmbeddedClickHouse({ directory: join(path, 'clickhouse'), httpPort: 0, backups: source, logger });
  try {
    const { url, user: username, password } = server;
    const connection = { url, username, password, database: 'clearquay', requestTimeoutMs: 60_000 };
    await restoreWarehouse(connection, join(source, backupFiles.warehouse));
  } finally {
    await server.stop();
  }
  // ClickHouse flushes what is inserted, not what it restores.
  await promisify(execFile)('sync');
  await rm(mark);
  await sync(path);
}
