import { configKeys } from '@clearquay/adapters/runtime/config.ts';
import { pad } from '../terminal.ts';

/** Lists every setting of the environment with its default and meaning. */
export function printConfig(): void {
  const rows = configKeys();
  const wide = Math.max(...rows.map((r) => r.key.length));
  const middle = Math.max(...rows.map((r) => r.default.length), 7);
  process.stdout.write(`${pad('key', wide)}  ${pad('default', middle)}  meaning\n`);
  for (const row of rows) process.stdout.write(`${pad(row.key, wide)}  ${pad(row.default || '-', middle)}  ${row.meaning}\n`);
}
