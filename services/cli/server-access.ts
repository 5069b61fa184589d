import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from './terminal.ts';

/** Where a running Clearquay is and the key to it. */
export interface ServerAccess {
  readonly url: string;
  readonly key: string;
}

/** Options that every command shares which talks to a running server. */
export interface AccessOptions {
  readonly url?: string;
  readonly key?: string;
  readonly data?: string;
}

/**
 * The address and key to use: what was said, else the environment, else the local server with the key that it keeps in
 * its data directory. Fails with a sentence when there is no key.
 */
export async function serverAccess(options: AccessOptions, environment: NodeJS.ProcessEnv): Promise<ServerAccess> {
  const url = options.url ?? `http://127.0.0.1:${environment['CLEARQUAY_PORT'] ?? '8080'}`;
  const said = options.key ?? environment['CLEARQUAY_ADMIN_KEY'];
  if (said) return { url, key: said };
  const directory = options.data ?? environment['CLEARQUAY_DATA_DIR'] ?? '.clearquay';
  try {
    return { url, key: (await readFile(join(directory, 'admin-key'), 'utf8')).trim() };
  } catch {
    throw new CommandFailure(`No key found in ${directory}. Start the server first, or pass --key or set CLEARQUAY_ADMIN_KEY.`);
  }
}
