import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { epochOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
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
  deliver(update: Update): void;
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

  const follow = async (partition: number, from: number, end: number) => {
    for (let offset = from; state === 'following'; ) {
      try {
        const records = await log.read(topic, partition, offset, { maxRecords: batchRecords, waitMs: limits.readWaitMs });
        if (state !== 'following') return;
        await read(records);
        offset = (records.at(-1)?.offset ?? offset - 1) + 1;
        failing.delete(partition);
        if (offset >= end || records.length === 0) behind.delete(partition);
      } catch (error) {
        if (state !== 'following') return;
        if (!failing.has(partition)) logger.warn({ partition, error: String(error) }, 'reading the updates topic failed; trying again');
        failing.add(partition);
        await delay(retryMs, undefined, { ref: false });
      }
    }
  };

  return {
    async start() {
      const bounds = await log.bounds(topic);
      state = 'following';
      bounds.forEach(({ start, end }, partition) => {
        const from = Math.max(start, end - limits.rewindRecords);
        recent.open(partition, from === 0);
        if (from < end) behind.add(partition);
        void follow(partition, from, end);
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

/** Turns records into updates: decoded, without those of former owners, remembered, delivered. */
function createReader({ codec, clock, metrics, logger, recent, deliver }: TailDeps): (records: readonly StoredRecord[]) => Promise<void> {
  const epochs = new Map<number, number>();
  const read = metrics.counter('clearquay_gateway_updates_total', 'Records read from the updates topic, by outcome', ['outcome']);
  const lag = metrics.histogram('clearquay_gateway_lag_seconds', 'From the owner applying a batch to its delivery here', lagBuckets);

  const take = ({ partition, offset }: StoredRecord, value: Uint8Array) => {
    const decoded = codec.decode(topic, value);
    const record = decoded.ok ? (decoded.value as VisitUpdate) : undefined;
    if (!record || !/^[0-9]{1,20}$/.test(record.revision)) {
      // What it said is unknown, so no cursor from before it may be resumed from memory.
      recent.open(partition, false);
      read.add(1, { outcome: 'refused' });
      logger.error({ partition, offset, code: decoded.ok ? 'revision' : decoded.error.code }, 'an update cannot be read');
      return;
    }
    const update = new Update(partition, record);
    const epoch = epochOf(update.revision);
    if (epoch < (epochs.get(partition) ?? 0)) {
      read.add(1, { outcome: 'former-owner' });
      return;
    }
    epochs.set(partition, epoch);
    recent.push(update);
    deliver(update);
    lag.observe((clock.now() - record.appliedAt) / 1_000);
    read.add(1, { outcome: 'delivered' });
  };

  return async (records) => {
    const values = records.flatMap((r) => (r.value ? [r.value] : []));
    if (values.length > 0) await codec.learn(values);
    for (const record of records) if (record.value) take(record, record.value);
  };
}
