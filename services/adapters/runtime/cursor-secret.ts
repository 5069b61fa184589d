import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSecret } from './secret-file.ts';

const fileOf = (dataDir: string): string => join(dataDir, 'cursor-secret');

/**
 * What signs the cursors of a data directory, made on first use. A cursor means a place in one history: a directory
 * that was restored goes on from an earlier moment, so it gets a secret of its own, and cursors from before answer `gap`.
 */
export async function loadCursorSecret(dataDir: string): Promise<Uint8Array> {
  const kept = await readFile(fileOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return Buffer.from(kept.trim(), 'base64url');
  await forgetCursors(dataDir);
  const secret = randomBytes(32);
  await writeSecret(fileOf(dataDir), `${secret.toString('base64url')}\n`);
  return secret;
}

/** Makes every cursor given so far answer `gap`, from the next start on. */
export const forgetCursors = (dataDir: string): Promise<void> => rm(fileOf(dataDir), { force: true });
