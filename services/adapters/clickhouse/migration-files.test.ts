import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { durableSettings } from './durable-settings.ts';
import { readMigrationFiles, statementsOf } from './migration-files.ts';

test('statements end with a semicolon at the end of a line, and nowhere else', () => {
  expect(statementsOf("SELECT ';' AS a;  \n\n-- only; words;\n;\nSELECT 2")).toEqual(["SELECT ';' AS a", 'SELECT 2']);
});

test('the durable settings are filled in wherever they are named', () => {
  expect(statementsOf('CREATE TABLE a SETTINGS {durable};\nCREATE TABLE b SETTINGS x = 1, {durable};')).toEqual([
    `CREATE TABLE a SETTINGS ${durableSettings}`,
    `CREATE TABLE b SETTINGS x = 1, ${durableSettings}`,
  ]);
});

test('two files of one number are refused', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-files-'));
  for (const name of ['0002-b.sql', '0001-a.sql', '0002-c.sql', 'notes.txt']) writeFileSync(join(directory, name), 'SELECT 1;\n');
  expect(() => readMigrationFiles(directory)).toThrow('0002-b.sql and 0002-c.sql carry the same number');
  rmSync(directory, { recursive: true });
});
