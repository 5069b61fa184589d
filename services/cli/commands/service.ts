import type { Config } from '@clearquay/adapters/runtime/config.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { openParts } from '../parts.ts';
import { type ServiceName, startService } from '../standalone.ts';
import { stopSignal, type UpOptions, upConfig } from './up.ts';

/** Runs one service until it is told to stop: prints one line with the address when ready. */
export async function service(name: ServiceName, options: UpOptions): Promise<void> {
  const config: Config = upConfig(options, process.env);
  const stopped = stopSignal();
  const running = await startService(name, config, createLogger(config.logLevel));
  process.stdout.write(`Clearquay ${name} is ready: ${running.url}\n`);
  await stopped;
  await running.close();
}

/** Makes topics and tables what this version needs; fails, naming the step, when it cannot. */
export async function migrateAll(options: UpOptions): Promise<void> {
  const config = upConfig(options, process.env);
  const opened = new AsyncDisposableStack();
  try {
    await openParts(config, createLogger(config.logLevel), opened);
  } finally {
    await opened.disposeAsync();
  }
  process.stdout.write('Topics and tables are as this version needs them.\n');
}
