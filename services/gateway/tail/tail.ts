import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { epochOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import type { Markers } from '../changes/stored-changes.ts';
import type { GatewayLimits } from '../limits.ts';
import type { RecentUpdates } from './recent-updates.ts';
import { Update } from './update.ts';

/** Follows every partition of the updates topic. */
export interface Tail {
  /** Finds the ends of the topic and begins to read; throws when the log does not answer. */
  start(): Promise<void>;
  /** Ready once every partition was read up to the end it had at start. */
  status(): { readonly ok: boolean; readonly reasons: readonly string[] };
  /** Ends the reading; a read that is waiting is left to end by itself. */
  stop(): void;
}

/** What a tail needs; `deliver` gets every update once it is held in `recent`. */
export interface TailDeps {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits: GatewayLimits;
  readonly recent: RecentUpdates;
  /** What the warehouse knows to have been told. */
  markers(): Promise<Markers>;
  deliver(update: Update): void;
  /** An update cannot be read: who follows its partition has missed something. */
  lost(): void;
}

const topic = topics.updates.name;
const batchRecords = 500;
const retryMs = 1_000;
const lagBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];

/** Builds a tail that has not started. */
export function createTail(deps: TailDeps): Tail {
  const { log, limits, recent, logger } = deps;
  const behind = new Set<number>();
  const failing = new Set<number>();
  const read = createReader(deps);
  let state: 'new' | 'following' | 'stopped' = 'new';

  const follow = async (partition: number, bounds: Bounds) => {
    for (let offset: number | undefined; state === 'following'; ) {
      try {
        offset ??= await begin(partition, bounds);
        if (offset >= bounds.end) behind.delete(partition);
        const records = await log.read(topic, partition, offset, { maxRecords: batchRecords, waitMs: limits.readWaitMs });
        if (state !== 'following') return;
        await read(records);
        offset = (records.at(-1)?.offset ?? offset - 1) + 1;
        failing.delete(partition);
        if (records.length === 0) behind.delete(partition);
      } catch (error) {
        if (state !== 'following') return;
        if (!failing.has(partition)) logger.warn({ partition, error: String(error) }, 'reading the updates topic failed; trying again');
        failing.add(partition);
        await delay(retryMs, undefined, { ref: false });
      }
    }
  };

  let asked: Promise<Markers> | undefined;
  const markers = () => {
    asked ??= deps.markers().catch((error) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };

  // The first offset is the beginning only where nothing was told before: a log may have been replaced, or have dropped what it held.
  const begin = async (partition: number, bounds: Bounds) => {
    const from = await rewound(partition, bounds, deps);
    const told = from === 0 || bounds.start === bounds.end ? (await markers()).get(partition) : undefined;
    if (bounds.start === bounds.end) recent.settle(partition, told?.last ?? 0n);
    else if (told && from === 0) recent.expect(partition, told.first);
    return from;
  };

  return {
    async start() {
      const bounds = await log.bounds(topic);
      state = 'following';
      bounds.forEach((b, partition) => {
        behind.add(partition);
        void follow(partition, b);
      });
    },
    status() {
      if (state !== 'following') return { ok: false, reasons: ['updates-not-followed'] };
      const reasons = [...(behind.size > 0 ? ['updates-behind'] : []), ...(failing.size > 0 ? ['updates-unreadable'] : [])];
      return { ok: reasons.length === 0, reasons };
    },
    stop() {
      state = 'stopped';
    },
  };
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/**
 * The offset from which a partition is read back: what was appended within the resume window, and one record more, which
 * is where the oldest cursor of the window may stand. Found by halving; where a record does not show, it goes further back.
 */
async function rewound(partition: number, { start, end }: Bounds, { log, limits, clock }: TailDeps): Promise<number> {
  const since = clock.now() - limits.resumeWindowMs;
  const earliest = Math.max(start, end - limits.rewindRecords);
  let low = earliest;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [record] = await log.read(topic, partition, middle, { maxRecords: 1, waitMs: 0 });
    if (record && record.timestamp < since) low = middle + 1;
    else high = middle;
  }
  return Math.max(earliest, low - 1);
}

/** Turns records into updates: decoded, without repeats and those of former owners, remembered, delivered. */
function createReader({
  codec,
  clock,
  metrics,
  logger,
  recent,
  deliver,
  lost,
}: TailDeps): (records: readonly StoredRecord[]) => Promise<void> {
  const newest = new Map<number, bigint>();
  const read = metrics.counter('clearquay_gateway_updates_total', 'Records read from the updates topic, by outcome', ['outcome']);
  const lag = metrics.histogram('clearquay_gateway_lag_seconds', 'From the owner applying a batch to its delivery here', lagBuckets);
  const held = metrics.gauge('clearquay_gateway_recent_bytes', 'Bytes of the recent updates in memory');

  const take = ({ partition, offset }: StoredRecord, value: Uint8Array) => {
    const decoded = codec.decode(topic, value);
    const record = decoded.ok ? (decoded.value as VisitUpdate) : undefined;
    if (!record || !/^[0-9]{1,20}$/.test(record.revision)) {
      recent.lose(partition);
      read.add(1, { outcome: 'refused' });
      logger.error({ partition, offset, code: decoded.ok ? 'revision' : decoded.error.code }, 'an update cannot be read');
      lost();
      return;
    }
    const update = new Update(partition, record);
    const reached = newest.get(partition) ?? 0n;
    // An owner publishes in the order of revisions, so what goes back is a former owner's or appended twice.
    if (update.revision <= reached) {
      read.add(1, { outcome: epochOf(update.revision) < epochOf(reached) ? 'former-owner' : 'repeated' });
      return;
    }
    newest.set(partition, update.revision);
    recent.push(update);
    deliver(update);
    lag.observe((clock.now() - record.appliedAt) / 1_000);
    read.add(1, { outcome: 'delivered' });
  };

  return async (records) => {
    const values = records.flatMap((r) => (r.value ? [r.value] : []));
    if (values.length > 0) await codec.learn(values);
    for (const record of records) if (record.value) take(record, record.value);
    held.set(recent.bytes);
  };
}
