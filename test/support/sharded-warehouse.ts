import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { migrationsDirectory } from './warehouse.ts';

/** One warehouse over two servers. */
export interface ShardedWarehouse {
  /** As seen through each server. */
  readonly warehouses: readonly [Warehouse, Warehouse];
  readonly servers: readonly EmbeddedClickHouse[];
  stop(): Promise<void>;
}

const cluster = 'clearquay';
const passwords = { clearquay: 'password-of-the-owner', analyst: 'password-of-the-analyst' };
const logger = { info() {}, warn() {}, error() {} };

const clusterXml = (ports: readonly number[]): string =>
  `<clickhouse><remote_servers><${cluster}>${ports
    .map(
      (port) => `<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>${port}</port>
<user>clearquay</user><password>${passwords.clearquay}</password></replica></shard>`,
    )
    .join('')}</${cluster}></remote_servers></clickhouse>\n`;

/** Starts two embedded servers that know each other and spreads the tables over both. */
export async function openShardedWarehouse(): Promise<ShardedWarehouse> {
  const ports = [await claimPort(0), await claimPort(0)];
  const directories = ports.map(() => mkdtempSync(join(tmpdir(), 'clearquay-shard-')));
  for (const directory of directories) {
    mkdirSync(join(directory, 'config.d'));
    writeFileSync(join(directory, 'config.d/cluster.xml'), clusterXml(ports));
  }
  const servers = await Promise.all(
    directories.map((directory, i) =>
      startEmbeddedClickHouse({ directory, httpPort: 0, tcpPort: ports[i] as number, passwords, memoryBytes: 1024 ** 3, logger }),
    ),
  );
  const connections = servers.map(({ url, user: username, password }) => ({
    ...{ url, username, password, database: 'clearquay', requestTimeoutMs: 30_000, logger },
  }));
  for (const connection of connections) await migrate({ ...connection, directory: migrationsDirectory, partitionCount: 32, cluster });
  const [first, second] = connections.map(createWarehouse) as [Warehouse, Warehouse];
  return {
    warehouses: [first, second],
    servers,
    async stop() {
      await Promise.all([first.close(), second.close()]);
      await Promise.all(servers.map((s) => s.stop()));
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    },
  };
}
