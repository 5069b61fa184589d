import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { installationOf } from '@clearquay/adapters/clickhouse/installation.ts';
import { createAdminAuthenticator } from '@clearquay/adapters/runtime/admin-key.ts';
import type { Config } from '@clearquay/adapters/runtime/config.ts';
import { serveControl } from '@clearquay/adapters/runtime/control-socket.ts';
import { loadCursorSecret } from '@clearquay/adapters/runtime/cursor-secret.ts';
import { createHttpApp } from '@clearquay/adapters/runtime/http-app.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { createGateway, openPaths } from '@clearquay/gateway/app.ts';
import { answering, type Checks, operationRoutes } from '@clearquay/gateway/routes/operations.ts';
import { createPartnerTable } from '@clearquay/intake/formats/edifact/partner.ts';
import { createIntake, createOperations } from '@clearquay/intake/intake.ts';
import { createRecordJudge } from '@clearquay/processor/judge-record.ts';
import { createProcessor, type ProcessorDeps } from '@clearquay/processor/processor.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { refuseDamagedWarehouse } from './backup/damaged-warehouse.ts';
import { refuseLostWarehouse } from './backup/lost-warehouse.ts';
import { takeSnapshot } from './backup/snapshot.ts';
import { openParts, openRuntime, type Parts, type Runtime, root } from './parts.ts';
import { CommandFailure } from './terminal.ts';

/** Every service in one process, with the data of one directory where nothing else is configured. */
export interface Standalone {
  readonly url: string;
  readonly key: string;
  readonly clickhouse: Parts['clickhouse'];
  /** Drains and ends everything, in the order of the path of an event. */
  close(): Promise<void>;
}

/** One service in a process of its own. */
export interface SingleService {
  readonly url: string;
  close(): Promise<void>;
}

export type ServiceName = 'intake' | 'processor' | 'gateway';

/** What a measurement may listen to, and bounds that it may set. */
export type ProcessorHooks = Pick<ProcessorDeps, 'onBatch' | 'options'>;

const bodyLimitBytes = 1024 * 1024;

