import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';
import { migrate } from '@clearquay/adapters/clickhouse/migrate.ts';
import { keptPasswords } from '@clearquay/adapters/clickhouse/server-passwords.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { apiKeys, type RequestFate } from '@clearquay/cli/servers/broker-proxy.ts';
import { type KafkaServers, startKafka } from '@clearquay/cli/servers/kafka.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { ProcessorOptions } from '@clearquay/processor/options.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { until } from '../until.ts';
import { migrationsDirectory } from '../warehouse.ts';
import { type Between, standBetween } from './between.ts';
import type { ServiceSettings } from './service-process.ts';
import { SmallDisk } from './small-disk.ts';

/** Each part is a process: the log, the owner of ClickHouse, the processor, the gateway with intake. */
export type Part = 'log' | 'clickhouse' | 'processor' | 'gateway';

export interface GroupOptions {
  /** How long a member of a consumer group may be silent. Default 10 s, on Kafka 4 s: there a killed member is waited for. */
  readonly sessionMs?: number;
  /** Of requests to ClickHouse. Default 5 s. */
  readonly requestTimeoutMs?: number;
  readonly processor?: Partial<ProcessorOptions>;
  /** Puts a proxy between the services and ClickHouse. */
  readonly isWatched?: boolean;
  /** Puts the files of a part on a disk of so many MiB, where mounting is allowed. */
  readonly disks?: Partial<Record<'log' | 'clickhouse', number>>;
}

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  /** The newest line that it printed. */
  said: string;
}

const silent: Logger = { info() {}, warn() {}, error() {} };
const programs = {
  clickhouse: fileURLToPath(new URL('../clickhouse-owner.ts', import.meta.url)),
  log: fileURLToPath(new URL('./log-broker.ts', import.meta.url)),
  service: fileURLToPath(new URL('./service-process.ts', import.meta.url)),
};
const shortWaits: Partial<ProcessorOptions> = { pollWaitMs: 100, retryMaxMs: 250, lagIntervalMs: 500, dueIntervalMs: 1_000 };

/** The log of the group: `TEST_LOG=kafka` takes Kafka for the embedded one. */
const onKafka = (): boolean => process.env['TEST_LOG'] === 'kafka';

/** A whole Clearquay as separate processes on one data directory, so that any of them can be killed or stopped. */
export class GroupOfProcesses {
  readonly directory = mkdtempSync(join(tmpdir(), 'clearquay-group-'));
  readonly key = 'key-for-tests';
  readonly #options: GroupOptions;
  readonly #running = new Map<string, Running>();
  readonly #httpPort: number;
  readonly #clickhousePort: number;
  warehouse: Warehouse = undefined as never;
  #kafka: KafkaServers | undefined;
  #releaseCommits: () => void = () => {};
  readonly disks = new Map<'log' | 'clickhouse', SmallDisk>();
  /** Of a group that is watched. */
  between: Between = undefined as never;
  clockOffsetMs = 0;

  private constructor(options: GroupOptions, httpPort: number, clickhousePort: number) {
    this.#options = options;
    this.#httpPort = httpPort;
    this.#clickhousePort = clickhousePort;
  }

  /** Starts all parts, one after the other. */
  static async start(options: GroupOptions = {}): Promise<GroupOfProcesses> {
    const group = new GroupOfProcesses(options, await claimPort(0), await claimPort(0));
    for (const part of ['log', 'clickhouse'] as const) {
      const size = options.disks?.[part];
      const disk = size === undefined ? undefined : SmallDisk.mount(join(group.directory, part), size);
      if (disk) group.disks.set(part, disk);
    }
    await group.startPart('clickhouse');
    const connection = { ...group.clickhouse, username: 'clearquay', database: 'clearquay', requestTimeoutMs: 30_000, logger: silent };
    await migrate({ ...connection, directory: migrationsDirectory, partitionCount: 32 });
    group.warehouse = createWarehouse(connection);
    if (options.isWatched) group.between = await standBetween(group.clickhouse.url);
    for (const part of ['log', 'processor', 'gateway'] as const) await group.startPart(part);
    return group;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#httpPort}`;
  }

  get clickhouse(): { readonly url: string; readonly password: string } {
    return { url: `http://127.0.0.1:${this.#clickhousePort}`, password: keptPasswords(join(this.directory, 'clickhouse')).clearquay };
  }

