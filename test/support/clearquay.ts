import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';

const cli = fileURLToPath(new URL('../../services/cli/main.ts', import.meta.url));

/** What a command of the CLI printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Clearquay started as a user would start it, in a process of its own with its own data directory. */
export interface RunningClearquay {
  readonly url: string;
  readonly key: string;
  /** URL of its ClickHouse. */
  readonly clickhouse: string;
  readonly directory: string;
  readonly process: ChildProcess;
  /** The lines of its log so far. */
  said(): string;
  /** Runs a command of the CLI against it. */
  run(...args: string[]): Promise<Ended>;
  /** `fetch` with the key. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Ends it with SIGTERM and removes its data. */
  stop(): Promise<void>;
}

/** Runs a command of the CLI to its end. */
export function runCli(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Where to run, on what port, with which demo and settings; a directory and a port of its own and no demo, unless told. */
export interface StartOptions {
  readonly directory?: string;
  readonly port?: string;
  readonly demo?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Starts `clearquay up` and resolves when it says that it is ready. */
export async function startClearquay(options: StartOptions = {}): Promise<RunningClearquay> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'clearquay-'));
  const environment = {
    ...process.env,
    ...options.environment,
    CLEARQUAY_PORT: options.port ?? String(await claimPort(0)),
    CLEARQUAY_CLICKHOUSE_HTTP_PORT: '0',
    CLEARQUAY_DATA_DIR: directory,
    CLEARQUAY_LOG_LEVEL: 'warn',
  };
  const child = spawn(process.execPath, [cli, 'up', '--demo', options.demo ?? 'none'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ready = await new Promise<RegExpExecArray>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      log += `${line}\n`;
      const found = /^Clearquay is ready: (http:\/\/[^/]+)\/#key=(\S+).*ClickHouse: (\S+) /.exec(line);
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`clearquay up ended with ${code}: ${log}`)));
  });
  const [, url = '', key = '', clickhouse = ''] = ready;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url,
    key,
    clickhouse,
    directory,
    process: child,
    said: () => log,
    run: (command, ...args) => runCli([command ?? '', '--url', url, '--key', key, ...args]),
    get: (path, init) => fetch(new URL(path, url), { ...init, headers: { authorization: `Bearer ${key}`, ...init?.headers } }),
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
      if (!options.directory) rmSync(directory, { recursive: true, force: true });
    },
  };
}
