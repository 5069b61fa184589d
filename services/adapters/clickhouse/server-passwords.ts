import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Passwords of the two users of the embedded server, in plain text. */
export interface ServerPasswords {
  readonly clearquay: string;
  readonly analyst: string;
}

/** The passwords kept in `passwords.json` (mode 600) of the directory; generated there on the first start. */
export function keptPasswords(directory: string): ServerPasswords {
  const file = join(directory, 'passwords.json');
  if (!existsSync(file)) {
    const generated: ServerPasswords = { clearquay: newPassword(), analyst: newPassword() };
    // Whole or not at all: half a file of passwords would lock the owner out.
    writeFileSync(`${file}.new`, `${JSON.stringify(generated, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    return generated;
  }
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isPasswords(kept)) throw new Error(`${file} does not hold the passwords of "clearquay" and "analyst"; restore it or delete it`);
  return kept;
}

/** What `users.xml` holds instead of a password. */
export function sha256Hex(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

const newPassword = (): string => randomBytes(24).toString('base64url');

function isPasswords(value: unknown): value is ServerPasswords {
  return (
    typeof value === 'object' &&
    value !== null &&
    'clearquay' in value &&
    typeof value.clearquay === 'string' &&
    'analyst' in value &&
    typeof value.analyst === 'string'
  );
}
