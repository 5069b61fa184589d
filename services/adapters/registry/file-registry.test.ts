import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import { expect, test } from 'vitest';
import { createFileRegistry } from './file-registry.ts';

const committed = new URL('../../../schemas/avro/', import.meta.url);

async function copied(): Promise<URL> {
  const directory = pathToFileURL(`${await mkdtemp(`${tmpdir()}/registry-`)}/`);
  await cp(committed, directory, { recursive: true });
  return directory;
}

const extra = JSON.stringify({ type: 'record', name: 'Extra', namespace: 'org.clearquay', fields: [{ name: 'n', type: 'int' }] });

test('no committed schema changes its id: move the old text to schemas/avro/registered/{id}.avsc, then pin the new id', async () => {
  const registry = createFileRegistry(committed);
  const ids = await Promise.all(
    Object.entries(recordSchemas).map(async ([name, text]) => [name, await registry.register(`${name}-value`, text)]),
  );
  expect(Object.fromEntries(ids)).toEqual({
    BorderInspectionStatusEvent: 81518698,
    CarrierStatusEvent: 1708243335,
    ControlEntry: 890059371,
    CustomsStatusEvent: 1370834133,
    DeadLetter: 1294131875,
    MaritimeSafetyStatusEvent: 832739440,
    RawChunk: 652651264,
    ReviewStatusEvent: 1167381653,
    TerminalStatusEvent: 94041954,
    VisitUpdate: 1194520329,
  });
});

test('every id gives the text it was registered with', async () => {
  const registry = createFileRegistry(committed);
  for (const text of Object.values(recordSchemas)) {
    expect(await registry.schemaOf(await registry.register('any-value', text))).toBe(text);
  }
});

test('documentation and layout of a schema do not change its id, a field does', async () => {
  const registry = createFileRegistry(await copied());
  const schema = JSON.parse(recordSchemas.ControlEntry);
  const id = await registry.register('a-value', recordSchemas.ControlEntry);
  expect(await registry.register('b-value', JSON.stringify({ ...schema, doc: 'Other words.' }, null, 2))).toBe(id);
  const longer = { ...schema, fields: [...schema.fields, { name: 'n', type: 'int', default: 0 }] };
  expect(await registry.register('b-value', JSON.stringify(longer))).not.toBe(id);
});

test('a schema registered at run time is known after a restart under the same id', async () => {
  const directory = await copied();
  const id = await createFileRegistry(directory).register('extra-value', extra);
  const restarted = createFileRegistry(directory);
  expect(await restarted.schemaOf(id)).toBe(extra);
  expect(await restarted.register('extra-value', extra)).toBe(id);
  expect(await readFile(new URL(`registered/${id}.avsc`, directory), 'utf8')).toBe(extra);
});

test('an id that nobody registered gives nothing', async () => {
  expect(await createFileRegistry(committed).schemaOf(1)).toBeUndefined();
});

test('what is no Avro schema is not registered', async () => {
  await expect(createFileRegistry(await copied()).register('bad-value', '{"type":"recrod"}')).rejects.toThrow();
});