  /** The ClickHouse server itself, a child of its owner. */
  get clickhousePid(): number {
    return Number((JSON.parse(this.#part('clickhouse').said) as { pid: number }).pid);
  }

  /** Where the log is reached. */
  get socket(): string {
    return join(this.directory, 'log.sock');
  }

  /** Starts a part that does not run, under its own or another name, and resolves when it is ready. */
  async startPart(part: Part, name: string = part): Promise<void> {
    const { socket } = this;
    if (part === 'clickhouse')
      return this.#spawn(name, programs.clickhouse, [join(this.directory, 'clickhouse'), String(this.#clickhousePort)]);
    if (part === 'log' && onKafka()) return this.#startKafka();
    if (part === 'log') {
      rmSync(socket, { force: true });
      return this.#spawn(name, programs.log, [join(this.directory, 'log'), socket, String(this.#options.sessionMs ?? 10_000)]);
    }
    const { clickhouse } = this;
    const settings: ServiceSettings = {
      service: part,
      log: this.#kafka ? { brokers: this.#kafka.bootstrap, sessionMs: this.#options.sessionMs ?? 4_000 } : { socket },
      clickhouse: { ...clickhouse, url: this.between?.url ?? clickhouse.url },
      requestTimeoutMs: this.#options.requestTimeoutMs ?? 5_000,
      key: this.key,
      httpPort: this.#httpPort,
      processor: { ...shortWaits, ...this.#options.processor },
      clockOffsetMs: this.clockOffsetMs,
    };
    return this.#spawn(name, programs.service, [JSON.stringify(settings)]);
  }

  /** Sends a signal to a part and, when it ends by it, resolves once it is gone. */
  async signal(name: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const { process, ended } = this.#part(name);
    process.kill(signal);
    if (signal !== 'SIGKILL') return;
    await ended;
    this.#running.delete(name);
  }

  /** Holds every commit of offsets from now on and resolves when there is one. */
  async holdCommits(): Promise<void> {
    const proxy = this.#kafka?.proxies[0];
    if (!proxy) {
      const { process } = this.#part('log');
      this.#releaseCommits = () => void process.kill('SIGUSR2');
      process.kill('SIGUSR2');
      return until('a commit is held', () => this.#part('log').said === 'held');
    }
    const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#releaseCommits = () => {
      proxy.onRequest = () => 'pass';
      released.resolve();
    };
    proxy.onRequest = async ({ api }): Promise<RequestFate> => {
      if (api === apiKeys.offsetCommit) {
        held.resolve();
        await released.promise;
      }
      return 'pass';
    };
    await held.promise;
  }

  /** Lets commits through again. */
  releaseCommits(): void {
    this.#releaseCommits();
  }

  /** Bytes of memory that a part has resident. */
  residentBytes(name: string): number {
    const status = readFileSync(`/proc/${this.#part(name).process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Kills the ClickHouse server and resolves when its owner has started it again. */
  async killClickhouse(): Promise<void> {
    const killed = this.clickhousePid;
    process.kill(killed, 'SIGKILL');
    await until('ClickHouse serves again', () => this.clickhousePid !== killed);
  }

  /** Kills everything at once and starts it again. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.signal(name, 'SIGKILL')));
    for (const part of ['clickhouse', 'log', 'processor', 'gateway'] as const) await this.startPart(part);
  }

  async close(): Promise<void> {
    await this.warehouse?.close();
    await this.between?.close();
    await Promise.all([...this.#running.keys()].map((name) => this.signal(name, 'SIGKILL')));
    await this.#kafka?.stop();
    for (const disk of this.disks.values()) disk.unmount();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** One broker behind a proxy, with all topics. */
  async #startKafka(): Promise<void> {
    this.#kafka = await startKafka({ isProxied: true });
    const log = openKafkaLog({ brokers: this.#kafka.bootstrap });
    await log.ensureTopics(Object.values(topics));
    await log.close();
  }

  #part(name: string): Running {
    const running = this.#running.get(name);
    if (!running) throw new Error(`${name} does not run`);
    return running;
  }

  async #spawn(name: string, file: string, args: readonly string[]): Promise<void> {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const running: Running = {
      process: child,
      ended: new Promise((resolve) => child.once('exit', () => resolve())),
      said: '',
    };
    this.#running.set(name, running);
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        running.said = line;
        resolve();
      });
      child.once('exit', (code, signal) => reject(new Error(`${name} ended with ${code ?? signal} before it was ready`)));
    });
  }
}
