import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { WarehouseConnection } from '@clearquay/adapters/clickhouse/warehouse-backup.ts';
import { type EmbeddedLog, openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createRegistryServer } from '@clearquay/adapters/registry/registry-server.ts';
import { createAdminAuthenticator, loadAdminKey } from '@clearquay/adapters/runtime/admin-key.ts';
import type { Config } from '@clearquay/adapters/runtime/config.ts';
import { serveControl } from '@clearquay/adapters/runtime/control-socket.ts';
import { loadCursorSecret } from '@clearquay/adapters/runtime/cursor-secret.ts';
import { openDataDirectory } from '@clearquay/adapters/runtime/data-directory.ts';
import { createHttpApp } from '@clearquay/adapters/runtime/http-app.ts';
import { createMetrics, type ExposedMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { loadPublishedLists } from '@clearquay/adapters/runtime/published-lists.ts';
import type { SetupProblem } from '@clearquay/adapters/runtime/setup-problem.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Result } from '@clearquay/domain/result.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';
import { createGateway, openPaths } from '@clearquay/gateway/app.ts';
import { createPartnerTable } from '@clearquay/intake/formats/edifact/partner.ts';
import { createIntake, createOperations } from '@clearquay/intake/intake.ts';
import { createRecordJudge } from '@clearquay/processor/judge-record.ts';
import { createProcessor, type ProcessorDeps } from '@clearquay/processor/processor.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { refuseLostWarehouse } from './backup/lost-warehouse.ts';
import { takeSnapshot } from './backup/snapshot.ts';
import { CommandFailure } from './terminal.ts';

/** Every service in one process on the embedded default. */
export interface Standalone {
  readonly url: string;
  readonly key: string;
  /** Port of the ClickHouse that analysts may ask, with their password. */
  readonly clickhouse: { readonly url: string; readonly analystPassword?: string };
  /** Drains and ends everything, in the order of the path of an event. */
  close(): Promise<void>;
}

/** What a measurement may listen to. */
export type ProcessorHooks = Pick<ProcessorDeps, 'onBatch'>;

const root = new URL('../../', import.meta.url);
const bodyLimitBytes = 1024 * 1024;
const requestTimeoutMs = 60_000;

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

/** The adapters that every service of one process shares. */
export interface Parts {
  /** Absolute path of the data directory. */
  readonly directory: string;
  readonly log: EmbeddedLog;
  readonly codec: RecordCodec;
  readonly warehouse: Warehouse;
  /** The embedded warehouse as its owner reaches it, and the folder for its backups; absent when it is another server. */
  readonly embedded?: { readonly connection: WarehouseConnection; readonly backups: string };
  readonly ports: PortTable;
  readonly lists: PublishedLists;
  readonly metrics: ExposedMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly key: string;
  readonly clickhouse: Standalone['clickhouse'];
}

/** Opens the data directory, the log and the migrated warehouse; what was opened is added to `opened`. */
export async function openParts(config: Config, logger: Logger, opened: AsyncDisposableStack): Promise<Parts> {
  const directory = opened.adopt(orFail(await openDataDirectory(config.dataDir)), (d) => d.release());
  const { key } = orFail(await loadAdminKey(directory.path, config.adminKey));
  const reference = new URL('seeds/reference/', root);
  const [ports, lists] = await Promise.all([loadPorts(new URL('ports.csv', reference)), loadPublishedLists(reference)]);
  const [clickhouse, log] = await Promise.all([
    openClickHouse(config, directory.path, logger, opened),
    openEmbeddedLog({ directory: join(directory.path, 'log'), logger }).then((l) => opened.adopt(l, (it) => it.close()), asFailure),
  ]);
  const codec = await createRecordCodec(openRegistry(config, directory.path, logger), topics).catch(asFailure);
  const { url, username, password, analystPassword, backups } = clickhouse;
  const connection = { url, username, password, database: 'clearquay', requestTimeoutMs, logger };
  const files = fileURLToPath(new URL('infra/clickhouse/', root));
  const { clickhouseCluster: cluster } = config;
  await migrate({ ...connection, directory: files, partitionCount, ...(cluster && { cluster }) }).catch(asFailure);
  const warehouse = opened.adopt(createWarehouse(connection), (w) => w.close());
  await log.ensureTopics(Object.values(topics));
  return {
    directory: directory.path,
    log,
    codec,
    warehouse,
    ...(backups !== undefined && { embedded: { connection, backups } }),
    ports,
    lists,
    metrics: createMetrics(),
    logger,
    clock: systemClock,
    key,
    clickhouse: { url, ...(analystPassword && { analystPassword }) },
  };
}

/**
 * Starts everything and resolves when the server answers and its partitions are owned. Fails with a sentence for
 * people when the data directory, a port or the database is in use, and leaves nothing running then.
 */
export async function startStandalone(config: Config, logger: Logger, hooks: ProcessorHooks = {}): Promise<Standalone> {
  const opened = new AsyncDisposableStack();
  try {
    return await compose(config, logger, opened, hooks);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function compose(config: Config, logger: Logger, opened: AsyncDisposableStack, hooks: ProcessorHooks): Promise<Standalone> {
  const parts = await openParts(config, logger, opened);
  const { key, metrics } = parts;
  await refuseLostWarehouse(parts);
  const authenticator = createAdminAuthenticator(key);
  const processor = opened.adopt(createProcessor({ ...parts, ...hooks }), (p) => p.close());
  const cursorSecret = await loadCursorSecret(parts.directory);
  const gateway = createGateway({ ...parts, authenticator, cursorSecret, checks: { processor: () => processor.ready() } });
  const partners = createPartnerTable(JSON.parse(await readFile(new URL('seeds/reference/edifact-partners.json', root), 'utf8')));
  const app = createHttpApp({ authenticator, metrics, logger, bodyLimitBytes, openPaths });
  // Sessions end before the server waits for its connections, and both before the processor drains.
  opened.adopt(app, (a) => a.close());
  opened.adopt(gateway, (g) => g.close());
  await app.register(createIntake({ ...parts, partners }));
  await app.register(createOperations({ ...parts, partners, judgeRecord: createRecordJudge(parts.codec, parts.ports) }));
  await app.register((scope) => gateway.routes(scope));
  gateway.attach(app.server);
  await Promise.all([processor.start(), gateway.start()]);
  const url = await app.listen({ port: config.port, host: config.host }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new CommandFailure(`Port ${config.port} is in use. Stop what uses it, or choose another with --port or CLEARQUAY_PORT.`);
  });
  const backup = () => takeSnapshot(parts, () => processor.pause());
  opened.adopt(await serveControl(parts.directory, { backup }, logger), (c) => c.close());
  return { url, key, clickhouse: parts.clickhouse, close: () => opened.disposeAsync() };
}
