import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCursorSecret } from './cursor-secret.ts';

test('the secret of cursors is kept, private, and another one once its file is gone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-cursor-'));
  const first = await loadCursorSecret(directory);
  expect(first).toHaveLength(32);
  expect(await loadCursorSecret(directory)).toEqual(first);
  expect(statSync(join(directory, 'cursor-secret')).mode & 0o077).toBe(0);
  rmSync(join(directory, 'cursor-secret'));
  expect(await loadCursorSecret(directory)).not.toEqual(first);
  rmSync(directory, { recursive: true });
});
