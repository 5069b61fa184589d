import { readFile } from 'node:fs/promises';
import { createMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Gateway } from '@clearquay/gateway/app.ts';
import type { GatewayLimits } from '@clearquay/gateway/limits.ts';
import { createPartnerTable, type PartnerFile, type PartnerTable } from '@clearquay/intake/formats/edifact/partner.ts';
import { createIntake, createOperations } from '@clearquay/intake/intake.ts';
import { createRecordJudge } from '@clearquay/processor/judge-record.ts';
import { startGateway, type TestGateway, testKey } from './gateway-under-test.ts';
import { LogDirectory, startProcessor, type TestProcessor } from './processor-under-test.ts';
import { openTestWarehouse } from './warehouse.ts';

/** An answer of the HTTP interface with its parsed body. */
export interface StackAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** Intake, processor and gateway in this process, over one embedded log and one embedded ClickHouse. */
export interface Stack {
  readonly warehouse: Warehouse;
  readonly directory: LogDirectory;
  readonly processor: TestProcessor;
  /** Appends events as intake does. */
  send(...events: readonly StatusEvent[]): Promise<void>;
  get<T = Record<string, unknown>>(path: string): Promise<StackAnswer<T>>;
  post<T = Record<string, unknown>>(path: string, body: unknown): Promise<StackAnswer<T>>;
  /** Sets up one more partner of intake. */
  addPartner(id: string): void;
  /** Queries that the gateway sent to the warehouse so far. */
  asked(): number;
  /** Metrics of the gateway in the text format. */
  metrics(): Promise<string>;
  /** Where the gateway listens now. */
  url(): string;
  /** Ends the gateway and starts it anew, with other limits. */
  restartGateway(limits?: Partial<GatewayLimits>): Promise<void>;
  stopGateway(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything and resolves when it is ready. */
export async function startStack(): Promise<Stack> {
  const [house, directory] = await Promise.all([openTestWarehouse(), LogDirectory.open()]);
  const { warehouse } = house;
  let asked = 0;
  const counted: Warehouse = {
    ...warehouse,
    query: (sql, params) => {
      asked++;
      return warehouse.query(sql, params);
    },
  };
  const processor = await startProcessor({ log: directory.log, warehouse }, directory.codec);
  const reference = new URL('../../seeds/reference/', import.meta.url);
  const file = JSON.parse(await readFile(new URL('edifact-partners.json', reference), 'utf8')) as PartnerFile;
  let table = createPartnerTable(file);
  const partners: PartnerTable = { find: (id) => table.find(id), fallback: table.fallback };
  const ports = await loadPorts(new URL('ports.csv', reference));
  const { log, codec } = directory;
  const services: Gateway['routes'] = async (app) => {
    const deps = { log, codec, ports, partners, clock: systemClock, logger: silent };
    await app.register(createIntake({ ...deps, metrics: createMetrics() }));
    await app.register(createOperations({ ...deps, warehouse, judgeRecord: createRecordJudge(codec, ports) }));
  };
  let gateway: TestGateway = await startGateway(directory, counted, {}, 0, services);
  let isOpen = true;
  const call = async <T>(path: string, init: RequestInit = {}): Promise<StackAnswer<T>> => {
    const answer = await fetch(new URL(path, gateway.url), {
      ...init,
      headers: { authorization: `Bearer ${testKey}`, ...(init.body !== undefined && { 'content-type': 'application/json' }) },
    });
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const stopGateway = async () => {
    if (isOpen) await gateway.stop();
    isOpen = false;
  };
  return {
    warehouse,
    directory,
    processor,
    send: (...events) => directory.send(events),
    get: (path) => call(path),
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
    addPartner: (id) => {
      table = createPartnerTable({ ...file, partners: [...file.partners, { id }] });
    },
    asked: () => asked,
    metrics: () => gateway.metrics(),
    url: () => gateway.url,
    stopGateway,
    async restartGateway(limits = {}) {
      await stopGateway();
      gateway = await startGateway(directory, counted, limits, 0, services);
      isOpen = true;
    },
    async stop() {
      await stopGateway();
      await processor.processor.close();
      await directory.stop();
      await house.stop();
    },
  };
}

const silent = { info() {}, warn() {}, error() {} };
