import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import avsc from 'avsc';
import { afterAll, expect, test } from 'vitest';
import { createFileRegistry } from './file-registry.ts';
import { createRecordCodec } from './record-codec.ts';
import { headerBytes, schemaIdOf, writeHeader } from './wire-format.ts';

/** A record as some version wrote it: never change one, its bytes lie in logs. */
interface KeptRecord {
  readonly topic: string;
  /** Base64. */
  readonly bytes: string;
  readonly value: object;
}

const keptFile = new URL('./kept-records.json', import.meta.url);
const kept: KeptRecord[] = existsSync(keptFile) ? (JSON.parse(readFileSync(keptFile, 'utf8')) as KeptRecord[]) : [];
const schemas = mkdtempSync(join(tmpdir(), 'clearquay-schemas-'));
cpSync(fileURLToPath(new URL('../../../schemas/avro/', import.meta.url)), schemas, { recursive: true });
afterAll(() => rmSync(schemas, { recursive: true }));
const registry = createFileRegistry(pathToFileURL(`${schemas}/`));
const codec = await createRecordCodec(registry, topics);
const all = Object.values(topics);

const parse = (schema: unknown) => avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never', omitRecordMethods: true });
const plain = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

function read(topic: string, bytes: Uint8Array): object {
  const decoded = codec.decode(topic, bytes);
  if (!decoded.ok) throw new Error(`${topic}: ${decoded.error.message}`);
  return plain(decoded.value);
}

// Adds a record to the file for every schema that has none there: KEEP_RECORDS=1 vitest run …/kept-records.test.ts
if (process.env['KEEP_RECORDS']) {
  for (const { name, value } of all) {
    const bytes = Buffer.from(codec.encode(name, parse(JSON.parse(recordSchemas[value])).random() as object));
    const id = schemaIdOf(bytes);
    if (kept.some((k) => k.topic === name && schemaIdOf(Buffer.from(k.bytes, 'base64')) === id)) continue;
    kept.push({ topic: name, bytes: bytes.toString('base64'), value: read(name, bytes) });
  }
  writeFileSync(keptFile, `${JSON.stringify(kept, null, 2)}\n`);
}

test('records that earlier versions wrote are read as they were meant, also once fields were added', async () => {
  const records = kept.map((record) => ({ ...record, bytes: Buffer.from(record.bytes, 'base64') }));
  await codec.learn(records.map(({ bytes }) => bytes));
  for (const { topic, bytes, value } of records) expect(read(topic, bytes), topic).toMatchObject(value);
});

test('every schema by which records are written today has a record that is kept', () => {
  const known = new Set(kept.map(({ topic, bytes }) => `${topic} ${schemaIdOf(Buffer.from(bytes, 'base64'))}`));
  for (const { name, value } of all) {
    const id = schemaIdOf(codec.encode(name, parse(JSON.parse(recordSchemas[value])).random() as object));
    expect([...known], 'see KEEP_RECORDS in this file').toContain(`${name} ${id}`);
  }
});

test.each(all)('what a later version with one more optional field writes to $name is read after a rollback', async ({ name, value }) => {
  const schema = JSON.parse(recordSchemas[value]);
  const added = { name: 'addedLater', type: ['null', 'string'], default: null };
  const later = { ...schema, fields: [added, ...schema.fields] };
  const sample = parse(schema).random() as object;
  const header = Buffer.alloc(headerBytes);
  writeHeader(header, await registry.register(`${name}-value`, JSON.stringify(later)));
  const bytes = Buffer.concat([header, parse(later).toBuffer({ ...sample, addedLater: 'of a later version' })]);
  await codec.learn([bytes]);
  expect(read(name, bytes)).toEqual(read(name, codec.encode(name, sample)));
});
