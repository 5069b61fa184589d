import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { openParts, type Parts } from '../parts.ts';
import { type RegistryProcess, startRegistry } from '../servers/apicurio.ts';
import { type KafkaServers, startKafka } from '../servers/kafka.ts';
import { type RunningService, startService } from '../servers/service-process.ts';
import type { ServiceName } from '../standalone.ts';
import type { ServerHolder } from './clickhouse-faults.ts';
import { withDirectory } from './with-directory.ts';

/** The processes of the product, and which service each of them is. */
const processes = {
  intake: 'intake',
  'processor 1': 'processor',
  'processor 2': 'processor',
  gateway: 'gateway',
} as const satisfies Record<string, ServiceName>;

export type ProcessName = keyof typeof processes;
export const processNames = Object.keys(processes) as ProcessName[];

/** Services alone, as production runs them: three brokers behind proxies, a registry, ClickHouse, one intake, two processors and one gateway. */
export interface ServicesOnKafka {
  readonly kafka: KafkaServers;
  readonly registry: RegistryProcess;
  readonly clickhouse: ServerHolder;
  /** What this process itself has opened on the same servers, to look at what was written. */
  readonly parts: Parts;
  running(name: ProcessName): RunningService;
  /** Ends a process and resolves when it is gone. */
  stop(name: ProcessName, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts a process again where it was, with the directory that it had. */
  start(name: ProcessName): Promise<void>;
  /** The most memory that a process had resident over all of its lives, in bytes; 0 where the system does not tell. */
  peakBytes(name: ProcessName): number;
}

/** Of a process that runs, as Linux counts it. */
function peakOf({ pid }: RunningService['process']): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A service ends when what it needs at its start is away; what runs it starts it again, as an orchestrator does. */
async function startAgainAndAgain(...service: Parameters<typeof startService>): Promise<RunningService> {
  for (const deadline = performance.now() + startMs; ; await sleep(startAgainMs)) {
    try {
      return await startService(...service);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

/** A follower that is cut off leaves the in-sync replicas soon enough for faults of seconds. */
const brokerProperties = { 'replica.lag.time.max.ms': '5000' };
const startMs = 120_000;
const startAgainMs = 500;
const logger = createLogger('silent');

/** Starts everything and works with it; kills it and removes all data afterwards. */
export const withServicesOnKafka = <T>(work: (services: ServicesOnKafka, key: string) => Promise<T>): Promise<T> =>
  withDirectory(async ({ dataDir }) => {
    const opened = new AsyncDisposableStack();
    try {
      const directory = join(dataDir, 'clickhouse');
      const [kafka, registry, server] = await Promise.all([
        startKafka({ brokers: 3, isProxied: true, properties: brokerProperties }).then((k) => opened.adopt(k, (it) => it.stop())),
        startRegistry().then((r) => opened.adopt(r, (it) => it.remove())),
        startEmbeddedClickHouse({ directory, httpPort: 0, logger }),
      ]);
      const { url, user, password } = server;
      const clickhouse: ServerHolder = {
        server,
        start: () => startEmbeddedClickHouse({ directory, httpPort: Number(new URL(url).port), logger }),
      };
      opened.adopt(clickhouse, (holder) => holder.server.stop());
      const key = 'key-of-the-benchmark';
      const environment = {
        CLEARQUAY_KAFKA_BROKERS: kafka.bootstrap.join(','),
        CLEARQUAY_KAFKA_REPLICAS: '3',
        CLEARQUAY_SCHEMA_REGISTRY_URL: registry.url,
        CLEARQUAY_CLICKHOUSE_URL: url.replace('://', `://${user}:${password}@`),
        CLEARQUAY_ADMIN_KEY: key,
      };
      return await withDirectory(async (config) => {
        const parts = await openParts(config, logger, opened);
        const running = new Map<ProcessName, RunningService>();
        const peaks = new Map<ProcessName, number>();
        const find = (name: ProcessName): RunningService => {
          const found = running.get(name);
          if (!found) throw new Error(`${name} does not run`);
          return found;
        };
        const peakBytes = (name: ProcessName): number => Math.max(peaks.get(name) ?? 0, peakOf(find(name).process));
        const services: ServicesOnKafka = {
          kafka,
          registry,
          clickhouse,
          parts,
          running: find,
          peakBytes,
          async stop(name, signal) {
            peaks.set(name, peakBytes(name));
            await find(name).stop(signal);
            running.delete(name);
          },
          async start(name) {
            const own = { CLEARQUAY_DATA_DIR: join(dataDir, name.replace(' ', '-')) };
            running.set(name, await startAgainAndAgain(processes[name], { ...environment, ...own }));
          },
        };
        opened.defer(async () => void (await Promise.all([...running.values()].map((it) => it.stop('SIGKILL')))));
        await Promise.all(processNames.map((name) => services.start(name)));
        return await work(services, key);
      }, environment);
    } finally {
      await opened.disposeAsync();
    }
  });
