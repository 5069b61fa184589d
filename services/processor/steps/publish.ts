import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { DeadLetter, VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import type { Batch, Refusal } from '../batch.ts';
import { refusalOf } from '../rerouted.ts';
import { openHolds, type VisitRevision } from '../visit-revision.ts';
import { maxKeyLength } from './decode.ts';

export interface PublishDeps {
  readonly codec: RecordCodec;
  /** Appends and tries again until it is done. */
  readonly append: (records: readonly LogRecord[]) => Promise<void>;
}

/** Bytes of one append, about; a revision is never split. */
const maxAppendBytes = 4 * 2 ** 20;
/** Characters that are kept of what a refused record calls itself: all of a right name. */
const maxNameLength = 200;

function updateRecord(revision: VisitRevision, batch: Batch, codec: RecordCodec): LogRecord {
  const { state, visitId } = revision.visit;
  const value: VisitUpdate = {
    visitId,
    revision: String(revision.revision),
    epoch: batch.epoch,
    port: state.port,
    container: state.container,
    direction: state.direction,
    status: state.status,
    bills: state.bills,
    declarations: state.declarations,
    bookings: state.bookings,
    calls: state.calls,
    holds: openHolds(revision),
    codes: [...new Set(revision.events.map((e) => e.event.code))],
    cause: revision.cause,
    changes: revision.changes,
    supersedes: revision.supersedes,
    events: `[${revision.events.map((e) => e.body).join(',')}]`,
    visit: revision.document,
    appliedAt: batch.appliedAt,
  };
  return { topic: topics.updates.name, partition: batch.partition, key: state.port, value: codec.encode(topics.updates.name, value) };
}

/** A refused record with its reason. */
function deadLetterRecord({ record, stage, problem, names }: Refusal, codec: RecordCodec): LogRecord {
  const { topic, partition, offset, key } = record;
  const { id, refusedAt } = refusalOf(record);
  const value: DeadLetter = {
    id,
    code: problem.code,
    message: problem.message,
    pointer: problem.pointer ?? null,
    stage,
    port: key !== null && key.length <= 5 ? key : null,
    partner: null,
    rawId: null,
    source: names?.source.slice(0, maxNameLength) ?? null,
    eventId: names?.id.slice(0, maxNameLength) ?? null,
    topic,
    partition,
    offset,
    key: key?.slice(0, maxKeyLength + 1) ?? null,
    refusedAt,
    body: record.value ?? new Uint8Array(),
  };
  return { topic: topics.deadLetters.name, partition, key: null, value: codec.encode(topics.deadLetters.name, value) };
}

/** Tells the subscribers, keeps what was refused, and sends records of other partitions on; all of it after it is durable in the tables. */
export async function publish(batch: Batch, revisions: readonly VisitRevision[], deps: PublishDeps): Promise<void> {
  let records: LogRecord[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (records.length > 0) await deps.append(records);
    records = [];
    bytes = 0;
  };
  const add = async (record: LogRecord): Promise<void> => {
    records.push(record);
    bytes += record.value?.length ?? 0;
    if (bytes >= maxAppendBytes) await flush();
  };
  for (const revision of revisions) await add(updateRecord(revision, batch, deps.codec));
  for (const refusal of batch.refusals) await add(deadLetterRecord(refusal, deps.codec));
  for (const record of batch.reroutes) await add(record);
  await flush();
}
