import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { ClickHouseClient } from '@clickhouse/client';
import { durableSettings } from './durable-settings.ts';
import { type MigrationFile, readMigrationFiles } from './migration-files.ts';
import { sharded } from './sharded-statement.ts';
import { createClickHouseClient } from './warehouse.ts';
import { asWarehouseError } from './warehouse-error.ts';

export interface MigrateOptions {
  readonly url: string;
  /** A user with all rights on the database; the views' definer. */
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Folder of the numbered SQL files. */
  readonly directory: string;
  /** Partitions of every agency topic: stored when the warehouse is created, compared ever after. */
  readonly partitionCount: number;
  /** The cluster over which the tables are spread, by its name in the servers' `remote_servers`; absent: one server. */
  readonly cluster?: string;
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Brings the database of one server to the newest migration and gives the names of the files it applied. Every statement
 * may run again, so a migration that was cut off is simply repeated. With a cluster, run it on every server of it. Throws `WarehouseError` when ClickHouse fails, and an
 * Error for people when an applied file was changed or the partition count is not the warehouse's.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const files = readMigrationFiles(options.directory);
  await createDatabase(options);
  const client = createClickHouseClient(options);
  try {
    await createBookkeeping(client);
    await fixSetting(client, 'partitionCount', String(options.partitionCount));
    await fixSetting(client, 'cluster', options.cluster ?? '');
    const applied = await appliedMigrations(client);
    refuseChangedFiles(files, applied);
    const missing = files.filter((file) => !applied.has(file.number));
    for (const file of missing) {
      await applyFile(client, file, options.cluster);
      options.logger.info({ migration: file.name }, 'migration applied');
    }
    return missing.map((file) => file.name);
  } finally {
    await client.close();
  }
}

async function createDatabase(options: MigrateOptions): Promise<void> {
  const { database: _, ...connection } = options;
  const client = createClickHouseClient(connection);
  try {
    await command(client, `CREATE DATABASE IF NOT EXISTS ${options.database}`, 'create the database');
  } finally {
    await client.close();
  }
}

async function createBookkeeping(client: ClickHouseClient): Promise<void> {
  await command(
    client,
    `CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = ReplacingMergeTree ORDER BY number SETTINGS ${durableSettings}`,
    'create the table of migrations',
  );
  await command(
    client,
    `CREATE TABLE IF NOT EXISTS warehouse_settings (name String, value String, set_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = MergeTree ORDER BY (name, set_at) SETTINGS ${durableSettings}`,
    'create the table of settings',
  );
}

const anew =
  'begin with an empty one (embedded: move clickhouse of the data directory away) and rebuild it from the log with: ' +
  'clearquay replay --from 1970-01-01T00:00:00Z';

/** Why a setting of a warehouse cannot change, and what to do. */
const fixed = {
  partitionCount: (stored: string, wanted: string) =>
    `this warehouse was created for ${stored} partitions and this version has ${wanted}; a port would change its owner. ` +
    `Run the version that made it, or ${anew}`,
  cluster: (stored: string, wanted: string) =>
    `this warehouse was created ${where(stored)} and the configuration says ${where(wanted)}; its tables cannot be spread anew. ` +
    `Set CLEARQUAY_CLICKHOUSE_CLUSTER back, or ${anew}`,
} as const;

const where = (cluster: string): string => (cluster === '' ? 'on one server' : `over the cluster ${cluster}`);

/** Stores a setting when the warehouse is created, and compares it ever after. A warehouse older than a setting has its empty value. */
async function fixSetting(client: ClickHouseClient, name: keyof typeof fixed, wanted: string): Promise<void> {
  const read = async (): Promise<string | undefined> => {
    const rows = await select<{ value: string }>(
      client,
      `SELECT value FROM warehouse_settings WHERE name = '${name}' ORDER BY set_at LIMIT 1`,
    );
    return rows[0]?.value;
  };
  let stored = await read();
  if (stored === undefined) {
    const isOlder = name === 'cluster' && (await appliedMigrations(client)).size > 0;
    const value = isOlder ? '' : wanted;
    await command(client, `INSERT INTO warehouse_settings (name, value) VALUES ('${name}', '${value}')`, `store the setting ${name}`);
    stored = (await read()) ?? '';
  }
  if (stored !== wanted) throw new Error(fixed[name](stored, wanted));
}

async function appliedMigrations(client: ClickHouseClient): Promise<Map<number, { name: string; checksum: string }>> {
  const rows = await select<{ number: number; name: string; checksum: string }>(
    client,
    'SELECT number, name, checksum FROM migrations FINAL',
  );
  return new Map(rows.map((row) => [row.number, row]));
}

function refuseChangedFiles(files: readonly MigrationFile[], applied: ReadonlyMap<number, { name: string; checksum: string }>): void {
  for (const file of files) {
    const before = applied.get(file.number);
    if (before && before.checksum !== file.checksum) {
      throw new Error(
        `${file.name} was changed after it had been applied (as ${before.name}, checksum ${before.checksum.slice(0, 12)}, now ${file.checksum.slice(0, 12)}); ` +
          'put it back as it was and write the change as a new numbered file',
      );
    }
  }
}

async function applyFile(client: ClickHouseClient, file: MigrationFile, cluster: string | undefined): Promise<void> {
  for (const [index, statement] of file.statements.entries()) {
    for (const query of cluster === undefined ? [statement] : sharded(statement, cluster))
      await command(client, query, `${file.name}, statement ${index + 1}`);
  }
  await command(
    client,
    `INSERT INTO migrations (number, name, checksum) VALUES (${file.number}, '${file.name}', '${file.checksum}')`,
    `record ${file.name}`,
  );
}

async function command(client: ClickHouseClient, query: string, doing: string): Promise<void> {
  try {
    await client.command({ query, clickhouse_settings: { wait_end_of_query: 1 } });
  } catch (thrown) {
    throw asWarehouseError(thrown, doing);
  }
}

async function select<T>(client: ClickHouseClient, query: string): Promise<T[]> {
  try {
    const result = await client.query({ query, format: 'JSONEachRow' });
    return await result.json<T>();
  } catch (thrown) {
    throw asWarehouseError(thrown, 'read the state of the migrations');
  }
}
