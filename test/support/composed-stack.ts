import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '@clearquay/cli/servers/apicurio.ts';
import { startKafka } from '@clearquay/cli/servers/kafka.ts';
import { type RunningService, startService } from '@clearquay/cli/servers/service-process.ts';
import { runCli } from './clearquay.ts';
import { brokerProperties, elsewhere, readCompose } from './compose.ts';
import { openTestWarehouse } from './warehouse.ts';

type ServiceName = Parameters<typeof startService>[0];

/** Everything that `docker-compose.yml` starts, as plain processes with its settings, but for the places. */
export interface ComposedStack {
  /** Bootstrap brokers, separated by commas. */
  readonly brokers: string;
  /** Root of the registry's Confluent API. */
  readonly registry: string;
  /** What was started of each service. */
  readonly services: Readonly<Record<ServiceName, readonly RunningService[]>>;
  /** Starts one more of a service, on a port or a free one. */
  start(name: ServiceName, port?: string): Promise<RunningService>;
  /** Kills everything and removes all data. */
  stop(): Promise<void>;
}

const registryPlace = 'http://registry:8080/apis/ccompat/v7';

/** Starts the stack in the order of its dependencies and resolves when every service is ready. */
export async function startComposedStack(key: string): Promise<ComposedStack> {
  const composed = readCompose({ CLICKHOUSE_PASSWORD: 'password', CLEARQUAY_ADMIN_KEY: key });
  const settings = (service: string) => composed[service]?.environment ?? {};
  const opened = new AsyncDisposableStack();
  try {
    const directory = opened.adopt(mkdtempSync(join(tmpdir(), 'clearquay-composed-')), (d) => rmSync(d, { recursive: true }));
    const house = opened.adopt(await openTestWarehouse(), (w) => w.stop());
    const kafka = opened.adopt(await startKafka({ properties: brokerProperties(settings('kafka')) }), (k) => k.stop());
    const brokers = kafka.bootstrap.join(',');
    const stored = elsewhere(settings('registry'), { 'kafka:9092': brokers });
    const registry = opened.adopt(await startRegistry(stored), (r) => r.remove());
    const places = {
      'kafka:9092': brokers,
      [registryPlace]: registry.url,
      'clearquay:password@clickhouse:8123': `${house.server.user}:${house.password}@${new URL(house.url).host}`,
    };
    const migrated = await runCli(['migrate', '--data', directory], elsewhere(settings('migrate'), places));
    if (migrated.code !== 0) throw new Error(migrated.stderr);
    const start = async (name: ServiceName, port = '0') =>
      opened.adopt(
        await startService(name, { ...elsewhere(settings(name), places), CLEARQUAY_PORT: port }),
        async (s) => void (await s.stop('SIGKILL')),
      );
    const replicas = (name: ServiceName) => Promise.all(Array.from({ length: composed[name]?.deploy?.replicas ?? 1 }, () => start(name)));
    const [intake, processor, gateway] = await Promise.all([replicas('intake'), replicas('processor'), replicas('gateway')]);
    return { brokers, registry: registry.url, services: { intake, processor, gateway }, start, stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
