import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** One registry of its own, with what the port itself does not offer. */
export interface RegistryUnderTest {
  readonly registry: SchemaRegistry;
  /** The same storage seen by a process that starts anew. */
  reopen(): SchemaRegistry;
  remove(): Promise<void>;
}

const control = JSON.parse(recordSchemas.ControlEntry);
const withFields = (...fields: object[]): string => JSON.stringify({ ...control, fields: [...control.fields, ...fields] });
/** What a newer release may write: a field more, which an older reader leaves out. */
const newer = withFields({ name: 'note', type: ['null', 'string'], default: null });
const canonical = (text: string): unknown => avsc.Type.forSchema(JSON.parse(text)).schema();

/** The registry contract: the same tests over every implementation of `SchemaRegistry`. */
export function describeSchemaRegistry(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(name, () => {
    let under: RegistryUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.remove());

    test('a schema keeps its id, however often and by whomever it is registered', async () => {
      const id = await under.registry.register('first-value', recordSchemas.ControlEntry);
      expect(await under.registry.register('first-value', recordSchemas.ControlEntry)).toBe(id);
      expect(await under.reopen().register('first-value', recordSchemas.ControlEntry)).toBe(id);
    });

    test('every id gives a schema that reads the same bytes as the one registered, also after a restart', async () => {
      for (const [record, text] of Object.entries(recordSchemas)) {
        const id = await under.registry.register(`${record}-value`, text);
        for (const registry of [under.registry, under.reopen()])
          expect(canonical((await registry.schemaOf(id)) ?? 'null')).toEqual(canonical(text));
      }
    });

    test('a schema with a field more has another id, and the earlier one stays known', async () => {
      const id = await under.registry.register('grown-value', recordSchemas.ControlEntry);
      const next = await under.registry.register('grown-value', newer);
      expect(next).not.toBe(id);
      expect(canonical((await under.registry.schemaOf(id)) ?? 'null')).toEqual(canonical(recordSchemas.ControlEntry));
    });

    test('an id that nobody registered gives nothing', async () => {
      expect(await under.registry.schemaOf(2_147_483_647)).toBeUndefined();
    });

    test('what is no Avro schema is not registered', async () => {
      await expect(under.registry.register('bad-value', '{"type":"recrod"}')).rejects.toThrow();
    });

    test('what a newer writer wrote is read, its further field left out', async () => {
      const codec = await createRecordCodec(under.registry, topics);
      const topic = topics.control.name;
      const [{ kind, body }, writer] = [{ kind: 'key', body: '{}' }, avsc.Type.forSchema(JSON.parse(newer))];
      const id = await under.registry.register(`${topic}-value`, newer);
      const header = Buffer.alloc(5);
      header.writeUInt32BE(id, 1);
      const bytes = Buffer.concat([header, writer.toBuffer({ kind, body, note: 'later' })]);
      await codec.learn([bytes]);
      expect(codec.decode(topic, bytes)).toEqual({ ok: true, value: { kind, body } });
    });
  });
}
