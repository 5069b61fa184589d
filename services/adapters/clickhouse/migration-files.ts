import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { durableSettings } from './durable-settings.ts';

/** One numbered SQL file of `infra/clickhouse`. */
export interface MigrationFile {
  readonly number: number;
  readonly name: string;
  /** SHA-256 of the file as it stands, in hex. */
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** The files `NNNN-name.sql` of a folder in order. Throws when two carry the same number. */
export function readMigrationFiles(directory: string): MigrationFile[] {
  const files = readdirSync(directory)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map((name) => readMigrationFile(directory, name));
  for (const [index, file] of files.entries()) {
    const before = files[index - 1];
    if (before?.number === file.number) throw new Error(`${before.name} and ${file.name} carry the same number`);
  }
  return files;
}

function readMigrationFile(directory: string, name: string): MigrationFile {
  const text = readFileSync(join(directory, name), 'utf8');
  return {
    number: Number(name.slice(0, 4)),
    name,
    checksum: createHash('sha256').update(text).digest('hex'),
    statements: statementsOf(text),
  };
}

/** Statements end with `;` at the end of a line; `{durable}` is filled in; pieces of comments alone are left out. */
export function statementsOf(text: string): string[] {
  return text
    .split(/;[ \t]*$/m)
    .map((statement) => statement.replaceAll('{durable}', durableSettings).trim())
    .filter((statement) => statement.replaceAll(/^\s*--.*$/gm, '').trim() !== '');
}