/** Resolves with what was opened for `work`; leaves nothing running when that fails. */
async function orNothing<T>(work: (opened: AsyncDisposableStack) => Promise<T>): Promise<T> {
  const opened = new AsyncDisposableStack();
  try {
    return await work(opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

function openApp({ key, metrics, logger }: Runtime, opened: AsyncDisposableStack) {
  const app = createHttpApp({ authenticator: createAdminAuthenticator(key), metrics, logger, bodyLimitBytes, openPaths });
  return opened.adopt(app, (a) => a.close());
}

type App = ReturnType<typeof openApp>;

const loadPartners = async () =>
  createPartnerTable(JSON.parse(await readFile(new URL('seeds/reference/edifact-partners.json', root), 'utf8')));

const addIntake = async (app: App, runtime: Runtime): Promise<void> =>
  void (await app.register(createIntake({ ...runtime, partners: await loadPartners() })));

/** What sends kept input in again reads the warehouse, so it stands beside the gateway. */
const addOperations = async (app: App, parts: Parts): Promise<void> =>
  void (await app.register(
    createOperations({ ...parts, partners: await loadPartners(), judgeRecord: createRecordJudge(parts.codec, parts.ports) }),
  ));

/** Its sessions end before the server waits for its connections. */
async function addGateway(app: App, parts: Parts, cursorSecret: Uint8Array, checks: Checks, opened: AsyncDisposableStack) {
  const installation = await installationOf(parts.warehouse);
  const gateway = createGateway({ ...parts, authenticator: createAdminAuthenticator(parts.key), cursorSecret, installation, checks });
  opened.adopt(gateway, (g) => g.close());
  await app.register((scope) => gateway.routes(scope));
  gateway.attach(app.server);
  return gateway;
}

const openProcessor = (config: Config, parts: Parts, opened: AsyncDisposableStack, hooks: ProcessorHooks = {}) =>
  // Others may belong to its group where the log is not its own.
  opened.adopt(createProcessor({ ...parts, ...hooks, options: { ownsAll: config.kafka === undefined, ...hooks.options } }), (p) =>
    p.close(),
  );

const listen = (app: App, { port, host }: Config): Promise<string> =>
  app.listen({ port, host }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new CommandFailure(`Port ${port} is in use. Stop what uses it, or choose another with --port or CLEARQUAY_PORT.`);
  });

/**
 * Starts everything and resolves when the server answers and its partitions are owned. Fails with a sentence for
 * people when the data directory, a port or the database is in use, and leaves nothing running then.
 */
export const startStandalone = (config: Config, logger: Logger, hooks: ProcessorHooks = {}): Promise<Standalone> =>
  orNothing(async (opened) => {
    const parts = await openParts(config, logger, opened);
    await refuseLostWarehouse(parts);
    await refuseDamagedWarehouse(parts);
    // The server ends before the processor drains.
    const processor = openProcessor(config, parts, opened, hooks);
    const app = openApp(parts, opened);
    await addIntake(app, parts);
    await addOperations(app, parts);
    const { embeddedLog } = parts;
    const checks = { processor: processor.ready, ...(embeddedLog && { log: answering('log-not-writable', embeddedLog.isWritable) }) };
    const gateway = await addGateway(app, parts, await loadCursorSecret(parts.directory), checks, opened);
    await Promise.all([processor.start(), gateway.start()]);
    // Nobody can follow before what was told lately is read back.
    while (gateway.ready().reasons.includes('updates-behind')) await delay(10);
    const url = await listen(app, config);
    const backup = () => takeSnapshot(parts, () => processor.pause());
    opened.adopt(await serveControl(parts.directory, { backup }, logger), (c) => c.close());
    return { url, key: parts.key, clickhouse: parts.clickhouse, close: () => opened.disposeAsync() };
  });

/** What one service alone needs, since it shares nothing with the others but these. */
function demandShared(name: ServiceName, { kafka, clickhouseUrl, adminKey }: Config): void {
  const shared = {
    CLEARQUAY_KAFKA_BROKERS: kafka,
    CLEARQUAY_ADMIN_KEY: adminKey,
    ...(name !== 'intake' && { CLEARQUAY_CLICKHOUSE_URL: clickhouseUrl }),
  };
  const missing = Object.entries(shared).filter(([, value]) => value === undefined);
  if (missing.length > 0)
    throw new CommandFailure(missing.map(([key]) => `${key}: Set it: ${name} alone shares it with the other services.`).join('\n'));
}

/** Starts one service on what all of them share: Kafka, a ClickHouse server (intake: none) and the key. */
export async function startService(name: ServiceName, config: Config, logger: Logger): Promise<SingleService> {
  demandShared(name, config);
  return await orNothing(async (opened) => {
    if (name === 'intake') {
      const runtime = await openRuntime(config, logger, opened);
      const app = openApp(runtime, opened);
      await addIntake(app, runtime);
      operationRoutes(app, { log: answering('log-silent', () => runtime.log.bounds(topics.control.name)) });
      return { url: await listen(app, config), close: () => opened.disposeAsync() };
    }
    const parts = await openParts(config, logger, opened);
    if (name === 'processor') {
      const processor = openProcessor(config, parts, opened);
      const app = openApp(parts, opened);
      operationRoutes(app, { warehouse: answering('warehouse-silent', parts.warehouse.ping), processor: processor.ready });
      await processor.start();
      return { url: await listen(app, config), close: () => opened.disposeAsync() };
    }
    const app = openApp(parts, opened);
    await addOperations(app, parts);
    // All gateways read each other's cursors, and they share no directory.
    const cursorSecret = createHmac('sha256', parts.key).update('clearquay cursor').digest();
    const gateway = await addGateway(app, parts, cursorSecret, {}, opened);
    await gateway.start();
    return { url: await listen(app, config), close: () => opened.disposeAsync() };
  });
}
