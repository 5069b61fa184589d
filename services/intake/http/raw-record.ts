import { createHash } from 'node:crypto';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import type { RawChunk } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import type { Finding } from '../formats/message-format.ts';

/** Bytes of one chunk at most. */
export const chunkBytes = 512 * 1024;

/** An input that is kept byte for byte. */
export interface RawInput {
  readonly rawId: string;
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly partner: string;
  readonly contentType: string | undefined;
  readonly receivedAt: Instant;
}

/** Names an input by its time of receipt, its partner and its bytes. */
export function rawInput(bytes: Uint8Array, partner: string, contentType: string | undefined, receivedAt: Instant): RawInput {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const mark = createHash('sha256').update(`${partner}\u0000${sha256}`).digest('hex').slice(0, 16);
  const stamp = new Date(receivedAt).toISOString().replace(/[-:.]/g, '');
  return { rawId: `${stamp}-${mark}`, sha256, bytes, partner, contentType, receivedAt };
}

/** What was found out about a raw input: its format, its port when all of it is about one, and its findings. */
export interface RawNotes {
  readonly format: string;
  readonly port: string | null;
  readonly findings: readonly Finding[];
}

/** The records that keep an input, in chunks of at most 512 KiB under the key of the partner; made one by one. */
export function* rawRecords(input: RawInput, notes: RawNotes, codec: RecordCodec): Generator<LogRecord> {
  const { bytes, rawId, partner, contentType, receivedAt, sha256 } = input;
  const chunks = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const body = bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    const value: RawChunk = {
      rawId,
      chunk,
      chunks,
      port: notes.port,
      partner,
      format: notes.format,
      contentType: contentType?.slice(0, 200) ?? null,
      receivedAt,
      sha256,
      findings: chunk === 0 ? JSON.stringify(notes.findings) : '[]',
      body,
    };
    yield { topic: topics.raw.name, partition: partitionOf(partner), key: partner, value: codec.encode(topics.raw.name, value) };
  }
}
