import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freezeWarehouse, type WarehouseConnection } from '@clearquay/adapters/clickhouse/warehouse-backup.ts';
import type { EmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { type BackupManifest, backupFiles } from '@clearquay/adapters/runtime/backup-manifest.ts';
import type { Parts } from '../parts.ts';

/** One moment of the log and the warehouse, as files in a folder of the data directory that the next snapshot empties. */
export interface Snapshot extends Pick<BackupManifest, 'createdAt' | 'migrations' | 'clickhouse'> {
  readonly folder: string;
}

let isBusy = false;

/**
 * Writes the moment between two batches into files. `pause` keeps further ones from beginning, for as long as it takes
 * to hold the log and to clone the tables; what is said meanwhile waits in the log.
 */
export async function takeSnapshot(parts: Parts, pause: () => Promise<() => void>): Promise<Snapshot> {
  const { embedded, embeddedLog, warehouse } = parts;
  if (!embedded) throw new Error('the warehouse is the server of CLEARQUAY_CLICKHOUSE_URL: back it up with its own BACKUP command');
  if (!embeddedLog) throw new Error('the log is the Kafka of CLEARQUAY_KAFKA_BROKERS: its replicas are its backup');
  if (isBusy) throw new Error('another backup is being taken');
  isBusy = true;
  try {
    const folder = join(embedded.backups, 'snapshot');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { createdAt, frozenLog, frozenTables } = await freeze(embeddedLog, embedded.connection, pause);
    try {
      await frozenTables.writeTo(join(folder, backupFiles.warehouse));
      await frozenLog.copyTo(join(folder, backupFiles.log));
    } finally {
      await Promise.all([frozenTables.release(), frozenLog.release()]);
    }
    const migrations = await warehouse.query<BackupManifest['migrations'][number]>(
      'SELECT number, name, checksum FROM migrations FINAL ORDER BY number',
    );
    const [{ clickhouse = '' } = {}] = await warehouse.query<{ clickhouse?: string }>('SELECT version() AS clickhouse');
    return { folder, createdAt, migrations, clickhouse };
  } finally {
    isBusy = false;
  }
}

/** The log first: what is kept as it came is written without a pause, and the tables have at least what the log says they have. */
async function freeze(log: EmbeddedLog, connection: WarehouseConnection, pause: () => Promise<() => void>) {
  const goOn = await pause();
  try {
    const createdAt = new Date().toISOString();
    const frozenLog = await log.freeze();
    try {
      return { createdAt, frozenLog, frozenTables: await freezeWarehouse(connection) };
    } catch (error) {
      await frozenLog.release();
      throw error;
    }
  } finally {
    goOn();
  }
}
