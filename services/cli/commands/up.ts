import { type Config, parseConfig } from '@clearquay/adapters/runtime/config.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { scenarioNames } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { playDemo } from '../demo.ts';
import { startStandalone } from '../standalone.ts';
import { CommandFailure } from '../terminal.ts';

/** What the command line may say; it beats the environment. */
export interface UpOptions {
  readonly port?: string;
  readonly data?: string;
  readonly demo?: string;
}

/** Demos that can be played: a busy day that never ends, one of the scenarios, or nothing. */
const demos: readonly string[] = ['day', 'none', ...scenarioNames()];

/** The settings of the environment with those of the command line over them; fails with every problem at once. */
export function upConfig(options: UpOptions, environment: NodeJS.ProcessEnv): Config {
  const said = { CLEARQUAY_PORT: options.port, CLEARQUAY_DATA_DIR: options.data, CLEARQUAY_DEMO: options.demo };
  const parsed = parseConfig({ ...environment, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) });
  if (!parsed.ok) throw new CommandFailure(parsed.error.map((p) => `${p.key}: ${p.remedy}`).join('\n'));
  const { demo } = parsed.value;
  if (demo !== undefined && !demos.includes(demo))
    throw new CommandFailure(`CLEARQUAY_DEMO: there is no demo ${demo}; use one of ${demos.join(', ')}.`);
  return parsed.value;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.once(name, () => {
        resolve(name);
        process.once(name, () => process.exit(130));
      });
  });
}

/** Runs everything until it is told to stop: prints one line with the address and the keys when ready. */
export async function up(options: UpOptions): Promise<void> {
  const config = upConfig(options, process.env);
  const logger = createLogger(config.logLevel);
  const stopped = stopSignal();
  const system = await startStandalone(config, logger);
  const shown = config.adminKey ? 'the one in CLEARQUAY_ADMIN_KEY' : system.key;
  const page = config.adminKey ? system.url : `${system.url}/#key=${system.key}`;
  const { url, analystPassword } = system.clickhouse;
  const analysts = analystPassword ? `  ClickHouse: ${url} (user analyst, password ${analystPassword})` : '';
  process.stdout.write(`Clearquay is ready: ${page}  key: ${shown}${analysts}\n`);
  const demo = config.demo === 'none' ? undefined : playDemo(system, logger, config.demo);
  await stopped;
  await demo?.stop();
  await system.close();
}
