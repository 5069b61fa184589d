import { readFile, writeFile } from 'node:fs/promises';
import { generateCatalogue } from './generate-catalogue.ts';
import { generateRecords } from './generate-records.ts';
import { readSchemas } from './read-schemas.ts';

const here = new URL('.', import.meta.url);
/** Every generated file with its content as the sources say it should be; the drift test compares them. */
export async function generated(): Promise<Map<URL, string>> {
  const csv = await readFile(new URL('events.csv', here), 'utf8');
  const schemas = await readSchemas(new URL('avro/', here));
  return new Map([
    [new URL('../services/domain/events/catalogue.generated.ts', here), generateCatalogue(csv)],
    [new URL('records.generated.ts', here), generateRecords(schemas)],
  ]);
}

if (import.meta.main) for (const [file, content] of await generated()) await writeFile(file, content);
