import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import { readSchemas, schemaText } from '@clearquay/schemas/read-schemas.ts';
import { canonicalForm, schemaId } from './schema-id.ts';

/**
 * A registry over a directory URL (ending in a slash) of `.avsc` files, such as `schemas/avro`. Ids are fingerprints
 * (`schemaId`), the same on every machine. A schema that is registered but stands in no file is kept as
 * `registered/{id}.avsc` in the same directory; the text of a changed schema is moved there too, so that what was
 * written with it stays readable. Broken or colliding files throw on first use.
 */
export function createFileRegistry(directory: URL): SchemaRegistry {
  const kept = new URL('registered/', directory);
  let loading: Promise<Map<number, string>> | undefined;

  async function load(): Promise<Map<number, string>> {
    const { named, records } = await readSchemas(directory);
    const texts = [...records.values()].map((record) => schemaText(record, named));
    for (const file of await namesIn(kept)) texts.push(await readFile(new URL(file, kept), 'utf8'));
    const known = new Map<number, string>();
    for (const text of texts) admit(known, text);
    return known;
  }

  const schemas = () => {
    loading ??= load();
    return loading;
  };

  return {
    async register(_subject, schema) {
      const known = await schemas();
      const id = schemaId(schema);
      if (!known.has(id)) {
        await mkdir(kept, { recursive: true });
        const unfinished = new URL(`${id}.${randomUUID()}`, kept);
        await writeFile(unfinished, schema, { flush: true });
        await rename(unfinished, new URL(`${id}.avsc`, kept));
      }
      admit(known, schema);
      return id;
    },
    schemaOf: async (id) => (await schemas()).get(id),
  };
}

/** Puts a text under its id; the first text of an id stands. Throws when two schemas share an id. */
function admit(known: Map<number, string>, text: string): void {
  const id = schemaId(text);
  const other = known.get(id);
  if (other === undefined) known.set(id, text);
  else if (canonicalForm(other) !== canonicalForm(text)) throw new Error(`two schemas share the id ${id}: rename a field of ${text}`);
}

async function namesIn(directory: URL): Promise<string[]> {
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return files.filter((file) => file.endsWith('.avsc')).sort();
}
