import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloaded servers are kept between runs: `CLEARQUAY_CACHE`, else in the home directory. */
const cache = process.env['CLEARQUAY_CACHE'] ?? join(homedir(), '.cache/clearquay');

/** A directory of the cache by its name, filled first when it is not there; never found half full. */
export async function cachedDirectory(name: string, fill: (directory: string) => Promise<unknown>): Promise<string> {
  const directory = join(cache, name);
  if (existsSync(directory)) return directory;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(`${directory}-`);
  await fill(fresh);
  // Another test file may have been faster; what it fetched is the same.
  await rename(fresh, directory).catch(() => rm(fresh, { recursive: true }));
  return directory;
}
