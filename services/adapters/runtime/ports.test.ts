import { readFile } from 'node:fs/promises';
import { parsePortRows } from '@clearquay/domain/identifiers/un-locode.ts';
import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import { expect, test } from 'vitest';
import { loadPorts } from './ports.ts';

const list = new URL('../../../seeds/reference/ports.csv', import.meta.url);

test('the reference list resolves a port by its code and leaves unknown codes unknown', async () => {
  const ports = await loadPorts(list);
  expect(ports.resolve('CNDLC')).toMatchObject({ code: 'CNDLC', zone: 'Asia/Shanghai' });
  expect(ports.resolve('XXXXX')).toBeUndefined();
});

test('every port of the list has a code of its own and a zone that the platform knows', async () => {
  const rows = parsePortRows(await readFile(list, 'utf8'));
  expect(rows.length).toBeGreaterThan(1_500);
  const codes = rows.flatMap((row) => [row.code, ...row.aliases]);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, zone } of rows) {
    expect(code).toMatch(/^[A-Z]{2}[A-Z0-9]{3}$/);
    expect(() => formatInstant(0, zone), `${code} ${zone}`).not.toThrow();
    expect(zone, code).not.toBe('');
  }
});

test('a list that is not there is an error, not an empty table', async () => {
  await expect(loadPorts(new URL('no-such.csv', import.meta.url))).rejects.toThrow('ENOENT');
});
