import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseCsv } from './csv.ts';
import { generated } from './generate.ts';
import { topics } from './topics.ts';

const root = new URL('../', import.meta.url);
const text = (path: string) => readFile(new URL(path, root), 'utf8');

test('generated files are what their sources say', async () => {
  const files = await generated();
  expect(files.size).toBe(2);
  for (const [file, content] of files) expect(await readFile(file, 'utf8'), `${file.pathname}: run pnpm generate`).toBe(content);
});

test('the catalogue names every code once and is the agreed one where the agreement is at hand', async () => {
  const csv = await text('schemas/events.csv');
  const codes = parseCsv(csv).map((row) => row['code']);
  expect(codes.length).toBeGreaterThan(119);
  expect(new Set(codes).size).toBe(codes.length);
  const agreed = new URL('../shared/design/events.csv', root);
  if (existsSync(agreed)) expect(csv).toBe(await readFile(agreed, 'utf8'));
});

test('every topic names a record of schemas/avro', async () => {
  const records = (await readdir(new URL('schemas/avro/', root))).map((file) => file.replace('.avsc', ''));
  for (const topic of Object.values(topics)) expect(records).toContain(topic.value);
});

test('no source file but topics.ts names a topic, programs of partners aside', async () => {
  const naming: string[] = [];
  for (const folder of ['services', 'schemas', 'seeds', 'test']) {
    for (const entry of await readdir(new URL(`${folder}/`, root), { recursive: true, withFileTypes: true })) {
      const path = relative(fileURLToPath(root), `${entry.parentPath}/${entry.name}`);
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /node_modules|\.test\.ts$|^seeds\/examples\//.test(path)) continue;
      if (/clearquay\.[a-z-]+\.v\d/.test(await text(path))) naming.push(path);
    }
  }
  expect(naming).toEqual(['schemas/topics.ts']);
});
