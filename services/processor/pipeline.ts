import type { Queries } from '@clearquay/domain/history/stored-subjects.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { LogRecord, OwnedPartition, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import type { Batch, StepName } from './batch.ts';
import type { Instruments } from './instruments.ts';
import type { Memory } from './state/memory.ts';
import { apply } from './steps/apply.ts';
import { commit } from './steps/commit.ts';
import { confirm } from './steps/confirm.ts';
import { decode } from './steps/decode.ts';
import { insert, type Written } from './steps/insert.ts';
import { prefetch } from './steps/prefetch.ts';
import { publish } from './steps/publish.ts';
import { refold } from './steps/refold.ts';
import { validate } from './steps/validate.ts';

export interface PipelineDeps {
  readonly codec: RecordCodec;
  readonly ports: PortTable;
  readonly memory: Memory;
  readonly nextRevision: () => bigint;
  readonly owner: string;
  /** What counted as told when the epoch took the partition over. */
  readonly toldBefore: bigint;
  readonly maxReach: number;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** What the steps need of the infrastructure; every call is tried again until it is done or the owner has to stop. */
  readonly warehouse: Queries;
  readonly insert: (table: string, rows: Iterable<Row>, token: string) => Promise<void>;
  readonly append: (records: readonly LogRecord[]) => Promise<void>;
  readonly commit: OwnedPartition['commit'];
}

/** The way of a batch from bytes to committed offsets, in two halves: the next batch may be prepared while one is written. */
export interface Pipeline {
  /** Applies the records of the batch in memory. */
  prepare(batch: Batch, records: readonly StoredRecord[]): Promise<Written>;
  /** Makes it durable, then known. */
  write(batch: Batch, written: Written): Promise<void>;
}

/** Runs one step and notes how long it took. */
async function timed<T>(batch: Batch, step: StepName, { stepSeconds }: Instruments, work: () => T | Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  batch.stepMs[step] = performance.now() - from;
  stepSeconds.observe(batch.stepMs[step] / 1_000, { step });
  return result;
}

/** The main path: decode → validate → prefetch → apply → refold → insert → publish → confirm → commit. */
export function createPipeline(deps: PipelineDeps): Pipeline {
  const { codec, ports, memory, nextRevision, maxReach, logger, instruments } = deps;
  const { foldFailures: failures, prefetchMisses: misses } = instruments;
  return {
    async prepare(batch, records) {
      const step = <T>(name: StepName, work: () => T | Promise<T>): Promise<T> => timed(batch, name, instruments, work);
      const decoded = await step('decode', () => decode(batch, records, codec, logger));
      const incoming = await step('validate', () => validate(batch, decoded, ports));
      await step('prefetch', () => prefetch(batch, incoming, { warehouse: deps.warehouse, memory, maxReach }));
      const applied = await step('apply', () => apply(batch, incoming, memory));
      const revisions = await step('refold', () => refold(batch, applied, { nextRevision, maxReach, logger, failures, misses }));
      return { applied, revisions, marker: nextRevision() };
    },
    async write(batch, written) {
      const step = (name: StepName, work: () => Promise<void>): Promise<void> => timed(batch, name, instruments, work);
      await step('insert', () => insert(batch, written, deps));
      await step('publish', () => publish(batch, written.revisions, deps));
      await step('confirm', () => confirm(batch, written, deps));
      await step('commit', () => commit(batch, deps.commit));
    },
  };
}
