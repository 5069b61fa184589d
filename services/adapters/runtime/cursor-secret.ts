import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSecret } from './secret-file.ts';

/**
 * What signs the cursors of a data directory, made on first use. A cursor means a place in one history: a directory
 * that was restored goes on from an earlier moment, so it gets a secret of its own, and cursors from before answer `gap`.
 */
export async function loadCursorSecret(dataDir: string): Promise<Uint8Array> {
  const file = join(dataDir, 'cursor-secret');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return Buffer.from(kept.trim(), 'base64url');
  await rm(file, { force: true });
  const secret = randomBytes(32);
  await writeSecret(file, `${secret.toString('base64url')}\n`);
  return secret;
}
