import { createHash } from 'node:crypto';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Problem } from '@clearquay/domain/problems/problem.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import type { DeadLetter } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { chunkBytes } from './raw-record.ts';

/** Refused input: the first thing wrong with it names it. */
export interface Refusal {
  readonly problem: Problem;
  /** The bytes as sent; beyond 512 KiB only their beginning, the whole then being kept under `rawId`. */
  readonly body: Uint8Array;
  /** Index of the item in its request or file; makes the id unique. */
  readonly index: number;
  readonly receivedAt: Instant;
  readonly partner?: string;
  readonly rawId?: string;
  /** The item, which may name an event. */
  readonly item?: unknown;
}

/** What a refused item calls itself, as far as such a name may be long. */
function nameIn(item: unknown, field: string): string | null {
  const value = typeof item === 'object' && item !== null ? (item as Readonly<Record<string, unknown>>)[field] : undefined;
  return typeof value === 'string' ? value.slice(0, 200) : null;
}

/** The record that keeps refused input with its reason. */
export function deadLetterRecord(refusal: Refusal, codec: RecordCodec): LogRecord {
  const { problem, body, index, receivedAt, partner, rawId, item } = refusal;
  const digest = createHash('sha256').update(body).digest('hex');
  const id = createHash('sha256')
    .update(JSON.stringify([receivedAt, index, problem.code, rawId ?? '', digest]))
    .digest('hex')
    .slice(0, 32);
  const value: DeadLetter = {
    id,
    code: problem.code,
    message: problem.message,
    pointer: problem.pointer ?? null,
    stage: 'intake',
    port: nameIn(item, 'port')?.slice(0, 5) ?? null,
    partner: partner ?? null,
    rawId: rawId ?? null,
    source: nameIn(item, 'source'),
    eventId: nameIn(item, 'id'),
    topic: null,
    partition: null,
    offset: null,
    key: null,
    refusedAt: receivedAt,
    body: body.subarray(0, chunkBytes),
  };
  return { topic: topics.deadLetters.name, partition: partitionOf(id), key: null, value: codec.encode(topics.deadLetters.name, value) };
}
