import type { Problem } from '../problems/problem.ts';
import type { Result } from '../result.ts';

/** Avro in the Confluent wire format: a zero byte, the schema id in four bytes, the datum. */
export interface RecordCodec {
  /** Throws on a value that does not fit its schema: that is a bug of the caller. */
  encode(topic: string, value: object): Uint8Array;
  /** Fetches the writer schemas that the given values name and that are not known yet. */
  learn(values: Iterable<Uint8Array>): Promise<void>;
  /** Reads one value with its writer's schema; hostile bytes are a refusal with bounded work. */
  decode(topic: string, bytes: Uint8Array): Result<object, Problem>;
}
