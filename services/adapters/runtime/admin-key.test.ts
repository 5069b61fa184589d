import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAdminAuthenticator, loadAdminKey } from './admin-key.ts';

const directory = () => mkdtemp(join(tmpdir(), 'admin-key-'));

test('a key is generated once, kept with mode 600, and found again', async () => {
  const dir = await directory();
  const first = await loadAdminKey(dir, undefined);
  expect(first).toMatchObject({ ok: true, value: { generated: true, key: expect.stringMatching(/^cq_[\w-]{32}$/) } });
  expect((await stat(join(dir, 'admin-key'))).mode & 0o777).toBe(0o600);
  const key = (await readFile(join(dir, 'admin-key'), 'utf8')).trim();
  expect(await loadAdminKey(dir, undefined)).toEqual({ ok: true, value: { key, generated: false } });
});

test('two directories get two keys', async () => {
  expect(await loadAdminKey(await directory(), undefined)).not.toEqual(await loadAdminKey(await directory(), undefined));
});

test('a configured key stands and writes nothing', async () => {
  const dir = await directory();
  expect(await loadAdminKey(dir, 'from-outside')).toEqual({ ok: true, value: { key: 'from-outside', generated: false } });
  await expect(stat(join(dir, 'admin-key'))).rejects.toThrow('ENOENT');
});

test.each([0o604, 0o640])('a key file that others may read is refused without showing the key: mode %o', async (mode) => {
  const file = join(await directory(), 'admin-key');
  await writeFile(file, 'cq_secret\n');
  await chmod(file, mode);
  const loaded = await loadAdminKey(join(file, '..'), undefined);
  expect(loaded).toMatchObject({ ok: false, error: { key: file, remedy: expect.stringContaining('chmod 600') } });
  expect(JSON.stringify(loaded)).not.toContain('cq_secret');
});

test('an empty key file is refused', async () => {
  const dir = await directory();
  await writeFile(join(dir, 'admin-key'), '\n', { mode: 0o600 });
  expect(await loadAdminKey(dir, undefined)).toMatchObject({ ok: false });
});

test('only the exact key is the administrator', () => {
  const authenticator = createAdminAuthenticator('the-key');
  expect(authenticator.authenticate('the-key')).toEqual({ id: 'admin', role: 'admin' });
  for (const wrong of ['', 'the-ke', 'the-key ', 'the-keyx', 'THE-KEY']) expect(authenticator.authenticate(wrong)).toBeUndefined();
});
