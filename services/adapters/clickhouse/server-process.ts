import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServerConfiguration } from './server-configuration.ts';

/** One running process of the embedded server. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process is gone, with how it ended and what it said last. */
  readonly ended: Promise<string>;
  /** Ends the process and waits until it is gone. */
  end(): Promise<void>;
}

const startTimeoutMs = 60_000;
const pollMs = 25;
const saidKept = 4_000;
const endBoundMs = 2_000;

/** Starts the process and resolves when the server answers its owner's password. Rejects with what the engine said. */
export async function startServerProcess(configuration: ServerConfiguration): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./embedded-server-child.ts', import.meta.url))], {
    env: engineEnvironment(),
  });
  const ended = watchEnd(child);
  // Left open: the process ends itself when this pipe closes, which it does however this process ends.
  child.stdin.write(`${JSON.stringify(configuration)}\n`);
  const deadline = Date.now() + startTimeoutMs;
  let gone: string | undefined;
  ended.then((how) => {
    gone = how;
  });
  while (!(await answers(configuration))) {
    if (gone !== undefined) throw new Error(gone);
    if (Date.now() > deadline) {
      await endProcess(child, ended);
      throw new Error(`the embedded ClickHouse did not answer within ${startTimeoutMs / 1000} seconds`);
    }
    await sleep(pollMs);
  }
  return { pid: child.pid ?? 0, ended, end: () => endProcess(child, ended) };
}

/** No secret of this process's environment is the engine's business. */
function engineEnvironment(): NodeJS.ProcessEnv {
  const wanted = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'CHDB_LIBCHDB_PATH', 'CHDB_LIBCHDB_DIR'];
  return Object.fromEntries(wanted.map((name) => [name, process.env[name]]));
}

function watchEnd(child: ChildProcessWithoutNullStreams): Promise<string> {
  let said = '';
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-saidKept);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A process that died already breaks the pipe; how it ended is told below.
  child.stdin.on('error', () => {});
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`ended by ${signal ?? `exit code ${code}`}: ${said.trim()}`));
  });
}

/** Closing the pipe makes the process end itself; one that no longer can is killed. */
async function endProcess(child: ChildProcessWithoutNullStreams, ended: Promise<string>): Promise<void> {
  child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), endBoundMs);
  await ended;
  clearTimeout(timer);
}

/** Asks with the password, so that another server on the same port is not taken for this one. */
async function answers({ httpPort, passwords }: ServerConfiguration): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${httpPort}/?query=SELECT+1`, {
      headers: { 'x-clickhouse-user': 'clearquay', 'x-clickhouse-key': passwords.clearquay },
      signal: AbortSignal.timeout(2_000),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
