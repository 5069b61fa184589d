import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';

/** A migrated warehouse on a server of its own. */
export interface TestWarehouse {
  readonly warehouse: Warehouse;
  readonly url: string;
  /** Of the user `clearquay`, database `clearquay`. */
  readonly password: string;
  readonly server: EmbeddedClickHouse;
  stop(): Promise<void>;
}

/** The folder of the numbered SQL files. */
export const migrationsDirectory = fileURLToPath(new URL('../../infra/clickhouse/', import.meta.url));

/** Partitions of the agency topics, as in production. */
const partitionCount = 32;

/** Starts an embedded server in a temporary directory on a free port and migrates it; start one per test file. */
export async function openTestWarehouse(logger: Logger = silent): Promise<TestWarehouse> {
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-warehouse-'));
  const server = await startEmbeddedClickHouse({ directory, httpPort: 0, logger });
  const connection = {
    url: server.url,
    username: server.user,
    password: server.password,
    database: 'clearquay',
    requestTimeoutMs: 30_000,
    logger,
  };
  await migrate({ ...connection, directory: migrationsDirectory, partitionCount });
  const warehouse = createWarehouse(connection);
  return {
    warehouse,
    url: server.url,
    password: server.password,
    server,
    async stop() {
      await warehouse.close();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const silent: Logger = { info() {}, warn() {}, error() {} };
