import { readFile } from 'node:fs/promises';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createAdminAuthenticator } from '@clearquay/adapters/runtime/admin-key.ts';
import { createHttpApp } from '@clearquay/adapters/runtime/http-app.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { createMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import { createGateway, openPaths } from '@clearquay/gateway/app.ts';
import { createPartnerTable } from '@clearquay/intake/formats/edifact/partner.ts';
import { createIntake } from '@clearquay/intake/intake.ts';
import type { ProcessorOptions } from '@clearquay/processor/options.ts';
import { createProcessor } from '@clearquay/processor/processor.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { publishedLists } from '../published-lists.ts';
import { openRemoteLog } from './remote-log.ts';

/*
 * The processor, or the gateway with intake, in a process of its own over the log that `log-broker.ts` holds, or over Kafka.
 * Argument: a `ServiceSettings` as JSON. Prints `ready` and lives until it is killed.
 */

/** What one service process is made of. */
export interface ServiceSettings {
  readonly service: 'processor' | 'gateway';
  /** Where the embedded log is held, or the Kafka to use. */
  readonly log: { readonly socket: string } | { readonly brokers: readonly string[]; readonly sessionMs: number };
  readonly clickhouse: { readonly url: string; readonly password: string };
  readonly requestTimeoutMs: number;
  readonly key: string;
  readonly httpPort: number;
  readonly processor: Partial<ProcessorOptions>;
  /** How far its clock is ahead. */
  readonly clockOffsetMs: number;
}

const settings: ServiceSettings = JSON.parse(process.argv[2] ?? '');
const root = new URL('../../../', import.meta.url);
const logger = createLogger(process.env['TEST_VERBOSE'] ? 'info' : 'error');
const log = 'socket' in settings.log ? await openRemoteLog(settings.log.socket) : openKafkaLog({ ...settings.log, logger });
const codec = await createRecordCodec(createFileRegistry(new URL('schemas/avro/', root)), topics);
const warehouse = createWarehouse({
  ...settings.clickhouse,
  username: 'clearquay',
  database: 'clearquay',
  requestTimeoutMs: settings.requestTimeoutMs,
  logger,
});
const ports = await loadPorts(new URL('seeds/reference/ports.csv', root));
const metrics = createMetrics();
const clock: Clock = { now: () => instant(Date.now() + settings.clockOffsetMs) };
const deps = { log, codec, warehouse, ports, lists: publishedLists, clock, metrics, logger };

async function startProcessor(): Promise<void> {
  await createProcessor({ ...deps, options: settings.processor }).start();
}

async function startGateway(): Promise<void> {
  const authenticator = createAdminAuthenticator(settings.key);
  const cursors = { cursorSecret: Buffer.alloc(32, 7), installation: 'of this test' };
  const gateway = createGateway({ ...deps, ...cursors, authenticator, limits: { checkpointMs: 50 } });
  const partners = createPartnerTable(JSON.parse(await readFile(new URL('seeds/reference/edifact-partners.json', root), 'utf8')));
  const app = createHttpApp({ authenticator, metrics, logger, bodyLimitBytes: 2 ** 20, openPaths });
  await app.register(createIntake({ ...deps, partners }));
  await app.register((scope) => gateway.routes(scope));
  gateway.attach(app.server);
  await gateway.start();
  await app.listen({ port: settings.httpPort, host: '127.0.0.1' });
}

await (settings.service === 'processor' ? startProcessor() : startGateway());
process.stdout.write('ready\n');
