import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { schemaId } from './schema-id.ts';

/** Copies of what a registry said, one file per answer. */
export interface KeptSchemas {
  keepText(id: number, text: string): Promise<void>;
  textOf(id: number): Promise<string | undefined>;
  /** Keeps the id that a subject's schema has, and its text. */
  keepId(subject: string, schema: string, id: number): Promise<void>;
  idOf(subject: string, schema: string): Promise<number | undefined>;
}

/** Copies in a directory URL ending in a slash, made when first needed; a file is whole or not there. */
export function keepSchemas(directory: URL): KeptSchemas {
  const textFile = (id: number): URL => new URL(`${id}.avsc`, directory);
  const idFile = (subject: string, schema: string): URL => new URL(`${encodeURIComponent(subject)}.${schemaId(schema)}.id`, directory);

  async function keep(file: URL, text: string): Promise<void> {
    if ((await read(file)) === text) return;
    await mkdir(directory, { recursive: true });
    const unfinished = new URL(`unfinished-${randomUUID()}`, directory);
    await writeFile(unfinished, text, { flush: true });
    await rename(unfinished, file);
  }

  return {
    keepText: (id, text) => keep(textFile(id), text),
    textOf: (id) => read(textFile(id)),
    async keepId(subject, schema, id) {
      await keep(textFile(id), schema);
      await keep(idFile(subject, schema), String(id));
    },
    async idOf(subject, schema) {
      const text = await read(idFile(subject, schema));
      return text === undefined ? undefined : Number(text);
    },
  };
}

async function read(file: URL): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
