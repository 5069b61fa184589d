import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '../standalone.ts';

const cli = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What Node is told where a service has a process of its own, as in the image; why: decision 0032. */
export const nodeOptions: readonly string[] = [
  '--max-semi-space-size=16',
  '--max-old-space-size=2560',
  '--external-memory-accounted-in-global-limit',
];

/** One service in a process of its own, as production runs it. */
export interface RunningService {
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it; resolves when it is gone, with what it ended by. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts `clearquay intake`, `processor` or `gateway`, unless told on a free port with a directory of its own, and resolves when it says that it is ready. */
export async function startService(name: ServiceName, environment: NodeJS.ProcessEnv): Promise<RunningService> {
  const directory = mkdtempSync(join(tmpdir(), `clearquay-${name}-`));
  const child = spawn(process.execPath, [...nodeOptions, cli, name], {
    env: { ...process.env, CLEARQUAY_PORT: '0', CLEARQUAY_DATA_DIR: directory, CLEARQUAY_LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  const exited = once(child, 'exit');
  exited.then(() => rmSync(directory, { recursive: true, force: true }));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const found = / is ready: (\S+)/.exec(line);
      if (found?.[1]) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`clearquay ${name} ended with ${code}: ${log}`)));
  });
  return {
    url,
    process: child,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code, by] = await exited;
      return code ?? by;
    },
  };
}
