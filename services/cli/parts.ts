import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { WarehouseConnection } from '@clearquay/adapters/clickhouse/warehouse-backup.ts';
import { type EmbeddedLog, openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createRegistryServer } from '@clearquay/adapters/registry/registry-server.ts';
import { loadAdminKey } from '@clearquay/adapters/runtime/admin-key.ts';
import type { Config } from '@clearquay/adapters/runtime/config.ts';
import { openDataDirectory } from '@clearquay/adapters/runtime/data-directory.ts';
import type { KafkaConfig } from '@clearquay/adapters/runtime/kafka-config.ts';
import { createMetrics, type ExposedMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { loadPublishedLists } from '@clearquay/adapters/runtime/published-lists.ts';
import type { SetupProblem } from '@clearquay/adapters/runtime/setup-problem.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Result } from '@clearquay/domain/result.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { CommandFailure } from './terminal.ts';

/** The folder of the whole tree. */
export const root = new URL('../../', import.meta.url);
const requestTimeoutMs = 60_000;

/** The value, or the problem as a sentence for people. */
const orFail = <T>(result: Result<T, SetupProblem>): T => {
  if (!result.ok) throw new CommandFailure(`${result.error.key}: ${result.error.remedy}`);
  return result.value;
};

/** The ClickHouse to use: the one that the URL names, else an embedded one in the data directory. */
async function openClickHouse(
  config: Config,
  directory: string,
  logger: Logger,
  opened: AsyncDisposableStack,
): Promise<{ url: string; username: string; password: string; analystPassword?: string; backups?: string }> {
  if (config.clickhouseUrl) {
    const url = new URL(config.clickhouseUrl);
    const username = decodeURIComponent(url.username) || 'clearquay';
    const password = decodeURIComponent(url.password);
    url.username = '';
    url.password = '';
    return { url: url.href, username, password };
  }
  const start = startEmbeddedClickHouse({ directory: join(directory, 'clickhouse'), httpPort: config.clickhouseHttpPort, logger });
  const server = opened.adopt(await start.catch(asFailure), (s: EmbeddedClickHouse) => s.stop());
  const { url, user: username, password, analystPassword, backups } = server;
  return { url, username, password, analystPassword, backups };
}

const asFailure = (error: unknown): never => {
  throw new CommandFailure(error instanceof Error ? error.message : String(error));
};

/** The schema registry: a server when there is one, else the files of this tree. */
const openRegistry = ({ schemaRegistryUrl: url }: Config, dataDir: string, logger: Logger): SchemaRegistry =>
  url
    ? createRegistryServer({ url, copies: pathToFileURL(join(dataDir, 'schemas/')), logger })
    : createFileRegistry(new URL('schemas/avro/', root));

async function openKafka({ tls, credentials, replicas, brokers }: KafkaConfig, logger: Logger): Promise<EventLog> {
  const ca = tls === undefined || tls === 'on' ? undefined : await readFile(tls, 'utf8').catch(() => badTls());
  return openKafkaLog({
    brokers,
    logger,
    ...(credentials && { credentials }),
    ...(tls !== undefined && { tls: ca === undefined ? {} : { ca } }),
    ...(replicas !== undefined && { replicas }),
  });
}

const badTls = (): never => {
  throw new CommandFailure('CLEARQUAY_KAFKA_TLS: Set on, or the path of a file of certificates in PEM that can be read.');
};

/** The event log with all topics: Kafka when there are brokers, else the file in the data directory. */
async function openLog(
  config: Config,
  directory: string,
  logger: Logger,
  opened: AsyncDisposableStack,
): Promise<Pick<Runtime, 'log' | 'embeddedLog'>> {
  const adopt = async <Log extends EventLog>(log: Promise<Log>): Promise<Log> => {
    const adopted = opened.adopt(await log.catch(asFailure), (it) => it.close());
    await adopted.ensureTopics(Object.values(topics)).catch(asFailure);
    return adopted;
  };
  if (config.kafka) return { log: await adopt(openKafka(config.kafka, logger)), embeddedLog: undefined };
  const embeddedLog = await adopt(openEmbeddedLog({ directory: join(directory, 'log'), logger }));
  return { log: embeddedLog, embeddedLog };
}

/** What every service has. */
export interface Runtime {
  readonly log: EventLog;
  /** The same log where it is a file, with what an operator does to it. */
  readonly embeddedLog: EmbeddedLog | undefined;
  readonly codec: RecordCodec;
  readonly ports: PortTable;
  readonly lists: PublishedLists;
  readonly metrics: ExposedMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly key: string;
  /** Absolute path of the data directory. */
  readonly directory: string;
}

/** The adapters that all services of one process share. */
export interface Parts extends Runtime {
  readonly warehouse: Warehouse;
  /** The embedded warehouse as its owner reaches it, and the folder for its backups; absent when it is another server. */
  readonly embedded?: { readonly connection: WarehouseConnection; readonly backups: string };
  /** The ClickHouse that analysts may ask, with their password when it is known. */
  readonly clickhouse: { readonly url: string; readonly analystPassword?: string };
}

/** Opens the data directory and the log with its topics; what was opened is added to `opened`. */
export async function openRuntime(config: Config, logger: Logger, opened: AsyncDisposableStack): Promise<Runtime> {
  const { path: directory } = opened.adopt(orFail(await openDataDirectory(config.dataDir)), (d) => d.release());
  const { key } = orFail(await loadAdminKey(directory, config.adminKey));
  const reference = new URL('seeds/reference/', root);
  const [ports, lists, logs] = await Promise.all([
    loadPorts(new URL('ports.csv', reference)),
    loadPublishedLists(reference),
    openLog(config, directory, logger, opened),
  ]);
  const codec = await createRecordCodec(openRegistry(config, directory, logger), topics).catch(asFailure);
  return { ...logs, codec, ports, lists, metrics: createMetrics(), logger, clock: systemClock, key, directory };
}

/** Opens the warehouse, migrated. */
export async function openWarehouse(
  config: Config,
  directory: string,
  logger: Logger,
  opened: AsyncDisposableStack,
): Promise<Pick<Parts, 'warehouse' | 'clickhouse' | 'embedded'>> {
  const { url, username, password, analystPassword, backups } = await openClickHouse(config, directory, logger, opened);
  const connection = { url, username, password, database: 'clearquay', requestTimeoutMs, logger };
  const files = fileURLToPath(new URL('infra/clickhouse/', root));
  const { clickhouseCluster: cluster } = config;
  await migrate({ ...connection, directory: files, partitionCount, ...(cluster && { cluster }) }).catch(asFailure);
  const warehouse = opened.adopt(createWarehouse(connection), (w) => w.close());
  const embedded = backups === undefined ? {} : { embedded: { connection, backups } };
  return { warehouse, ...embedded, clickhouse: { url, ...(analystPassword && { analystPassword }) } };
}

/** Opens the data directory, the log and the migrated warehouse; what was opened is added to `opened`. */
export async function openParts(config: Config, logger: Logger, opened: AsyncDisposableStack): Promise<Parts> {
  const runtime = await openRuntime(config, logger, opened);
  return { ...runtime, ...(await openWarehouse(config, runtime.directory, logger, opened)) };
}
