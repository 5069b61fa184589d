import { join } from 'node:path';
import { runInsertBenchmark } from '@clearquay/adapters/clickhouse/insert-benchmark.ts';
import { keptPasswords } from '@clearquay/adapters/clickhouse/server-passwords.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { openParts } from '../parts.ts';
import { figure, thisMachine } from './figures.ts';
import { withDirectory } from './with-directory.ts';

export interface InsertOptions {
  readonly seconds: string;
  readonly json?: boolean;
}

const rowsPerInsert = [100, 5_000];

/** Measures what durable tables cost (decision 0003) and prints a table; with `--json` also one object. */
export async function benchInsert(options: InsertOptions): Promise<void> {
  const { figures, version } = await withDirectory(async (config) => {
    const opened = new AsyncDisposableStack();
    try {
      const { clickhouse, warehouse } = await openParts(config, createLogger('warn'), opened);
      const password = keptPasswords(join(config.dataDir, 'clickhouse')).clearquay;
      const connection = { url: clickhouse.url, username: 'clearquay', password, database: 'clearquay' };
      const [row] = await warehouse.query<{ v: string }>('SELECT version() AS v');
      return {
        figures: await runInsertBenchmark({ ...connection, rowsPerInsert, durationMs: Number(options.seconds) * 1000 }),
        version: row?.v ?? '',
      };
    } finally {
      await opened.disposeAsync();
    }
  });
  const machine = thisMachine(version);
  process.stdout.write(
    `${machine.cores} cores, ${machine.memoryGiB} GiB, ClickHouse ${machine.clickhouse}, ${machine.date}\n\nsettings  rows/insert  p50 ms  p99 ms  rows/s\n`,
  );
  for (const f of figures)
    process.stdout.write(
      `${f.variant.padEnd(9)} ${figure(f.rowsPerInsert).padStart(11)} ${figure(f.p50Ms).padStart(7)} ${figure(f.p99Ms).padStart(7)}  ${figure(f.rowsPerSecond)}\n`,
    );
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, figures })}\n`);
}
