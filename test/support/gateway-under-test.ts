import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';
import { installationOf } from '@clearquay/adapters/clickhouse/installation.ts';
import { openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createAdminAuthenticator } from '@clearquay/adapters/runtime/admin-key.ts';
import { createHttpApp } from '@clearquay/adapters/runtime/http-app.ts';
import { createMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { createGateway, type Gateway, openPaths } from '@clearquay/gateway/app.ts';
import type { GatewayLimits } from '@clearquay/gateway/limits.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { publishedLists } from './published-lists.ts';
import { until } from './until.ts';

/** A log of its own with all topics, and the codec of their records. */
export interface TestLog {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  stop(): Promise<void>;
}

/** Opens an embedded log in a temporary directory. */
export async function openTestLog(): Promise<TestLog> {
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-log-'));
  const log = await openEmbeddedLog({ directory });
  await log.ensureTopics(Object.values(topics));
  const codec = await createRecordCodec(createFileRegistry(new URL('../../schemas/avro/', import.meta.url)), topics);
  return {
    log,
    codec,
    async stop() {
      await log.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A gateway that listens on loopback. */
export interface TestGateway {
  readonly url: string;
  /** Metrics in the text format. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** The key that every gateway under test accepts. */
export const testKey = 'key-for-tests';

/** Starts a gateway, on a free port when none is named, and waits until it is ready. All have the same cursor secret, as after a restart; `more` adds routes of other services. */
export async function startGateway(
  { log, codec }: TestLog,
  warehouse: Warehouse,
  limits: Partial<GatewayLimits> = {},
  port = 0,
  more: Gateway['routes'] = async () => {},
): Promise<TestGateway> {
  const authenticator = createAdminAuthenticator(testKey);
  const metrics = createMetrics();
  const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
  const cursorSecret = Buffer.alloc(32, 3);
  const lists = publishedLists;
  const installation = await installationOf(warehouse);
  const deps = {
    log,
    codec,
    warehouse,
    ports,
    lists,
    clock: systemClock,
    authenticator,
    cursorSecret,
    installation,
    metrics,
    logger: silent,
  };
  const gateway = createGateway({ ...deps, limits: { checkpointMs: 50, ...limits } });
  const app = createHttpApp({ authenticator, metrics, logger: silent, bodyLimitBytes: 1_000_000, openPaths });
  await app.register(gateway.routes);
  await more(app);
  gateway.attach(app.server);
  await app.listen({ host: '127.0.0.1', port: await claimPort(port) });
  await gateway.start();
  await until('the gateway is ready', () => gateway.ready().ok);
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    metrics: () => metrics.exposition(),
    async stop() {
      await gateway.close();
      await app.close();
    },
  };
}

const silent: Logger = { info() {}, warn() {}, error() {} };
