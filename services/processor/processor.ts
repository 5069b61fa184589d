import { randomUUID } from 'node:crypto';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog, OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';
import { createArchive } from './archive.ts';
import type { Batch, BatchCounts, StepName } from './batch.ts';
import { DueWatch } from './due-watch.ts';
import { createEpochs } from './epochs.ts';
import { toldAt } from './fence.ts';
import { createGroupMember, type Session } from './group-member.ts';
import { processorGroup } from './groups.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import { LagWatch } from './lag-watch.ts';
import { type ProcessorOptions, processorDefaults } from './options.ts';
import { runPartition } from './partition-owner.ts';
import { type PatientDeps, patient } from './patient.ts';
import { createPipeline } from './pipeline.ts';
import { createSlots } from './slots.ts';
import { Memory } from './state/memory.ts';
import { Recency } from './state/recency.ts';
import type { Written } from './steps/insert.ts';

/** Where the time of one batch went. */
export interface BatchStats extends Readonly<BatchCounts> {
  readonly partition: number;
  readonly records: number;
  readonly revisions: number;
  readonly stepMs: Readonly<Record<StepName, number>>;
}

export interface ProcessorDeps {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly warehouse: Warehouse;
  readonly ports: PortTable;
  /** What is published beside the events: fees, service limits, what facilities ask for. */
  readonly lists: PublishedLists;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly options?: Partial<ProcessorOptions>;
  /** Called after every committed batch. */
  readonly onBatch?: (stats: BatchStats) => void;
}

export interface Processor {
  /** Joins the groups; resolves before the partitions are taken over. */
  start(): Promise<void>;
  /** Whether all partitions are owned, the lag is known and nothing is being retried; `reasons` name what is not so. */
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] };
  /** Resolves between batches, when nothing is written that is not committed; none begins until the function it gives is called. */
  pause(): Promise<() => void>;
  /** Finishes the batches in flight, commits and leaves the groups. */
  close(): Promise<void>;
}

/** The owner of ports: applies their events, writes visits and history, and tells the subscribers. */
export function createProcessor(deps: ProcessorDeps): Processor {
  const options: ProcessorOptions = { ...processorDefaults, owner: randomUUID(), ...deps.options };
  const { log, clock, logger } = deps;
  const instruments = createInstruments(deps.metrics);
  const recency = new Recency(options.cacheBytes);
  const slots = createSlots(options.batchesInFlight);
  const lag = new LagWatch({ log, topics: eventTopics, gauge: instruments.lag, logger, intervalMs: options.lagIntervalMs });
  const due = new DueWatch({ warehouse: deps.warehouse, clock, logger, intervalMs: options.dueIntervalMs });
  const failing: PatientDeps['failing'] = new Map();
  const member = { log, logger, restarts: instruments.restarts, restartMs: options.retryMaxMs, drainMs: options.drainMs };
  let sequence = 0;
  let batches = 0;
  const nextSequence = (): number => ++sequence;
  const epochs = createEpochs({ ...deps, owner: options.owner });

  function committed(batch: Batch, written: Written): void {
    lag.committed(batch.partition, batch.ranges);
    const revisions = written.revisions.length;
    observe(instruments, batch, written);
    instruments.cacheBytes.set(recency.bytes);
    instruments.cacheSubjects.set(recency.count);
    deps.onBatch?.({ ...batch.counts, partition: batch.partition, records: batch.records, revisions, stepMs: batch.stepMs });
  }

  async function own(owned: OwnedPartition, session: Session): Promise<void> {
    const io = patient({ ...deps, options, instruments, failing, signal: AbortSignal.any([owned.lost, session.giveUp]) });
    const epoch = await epochs(owned, io);
    const fence = epoch.fence(owned.partition);
    const memory = new Memory(deps.ports, recency, fence, deps.lists);
    lag.gained(owned.partition);
    due.gained(owned.partition, fence);
    instruments.owned.set(lag.owned);
    const pipeline = createPipeline({
      ...deps,
      ...options,
      memory,
      instruments,
      toldBefore: toldAt(fence),
      nextRevision: () => revisionOf(epoch.epoch, nextSequence()),
      warehouse: io,
      insert: io.insert,
      append: io.append,
      commit: (next) => io.again('log', () => owned.commit(next)),
    });
    const poll: OwnedPartition['poll'] = async (bounds) => {
      const records = await io.again('log', () => owned.poll(bounds));
      if (records.length === 0 && bounds.waitMs > 0) lag.idle(owned.partition);
      return records;
    };
    const nextBatch = (): number => ++batches;
    try {
      await runPartition(owned, {
        epoch,
        pipeline,
        memory,
        slots,
        nextSequence,
        nextBatch,
        clock,
        options,
        stop: session.stop,
        poll,
        due: () => due.take(owned.partition),
        committed,
      });
    } finally {
      lag.lost(owned.partition);
      due.lost(owned.partition);
      instruments.owned.set(lag.owned);
    }
  }

  const processor = createGroupMember({ ...member, ...processorGroup, own });
  const archive = createArchive({ ...deps, ...member, options, instruments, failing });
  let isStarted = false;
  return {
    async start() {
      await Promise.all([processor.start(), archive.start()]);
      await lag.measure();
      lag.start();
      due.start();
      isStarted = true;
    },
    ready() {
      const reasons = [
        ...(isStarted ? [] : ['the processor has not started']),
        ...(options.ownsAll && lag.owned < partitionCount ? [`${lag.owned} of ${partitionCount} partitions are owned`] : []),
        ...(lag.lag === undefined ? ['the lag is not known'] : []),
        ...[...new Set(failing.values())].map((target) => `requests to the ${target} fail and are tried again`),
      ];
      return { ok: reasons.length === 0, reasons };
    },
    async pause() {
      const places = await Promise.all(Array.from({ length: options.batchesInFlight }, () => slots.take()));
      return () => {
        for (const giveBack of places) giveBack();
      };
    },
    async close() {
      isStarted = false;
      lag.stop();
      due.stop();
      await Promise.all([processor.close(), archive.close()]);
    },
  };
}

/** Counts what a batch did. */
function observe({ batchRecords, records, revisions }: Instruments, { counts, records: taken }: Batch, written: Written): void {
  batchRecords.observe(taken);
  for (const [outcome, count] of Object.entries(counts)) if (count > 0) records.add(count, { outcome });
  for (const { cause } of written.revisions) revisions.add(1, { cause });
}
