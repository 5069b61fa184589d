import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { type Batch, refuseRecord } from '../batch.ts';
import type { EventRecord } from '../event-from-record.ts';
import { reroutedFrom } from '../rerouted.ts';

/** A record whose bytes were read; its content is not judged yet. */
export interface Decoded {
  readonly record: StoredRecord & { readonly key: string };
  readonly value: EventRecord;
}

/** Characters of a key at most. */
export const maxKeyLength = 1_024;
const maxHeaders = 100;

/** Headers as they were sent: the one that this product adds does not count. */
const headerCount = ({ headers = {} }: StoredRecord): number =>
  Object.keys(headers).length - (Object.hasOwn(headers, reroutedFrom) ? 1 : 0);

/** What is wrong with a record apart from its value. */
function misfit(record: StoredRecord): Problem | undefined {
  if (record.refused) return record.refused;
  if (record.key === null) return problem('CQ_KEY_MISSING', 'Key the record with the UN/LOCODE of its port.');
  if (record.key.length > maxKeyLength || headerCount(record) > maxHeaders)
    return problem('CQ_TOO_LARGE', `Send a key of at most ${maxKeyLength} characters and at most ${maxHeaders} headers.`);
  return undefined;
}

/** A record that is no tombstone. */
type Valued = StoredRecord & { readonly value: Uint8Array };

const hasValue = (record: StoredRecord): record is Valued => record.value !== null;

/** Reads the bytes of one record. */
export function decodeRecord(record: Valued, codec: RecordCodec): Result<Decoded, Problem> {
  const wrong = misfit(record);
  if (wrong) return refuse(wrong);
  const decoded = codec.decode(record.topic, record.value);
  // What a topic's schema reads has the fields of `EventRecord`: the schemas of the agency topics differ by name only.
  return decoded.ok ? ok({ record: record as Decoded['record'], value: decoded.value as EventRecord }) : decoded;
}

/** Reads the bytes of every record. A tombstone means nothing on these topics and is passed over. */
export async function decode(batch: Batch, records: readonly StoredRecord[], codec: RecordCodec, logger: Logger): Promise<Decoded[]> {
  const values = records.flatMap(({ value, refused }) => (value && !refused ? [value] : []));
  try {
    await codec.learn(values);
  } catch (err) {
    // Records with a schema that is known go on; the others are refused and can be replayed.
    logger.warn({ err, partition: batch.partition }, 'the schema registry did not answer');
  }
  const decoded: Decoded[] = [];
  for (const record of records) {
    if (!hasValue(record)) {
      batch.counts.tombstone++;
      continue;
    }
    const result = decodeRecord(record, codec);
    if (result.ok) decoded.push(result.value);
    else refuseRecord(batch, 'decode', record, result.error);
  }
  return decoded;
}
