import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { createClickHouseClient, type WarehouseOptions } from './warehouse.ts';
import { asWarehouseError } from './warehouse-error.ts';

/** How to reach the database that is backed up or restored, as its owner. */
export type WarehouseConnection = Omit<WarehouseOptions, 'logger'>;

/** One moment of all tables, kept apart from what is written later. */
export interface FrozenWarehouse {
  /** Writes the moment into an archive inside the folder that the server allows; resolves when it is whole. */
  writeTo(archive: string): Promise<void>;
  /** Lets go of the moment. */
  release(): Promise<void>;
}

const frozen = (table: string): string => `backup_${table}`;
const pollMs = 100;
const tablesSql = `SELECT name, engine = 'View' AS isView FROM system.tables WHERE database = currentDatabase() ORDER BY name`;

/**
 * Keeps all tables as they are now: every one is cloned by hard links, some milliseconds each. They are of one moment
 * when nobody writes to them during the call. What an earlier call left behind is dropped first.
 */
export async function freezeWarehouse(connection: WarehouseConnection): Promise<FrozenWarehouse> {
  const client = createClickHouseClient(connection);
  const names = await select<{ name: string; isView: number }>(client, tablesSql);
  const views = names.filter((t) => t.isView === 1).map((t) => t.name);
  const tables = names.filter((t) => t.isView === 0 && !t.name.startsWith(frozen(''))).map((t) => t.name);
  const drop = async (): Promise<void> => {
    for (const table of tables) await command(client, `DROP TABLE IF EXISTS ${frozen(table)} SYNC`);
  };
  const release = async (): Promise<void> => {
    await drop().finally(() => client.close());
  };
  try {
    await drop();
    for (const table of tables) await command(client, `CREATE TABLE ${frozen(table)} CLONE AS ${table}`);
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
  const { database } = connection;
  const elements = [
    ...tables.map((table) => `TABLE ${database}.${frozen(table)} AS ${database}.${table}`),
    ...views.map((view) => `TABLE ${database}.${view}`),
  ];
  return { writeTo: (archive) => finished(client, `BACKUP ${elements.join(', ')} TO File('${quoted(archive)}') ASYNC`), release };
}

/** Creates the database from an archive inside the folder that the server allows; it must not be there yet. */
export async function restoreWarehouse({ database, ...connection }: WarehouseConnection, archive: string): Promise<void> {
  const client = createClickHouseClient(connection);
  try {
    await command(client, `CREATE DATABASE ${database}`);
    await finished(client, `RESTORE ALL FROM File('${quoted(archive)}') ASYNC`);
  } finally {
    await client.close();
  }
}

/** Runs a backup or restore in the background of the server, for as long as it takes. */
async function finished(client: ClickHouseClient, sql: string): Promise<void> {
  const [started] = await select<{ id: string }>(client, sql);
  for (;;) {
    const [state] = await select<{ status: string; error: string }>(
      client,
      `SELECT status, error FROM system.backups WHERE id = '${started?.id}'`,
    );
    if (state && /^(BACKUP_CREATED|RESTORED)$/.test(state.status)) return;
    if (!state || /FAILED|CANCELLED/.test(state.status)) {
      throw new Error(`ClickHouse could not finish it: ${state?.error ?? 'it was restarted meanwhile'}`);
    }
    await sleep(pollMs);
  }
}

const quoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

async function command(client: ClickHouseClient, query: string): Promise<void> {
  try {
    await client.command({ query, clickhouse_settings: { wait_end_of_query: 1 } });
  } catch (thrown) {
    throw asWarehouseError(thrown, query);
  }
}

async function select<T>(client: ClickHouseClient, query: string): Promise<T[]> {
  try {
    const result = await client.query({ query, format: 'JSONEachRow' });
    return await result.json<T>();
  } catch (thrown) {
    throw asWarehouseError(thrown, 'backup');
  }
}
