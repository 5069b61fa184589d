import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authenticator } from '@clearquay/domain/ports/authenticator.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { writeSecret } from './secret-file.ts';
import type { SetupProblem } from './setup-problem.ts';

/** The key of the role admin. `generated` is true on the one start that made it, which is when it may be printed. */
export interface AdminKey {
  readonly key: string;
  readonly generated: boolean;
}

/** Gives the configured key, else the one kept as `admin-key` (mode 600) in the data directory, else makes that one. */
export async function loadAdminKey(dataDir: string, configured: string | undefined): Promise<Result<AdminKey, SetupProblem>> {
  if (configured !== undefined) return ok({ key: configured, generated: false });
  const file = join(dataDir, 'admin-key');
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return ok({ key: await generate(file), generated: true });
  if ((found.mode & 0o077) !== 0) {
    return refuse({
      key: file,
      remedy: `Others may read this file: delete it to have a new key made, or run chmod 600 ${file} if nobody did.`,
    });
  }
  const key = (await readFile(file, 'utf8')).trim();
  return key === '' ? refuse({ key: file, remedy: 'The file is empty: delete it to have a new key made.' }) : ok({ key, generated: false });
}

async function generate(file: string): Promise<string> {
  const key = `cq_${randomBytes(24).toString('base64url')}`;
  await writeSecret(file, `${key}\n`);
  return key;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Knows one caller, the administrator. Compares digests, so that time tells nothing about the key. */
export function createAdminAuthenticator(key: string): Authenticator {
  const expected = digest(key);
  return {
    authenticate: (token) => (timingSafeEqual(digest(token), expected) ? { id: 'admin', role: 'admin' } : undefined),
  };
}
