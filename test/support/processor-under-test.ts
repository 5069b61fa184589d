import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import type { ProcessorOptions } from '@clearquay/processor/options.ts';
import { type BatchStats, createProcessor, type Processor } from '@clearquay/processor/processor.ts';
import type { DeadLetter, VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { publishedLists } from './published-lists.ts';
import { until } from './until.ts';

/** An event log in a directory that outlives the process that had it open. */
export class LogDirectory {
  readonly #directory = mkdtempSync(join(tmpdir(), 'clearquay-processor-'));
  readonly codec: RecordCodec;
  log: EventLog;

  private constructor(codec: RecordCodec, log: EventLog) {
    this.codec = codec;
    this.log = log;
  }

  static async open(registry = createFileRegistry(new URL('../../schemas/avro/', import.meta.url))): Promise<LogDirectory> {
    const codec = await createRecordCodec(registry, topics);
    const opened = new LogDirectory(codec, undefined as never);
    await opened.reopen();
    return opened;
  }

  /** Ends the log as a crash would, for everybody that holds it, and opens it again. */
  async reopen(): Promise<void> {
    await this.log?.close();
    // Owners that hang are passed over at once.
    this.log = await openEmbeddedLog({ directory: this.#directory, groupSessionMs: 50 });
    await this.log.ensureTopics(Object.values(topics));
  }

  /** Publishes events as intake does. */
  async send(events: readonly StatusEvent[]): Promise<void> {
    await this.log.append(events.map((event) => eventRecord(event, systemClock.now(), this.codec)));
  }

  /** Every record of a port's partition of a topic. */
  async #all<T extends object>(topic: string, port: string): Promise<T[]> {
    const partition = partitionOf(port);
    const records = await this.log.read(topic, partition, 0, { maxRecords: 100_000, waitMs: 0 });
    return records.flatMap((record) => {
      const decoded = record.value && this.codec.decode(topic, record.value);
      if (!decoded?.ok) throw new Error(`record ${record.offset} of ${topic} cannot be read`);
      return [decoded.value as T];
    });
  }

  updates = (port: string): Promise<VisitUpdate[]> => this.#all<VisitUpdate>(topics.updates.name, port);
  deadLetters = (port: string): Promise<DeadLetter[]> => this.#all<DeadLetter>(topics.deadLetters.name, port);

  async stop(): Promise<void> {
    await this.log.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A processor with what it did so far. */
export interface TestProcessor {
  readonly processor: Processor;
  readonly batches: readonly BatchStats[];
  /** Metrics in the text format. */
  metrics(): Promise<string>;
  /** Resolves when so many records are committed by it. */
  committed(records: number): Promise<void>;
}

/** The parts that a test may replace to make them fail. */
export interface Parts {
  readonly log: EventLog;
  readonly warehouse: Warehouse;
  /** Left out: errors are printed. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** Starts a processor with short waits. */
export async function startProcessor(parts: Parts, codec: RecordCodec, options: Partial<ProcessorOptions> = {}): Promise<TestProcessor> {
  const batches: BatchStats[] = [];
  const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
  const metrics = createMetrics();
  const processor = createProcessor({
    logger: loud,
    clock: systemClock,
    ...parts,
    codec,
    ports,
    lists: publishedLists,
    metrics,
    options: { pollWaitMs: 50, retryMaxMs: 200, lagIntervalMs: 100, ...options },
    onBatch: (stats) => batches.push(stats),
  });
  await processor.start();
  return {
    processor,
    batches,
    metrics: () => metrics.exposition(),
    committed: (records) => until(`${records} records committed`, () => batches.reduce((sum, b) => sum + b.records, 0) >= records),
  };
}

/** Errors must show in a failing test; warnings are part of the faults. */
const loud: Logger = {
  info() {},
  warn() {},
  error: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields, errorText)}\n`),
};

const errorText = (_: string, value: unknown): unknown => (value instanceof Error ? value.stack : value);

/** Where a process ends: before the first insert into a table, before the updates go out, or before the commit. */
export type CrashPoint = 'events' | 'subjects' | 'timeline' | 'visits' | 'changes' | 'batches' | 'publish' | 'commit';

const forever = (): Promise<never> => new Promise(() => {});

/** Parts that stand still for good from a point on, like those of a killed process; `crashed` resolves when it is reached. */
export function crashingAt(
  point: CrashPoint,
  { log, warehouse }: Parts,
  isArmed = () => true,
): Parts & { readonly crashed: Promise<void> } {
  const { promise: crashed, resolve } = Promise.withResolvers<void>();
  let isDead = false;
  const alive = <T>(at: string, work: () => Promise<T>): Promise<T> => {
    if (at === point && isArmed()) {
      isDead = true;
      resolve();
    }
    return isDead ? forever() : work();
  };
  return {
    crashed,
    warehouse: {
      ...warehouse,
      insert: (table, rows, token) =>
        alive(table === 'batches' && [...rows][0]?.['kind'] === 'claim' ? 'claim' : table, () => warehouse.insert(table, rows, token)),
      query: (sql, params) => alive('query', () => warehouse.query(sql, params)),
    },
    log: {
      ...log,
      append: (records) => alive('publish', () => log.append(records)),
      bounds: (topic) => alive('bounds', () => log.bounds(topic)),
      join: (group, names, own) =>
        log.join(group, names, (owned) =>
          own({
            partition: owned.partition,
            generation: owned.generation,
            lost: owned.lost,
            poll: (bounds) => alive('poll', () => owned.poll(bounds)),
            commit: (next) =>
              alive(group === 'clearquay-archive' ? 'archive' : next.size === 0 ? 'held' : 'commit', () => owned.commit(next)),
          }),
        ),
    },
  };
}
