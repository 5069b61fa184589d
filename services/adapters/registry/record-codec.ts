import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import avsc, { type Type } from 'avsc';
import { createDatumGuard, type DatumGuard, DatumRefused } from './datum-guard.ts';
import { isWithinLimits } from './schema-limits.ts';
import { headerBytes, schemaIdOf, writeHeader } from './wire-format.ts';

/** What the codec needs to know of a topic; `topics` of `schemas/topics.ts` fits. */
export interface RecordTopic {
  readonly name: string;
  readonly value: keyof typeof recordSchemas;
}

/** How a topic's values are written, and how those of each writer schema are read. */
interface TopicCodec {
  readonly id: number;
  readonly type: Type;
  readonly fields: ReadonlySet<string>;
  readonly readers: Map<number, DatumReader | undefined>;
}

type DatumReader = (bytes: Buffer) => Result<object, Problem>;

/**
 * The codec of all topics; registers the schema of each on creation, so it throws when the registry is out of reach.
 * Values are plain objects with the field names of the schema; a field that may be null may be left out; times are
 * epoch milliseconds; bytes are taken as `Uint8Array`. A writer schema is resolved to the topic's own (Avro 1.11,
 * "Schema Resolution"); one that cannot be is unknown.
 */
export async function createRecordCodec(registry: SchemaRegistry, topics: Readonly<Record<string, RecordTopic>>): Promise<RecordCodec> {
  const writers = new Map<number, Type>();
  const codecs = new Map<string, TopicCodec>();
  for (const { name, value } of Object.values(topics)) {
    const text = recordSchemas[value];
    const id = await registry.register(`${name}-value`, text);
    const type = parse(text);
    writers.set(id, type);
    codecs.set(name, { id, type, fields: fieldsOf(type), readers: new Map([[id, readerOf(type, type)]]) });
  }
  const datums = new DatumWriter();
  const codecOf = (topic: string): TopicCodec => {
    const codec = codecs.get(topic);
    if (!codec) throw new Error(`there is no topic ${topic}`);
    return codec;
  };

  return {
    encode(topic, value) {
      const { id, type, fields } = codecOf(topic);
      return datums.write(id, type, withBuffers(value, fields));
    },
    async learn(values) {
      const missing = new Set<number>();
      for (const value of values) {
        const id = schemaIdOf(value);
        if (id !== undefined && !writers.has(id)) missing.add(id);
      }
      await Promise.all(
        [...missing].map(async (id) => {
          const text = await registry.schemaOf(id);
          const type = text === undefined ? undefined : tryParse(text);
          if (type) writers.set(id, type);
        }),
      );
    },
    decode(topic, bytes) {
      const { type, readers } = codecOf(topic);
      const id = schemaIdOf(bytes);
      if (id === undefined)
        return refuse(problem('CQ_SCHEMA_UNKNOWN', 'Begin the value with a zero byte and the schema id in four bytes.'));
      const writer = writers.get(id);
      if (writer && !readers.has(id)) readers.set(id, readerOf(type, writer));
      const reader = readers.get(id);
      if (!reader) return refuse(problem('CQ_SCHEMA_UNKNOWN', `Schema ${id} is not one of topic ${topic}; register it before producing.`));
      return reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    },
  };
}

const parse = (text: string): Type => avsc.Type.forSchema(JSON.parse(text), { wrapUnions: 'never', omitRecordMethods: true });

const fieldsOf = (type: Type): ReadonlySet<string> =>
  new Set(type instanceof avsc.types.RecordType ? type.fields.map((field) => field.name) : []);

/** The type of a writer's schema, or nothing when it is none or too large to be read safely. */
function tryParse(text: string): Type | undefined {
  try {
    return isWithinLimits(text) ? parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads data of one writer as another type, or nothing when the two do not resolve. */
function readerOf(type: Type, writer: Type): DatumReader | undefined {
  let guard: DatumGuard;
  let resolver: ReturnType<Type['createResolver']> | undefined;
  try {
    guard = createDatumGuard(writer);
    resolver = writer === type ? undefined : type.createResolver(writer);
  } catch {
    return undefined;
  }
  return (bytes) => {
    try {
      const end = guard(bytes, headerBytes);
      if (end < bytes.length)
        return refuse(problem('CQ_AVRO_TRAILING', `${bytes.length - end} bytes follow the datum; send one datum per record.`));
      return ok(type.decode(bytes, headerBytes, resolver).value);
    } catch (error) {
      const [code, why] =
        error instanceof DatumRefused ? [error.code, error.message] : (['CQ_AVRO_MALFORMED', 'the codec could not read it'] as const);
      return refuse(problem(code, `The datum does not fit its schema: ${why}.`));
    }
  };
}

const slabBytes = 1024 * 1024;

/**
 * Writes datums after their header, one behind the other into slabs of memory that nobody writes to again: the
 * library's own buffer holds 1 KiB and encodes whatever is larger twice, and memory per datum costs as much as the datum.
 */
class DatumWriter {
  #slab = Buffer.allocUnsafeSlow(slabBytes);
  #at = 0;

  write(id: number, type: Type, value: object): Uint8Array {
    let end = this.#at + headerBytes < this.#slab.length ? type.encode(value, this.#slab, this.#at + headerBytes) : -slabBytes;
    if (end < 0) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, 2 * (slabBytes - end)));
      this.#at = 0;
      end = type.encode(value, this.#slab, headerBytes);
    }
    const datum = this.#slab.subarray(this.#at, end);
    writeHeader(datum, id);
    this.#at = end;
    return datum;
  }
}

/** The same value with byte arrays as the `Buffer` that the library asks for; throws on a field that the schema does not have. */
function withBuffers(value: object, fields: ReadonlySet<string>): object {
  const bytes: [string, Buffer][] = [];
  for (const name in value) {
    if (!fields.has(name)) throw new Error(`the schema has no field ${name}`);
    const field: unknown = value[name as keyof typeof value];
    if (field instanceof Uint8Array && !Buffer.isBuffer(field))
      bytes.push([name, Buffer.from(field.buffer, field.byteOffset, field.length)]);
  }
  return bytes.length === 0 ? value : { ...value, ...Object.fromEntries(bytes) };
}
