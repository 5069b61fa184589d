import type { EventLog, OwnedPartition, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Row, Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import type { DeadLetter, RawChunk } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { createGroupMember, type GroupMember, type GroupMemberDeps, type Session } from './group-member.ts';
import { archiveGroup } from './groups.ts';
import type { Instruments } from './instruments.ts';
import type { ProcessorOptions } from './options.ts';
import { type PatientDeps, patient } from './patient.ts';
import { columnInstant } from './rows/column-instant.ts';

export interface ArchiveDeps extends Omit<GroupMemberDeps, 'group' | 'topics' | 'own'> {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly warehouse: Warehouse;
  readonly options: ProcessorOptions;
  readonly instruments: Instruments;
  readonly failing: PatientDeps['failing'];
}

/** Raw chunks are up to 512 KiB, so this bounds a batch to some 32 MiB. */
const maxRecords = 64;

function rawRow(chunk: RawChunk): Row {
  return {
    port: chunk.port ?? '',
    received_at: columnInstant(chunk.receivedAt),
    raw_id: chunk.rawId,
    chunk: chunk.chunk,
    chunks: chunk.chunks,
    partner: chunk.partner,
    format: chunk.format,
    content_type: chunk.contentType ?? '',
    sha256: chunk.sha256.slice(0, 64),
    findings: chunk.findings,
    body: chunk.body,
  };
}

function deadLetterRow(letter: DeadLetter): Row {
  return {
    id: letter.id,
    refused_at: columnInstant(letter.refusedAt),
    code: letter.code,
    message: letter.message,
    pointer: letter.pointer ?? '',
    stage: letter.stage,
    port: letter.port ?? '',
    partner: letter.partner ?? '',
    raw_id: letter.rawId ?? '',
    source: letter.source ?? '',
    event_id: letter.eventId ?? '',
    log_key: letter.key ?? null,
    topic: letter.topic ?? '',
    log_partition: letter.partition ?? null,
    log_offset: letter.offset ?? null,
    body: letter.body,
  };
}

/** A record of the archive's own topics that cannot be read is a dead letter too, under its position. */
function unreadableRow({ topic, partition, offset, timestamp, value }: StoredRecord, wrong: Problem): Row {
  return deadLetterRow({
    id: `${topic}-${partition}-${offset}`,
    code: wrong.code,
    message: wrong.message,
    stage: 'archive',
    topic,
    partition,
    offset,
    refusedAt: timestamp,
    body: value ?? new Uint8Array(),
  });
}

/** The rows of some records of both topics. */
function rowsOf(records: readonly StoredRecord[], codec: RecordCodec): { raw: Row[]; letters: Row[] } {
  const raw: Row[] = [];
  const letters: Row[] = [];
  for (const record of records) {
    const decoded = record.value && !record.refused ? codec.decode(record.topic, record.value) : undefined;
    if (record.refused) letters.push(unreadableRow(record, record.refused));
    else if (!decoded?.ok) letters.push(unreadableRow(record, decoded?.error ?? problem('CQ_AVRO_MALFORMED', 'Send a value.')));
    else if (record.topic === topics.raw.name) raw.push(rawRow(decoded.value as RawChunk));
    else letters.push(deadLetterRow(decoded.value as DeadLetter));
  }
  return { raw, letters };
}

/**
 * Copies inputs and refusals from the log into `raw_messages` and `dead_letters`, byte for byte. Both tables replace
 * rows with equal keys, so a record that is delivered again changes nothing.
 */
export function createArchive(deps: ArchiveDeps): GroupMember {
  const { codec, options, instruments, logger } = deps;

  async function own(owned: OwnedPartition, { stop, giveUp }: Session): Promise<void> {
    const io = patient({ ...deps, signal: AbortSignal.any([owned.lost, giveUp]) });
    while (!owned.lost.aborted && !stop.aborted) {
      const records = await io.again('log', () => owned.poll({ maxRecords, waitMs: options.pollWaitMs }));
      if (records.length === 0) continue;
      // The schemas of these topics are our own; what a registry that is out of reach could add is unreadable and kept as it is.
      await codec
        .learn(records.flatMap(({ value, refused }) => (value && !refused ? [value] : [])))
        .catch((err: unknown) => logger.warn({ err }, 'the schema registry did not answer'));
      const { raw, letters } = rowsOf(records, codec);
      const next = new Map(records.map(({ topic, offset }) => [topic, offset + 1]));
      const token = `archive-${options.owner}-${owned.partition}-${[...next].flat().join('-')}`;
      await io.insert('raw_messages', raw, token);
      await io.insert('dead_letters', letters, token);
      instruments.archived.add(raw.length, { table: 'raw_messages' });
      instruments.archived.add(letters.length, { table: 'dead_letters' });
      await io.again('log', () => owned.commit(next));
    }
  }

  return createGroupMember({ ...deps, ...archiveGroup, own });
}
