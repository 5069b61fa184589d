import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import avsc from 'avsc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guardLimits } from './datum-guard.ts';
import { createFileRegistry } from './file-registry.ts';
import { createRecordCodec } from './record-codec.ts';
import { schemaId } from './schema-id.ts';
import { headerBytes, schemaIdOf, writeHeader } from './wire-format.ts';

const files = createFileRegistry(new URL('../../../schemas/avro/', import.meta.url));
const codec = await createRecordCodec(files, topics);
const terminal = topics.terminal.name;

const event = {
  id: 'evt-1',
  action: 'report',
  replaces: null,
  port: 'CNDLC',
  source: 'quay-one',
  agency: 'terminal',
  code: 'terminal.gate-out',
  subject: { type: 'container', id: 'CQYU0000014', kind: null },
  references: [{ type: 'truck', id: '辽B12345', kind: null, relation: 'carried-by' }],
  classifier: 'actual',
  occurredAt: 1_790_000_000_123,
  occurredAtText: '2026-09-21T22:13:20.123+08:00',
  zoneRule: 'offset',
  recordedAt: null,
  receivedAt: 1_790_000_001_000,
  location: { facility: 'Q1', berth: null, gate: '3', position: null },
  parties: [{ role: 'consignee', code: 'C1', name: null }],
  details: '{"full":true}',
};
const bytes = codec.encode(terminal, event);
const codeOf = (topic: string, value: Uint8Array) => {
  const result = codec.decode(topic, value);
  return result.ok ? 'ok' : result.error.code;
};
const withHeader = (id: number, datum: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(headerBytes);
  writeHeader(header, id);
  return Uint8Array.from([...header, ...datum]);
};
const datumOf = (topic: string, ...datum: number[]) => withHeader(schemaIdOf(codec.encode(topic, control)) ?? 0, Uint8Array.from(datum));
const control = { kind: 'key', body: '{}' };

test('a value comes back as it was written, on the wire format that Confluent clients read', () => {
  expect(codec.decode(terminal, bytes)).toEqual({ ok: true, value: event });
  expect([...bytes.subarray(0, 1)]).toEqual([0]);
  expect(Buffer.from(bytes).readUInt32BE(1)).toBe(schemaId(recordSchemas.TerminalStatusEvent));
});

test('fields that may be null may be left out or undefined', () => {
  const { replaces: _, recordedAt: __, ...rest } = event;
  expect(codec.decode(terminal, codec.encode(terminal, { ...rest, recordedAt: undefined }))).toEqual({ ok: true, value: event });
});

test('bytes go in as any byte array and come out equal and independent of the input', () => {
  const chunk = {
    rawId: 'r',
    chunk: 0,
    chunks: 1,
    port: null,
    partner: 'p',
    format: 'csv',
    contentType: null,
    receivedAt: 1,
    sha256: 'x',
    findings: '[]',
  };
  const encoded = codec.encode(topics.raw.name, { ...chunk, body: Uint8Array.of(0, 255, 7) });
  const decoded = codec.decode(topics.raw.name, encoded);
  encoded.fill(9);
  expect(decoded).toEqual({ ok: true, value: { ...chunk, body: Buffer.from([0, 255, 7]) } });
});

test('a value that does not fit its schema, or names an unknown field, is a bug of the caller', () => {
  expect(() => codec.encode(terminal, { ...event, occurredAt: 'today' })).toThrow();
  expect(() => codec.encode(terminal, { ...event, port: undefined })).toThrow();
  expect(() => codec.encode(terminal, { ...event, plate: 'x' })).toThrow('plate');
  expect(() => codec.encode('no-topic', event)).toThrow('no-topic');
});

test('every cut of a value is refused as truncated or, inside the header, as unknown', () => {
  for (let end = 0; end < bytes.length; end++) {
    expect(codeOf(terminal, bytes.subarray(0, end))).toBe(end < 5 ? 'CQ_SCHEMA_UNKNOWN' : 'CQ_AVRO_TRUNCATED');
  }
});

test('trailing bytes, foreign magic and unknown ids are refused each with its code', () => {
  expect(codeOf(terminal, Uint8Array.of(...bytes, 0))).toBe('CQ_AVRO_TRAILING');
  expect(codeOf(terminal, Uint8Array.of(1, ...bytes.subarray(1)))).toBe('CQ_SCHEMA_UNKNOWN');
  expect(codeOf(terminal, withHeader(4_294_967_295, bytes.subarray(5)))).toBe('CQ_SCHEMA_UNKNOWN');
});

test('a record of another topic is not readable as this one', () => {
  expect(codeOf(terminal, codec.encode(topics.control.name, control))).toBe('CQ_SCHEMA_UNKNOWN');
});

const outcomes = ['ok', 'CQ_AVRO_LIMIT', 'CQ_AVRO_MALFORMED', 'CQ_AVRO_TRUNCATED', 'CQ_AVRO_TRAILING'];

test('random and mutated bytes are refused or decoded, never thrown', () => {
  const header = bytes.subarray(0, 5);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
      expect(outcomes).toContain(codeOf(terminal, Uint8Array.of(...header, ...tail)));
    }),
  );
  fc.assert(
    fc.property(fc.nat(bytes.length - 6), fc.nat(255), (at, value) => {
      const mutated = Uint8Array.from(bytes);
      mutated[5 + at] = value;
      expect(outcomes).toContain(codeOf(terminal, mutated));
    }),
    { numRuns: 2000 },
  );
});

