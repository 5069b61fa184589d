import { readdir, readFile } from 'node:fs/promises';
import { type AvroObject, inlineNamedTypes } from './inline-named-types.ts';

/** The records of a directory of `.avsc` files, and the types that they share by name. */
export interface SchemaFiles {
  /** The content of `named-types.avsc`. */
  readonly named: readonly AvroObject[];
  /** Every other file by the name of its record, in the order of the names. */
  readonly records: ReadonlyMap<string, AvroObject>;
}

/** Reads a directory such as `schemas/avro`; throws when a file is missing or no JSON. */
export async function readSchemas(directory: URL): Promise<SchemaFiles> {
  const read = async (file: string) => JSON.parse(await readFile(new URL(file, directory), 'utf8'));
  const files = (await readdir(directory)).filter((file) => file.endsWith('.avsc') && file !== 'named-types.avsc').sort();
  const records = await Promise.all(files.map(async (file): Promise<AvroObject> => read(file)));
  return {
    named: await read('named-types.avsc'),
    records: new Map(records.map((record) => [record.name ?? '', record])),
  };
}

/** The text of one record as it is registered: whole, on one line. */
export function schemaText(record: AvroObject, named: readonly AvroObject[]): string {
  return JSON.stringify(inlineNamedTypes(record, named));
}
