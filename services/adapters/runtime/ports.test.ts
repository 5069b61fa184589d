import { expect, test } from 'vitest';
import { loadPorts } from './ports.ts';

test('the reference list resolves a port by its code and leaves unknown codes unknown', async () => {
  const ports = await loadPorts(new URL('../../../seeds/reference/ports.csv', import.meta.url));
  expect(ports.resolve('CNDLC')).toMatchObject({ code: 'CNDLC', zone: 'Asia/Shanghai' });
  expect(ports.resolve('XXXXX')).toBeUndefined();
});

test('a list that is not there is an error, not an empty table', async () => {
  await expect(loadPorts(new URL('no-such.csv', import.meta.url))).rejects.toThrow('ENOENT');
});
