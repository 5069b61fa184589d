import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, parseConfig } from '@clearquay/adapters/runtime/config.ts';
import { CommandFailure } from '../terminal.ts';

/** Works with a throw-away configuration on free ports, and what else is `given`; its directory is removed afterwards. */
export async function withDirectory<T>(work: (config: Config) => Promise<T>, given: NodeJS.ProcessEnv = {}): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-bench-'));
  const parsed = parseConfig({
    CLEARQUAY_DATA_DIR: directory,
    CLEARQUAY_PORT: '0',
    CLEARQUAY_CLICKHOUSE_HTTP_PORT: '0',
    ...given,
  });
  if (!parsed.ok) throw new CommandFailure(parsed.error.map((p) => `${p.key}: ${p.remedy}`).join('\n'));
  try {
    return await work(parsed.value);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