test('lengths beyond the end and text that is not UTF-8 are refused', () => {
  const topic = topics.control.name;
  expect(codeOf(topic, datumOf(topic, 2, 0x41, 2, 0x42))).toBe('ok');
  expect(codeOf(topic, datumOf(topic, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x41))).toBe('CQ_AVRO_TRUNCATED');
  expect(codeOf(topic, datumOf(topic, 1, 2, 0x42))).toBe('CQ_AVRO_MALFORMED');
  expect(codeOf(topic, datumOf(topic, 2, 0xff, 2, 0x42))).toBe('CQ_AVRO_MALFORMED');
});

/** A codec over one foreign schema on the control topic, whose reader ignores the added field. */
async function foreign(type: unknown) {
  const schema = JSON.parse(recordSchemas.ControlEntry);
  const text = JSON.stringify({ ...schema, fields: [{ name: 'added', type }, ...schema.fields] });
  const registry: SchemaRegistry = {
    register: async (_, t) => schemaId(t),
    schemaOf: async (id) => (id === schemaId(text) ? text : undefined),
  };
  const reading = await createRecordCodec(registry, { control: topics.control });
  const write = (...added: readonly number[]) => withHeader(schemaId(text), Uint8Array.from([...added, 2, 0x41, 2, 0x42]));
  const read = async (value: Uint8Array) => {
    await reading.learn([value]);
    const result = reading.decode(topics.control.name, value);
    return result.ok ? result.value : result.error.code;
  };
  return { write, read, reading };
}

test('a writer with one field more is read once it was learnt, not before', async () => {
  const { write, read, reading } = await foreign('int');
  expect(reading.decode(topics.control.name, write(4))).toMatchObject({ ok: false, error: { code: 'CQ_SCHEMA_UNKNOWN' } });
  expect(await read(write(4))).toEqual({ kind: 'A', body: 'B' });
});

test('counts of items that take no bytes are refused above the limit and read at it', async () => {
  const { write, read } = await foreign({ type: 'array', items: 'null' });
  const count = (n: number) => [...avsc.Type.forSchema('long').toBuffer(n)];
  expect(await read(write(...count(guardLimits.maxItems), 0))).toEqual({ kind: 'A', body: 'B' });
  expect(await read(write(...count(guardLimits.maxItems + 1), 0))).toBe('CQ_AVRO_LIMIT');
  expect(await read(write(...count(2 ** 32), 0))).toBe('CQ_AVRO_LIMIT');
});

test('a sized block must be as long as it says', async () => {
  const { write, read } = await foreign({ type: 'array', items: 'int' });
  expect(await read(write(3, 4, 2, 4, 0))).toEqual({ kind: 'A', body: 'B' });
  expect(await read(write(3, 6, 2, 4, 0))).toBe('CQ_AVRO_MALFORMED');
});

test('map keys that reach a prototype are refused', async () => {
  const { write, read } = await foreign({ type: 'map', values: 'int' });
  expect(await read(write(2, 2, 0x61, 2, 0))).toEqual({ kind: 'A', body: 'B' });
  expect(await read(write(2, 18, ...Buffer.from('__proto__'), 2, 0))).toBe('CQ_AVRO_MALFORMED');
  expect(Object.prototype).not.toHaveProperty('added');
});

test('records nested deeper than the limit are refused without exhausting the stack', async () => {
  const { write, read } = await foreign({ type: 'record', name: 'Deep', fields: [{ name: 'next', type: ['null', 'Deep'] }] });
  const levels = (n: number) => [...new Array(n).fill(2), 0];
  expect(await read(write(...levels(guardLimits.maxDepth - 2)))).toEqual({ kind: 'A', body: 'B' });
  expect(await read(write(...levels(guardLimits.maxDepth - 1)))).toBe('CQ_AVRO_LIMIT');
  expect(await read(write(...levels(50_000)))).toBe('CQ_AVRO_LIMIT');
});

test('numbers, branches and symbols out of range are refused', async () => {
  const int = await foreign('int');
  expect(await int.read(int.write(0xff, 0xff, 0xff, 0xff, 0x0f))).toEqual({ kind: 'A', body: 'B' });
  expect(await int.read(int.write(0xff, 0xff, 0xff, 0xff, 0x1f))).toBe('CQ_AVRO_MALFORMED');
  expect(await int.read(int.write(...new Array(10).fill(0xff), 1))).toBe('CQ_AVRO_MALFORMED');
  const union = await foreign(['null', 'boolean']);
  expect(await union.read(union.write(2, 1))).toEqual({ kind: 'A', body: 'B' });
  expect(await union.read(union.write(2, 2))).toBe('CQ_AVRO_MALFORMED');
  expect(await union.read(union.write(4))).toBe('CQ_AVRO_MALFORMED');
  const symbol = await foreign({ type: 'enum', name: 'One', symbols: ['A'] });
  expect(await symbol.read(symbol.write(0))).toEqual({ kind: 'A', body: 'B' });
  expect(await symbol.read(symbol.write(2))).toBe('CQ_AVRO_MALFORMED');
});

test('a writer schema that is too deep, too long or has too many fields is not read', async () => {
  const deep = Array.from({ length: 100 }).reduce<unknown>((items) => ({ type: 'array', items }), 'null');
  const wide = { type: 'record', name: 'Wide', fields: Array.from({ length: 10_000 }, (_, i) => ({ name: `f${i}`, type: 'null' })) };
  for (const type of [deep, wide]) {
    const { write, read } = await foreign(type);
    expect(await read(write(0))).toBe('CQ_SCHEMA_UNKNOWN');
  }
});
