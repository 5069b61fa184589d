import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { claimPort } from './free-port.ts';
import { type ServerConfiguration, statusFile } from './server-configuration.ts';
import { keptPasswords, type ServerPasswords } from './server-passwords.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { type SupervisedServer, supervise } from './server-supervisor.ts';

export interface EmbeddedClickHouseOptions {
  /** Where configuration, passwords, log and tables live; made when missing (mode 700). One server per directory. */
  readonly directory: string;
  /** Loopback port of the HTTP interface; 0 picks a free one, which restarts keep. */
  readonly httpPort: number;
  /** Loopback port of the native protocol; absent: no such listener. */
  readonly tcpPort?: number;
  readonly logger: Logger;
  /** Absent: generated once and kept in the directory with mode 600. */
  readonly passwords?: ServerPasswords;
  /** The one folder that `BACKUP` and `RESTORE` may use, absolute; `backups` in the directory unless told. */
  readonly backups?: string;
  /** Bound of the engine's memory in bytes; 2 GiB unless told. */
  readonly memoryBytes?: number;
}

/** A real ClickHouse of one's own, on loopback. */
export interface EmbeddedClickHouse extends SupervisedServer {
  readonly url: string;
  /** The one folder that `BACKUP` and `RESTORE` may use. */
  readonly backups: string;
  /** The user that owns the database `clearquay`. */
  readonly user: 'clearquay';
  readonly password: string;
  /** Password of the user `analyst`, who reads views only. */
  readonly analystPassword: string;
}

const defaultMemoryBytes = 2 * 1024 ** 3;
/** A server whose owner was killed needs a moment to notice; so long a directory or port in use is tried again. */
const handoverMs = 3_000;
const retryMs = 100;

/**
 * Starts ClickHouse in a child process and keeps it running: when it dies it is started again on the same port, and
 * it never outlives this process. Rejects with a sentence for people when the port or the directory is in use.
 */
export async function startEmbeddedClickHouse(options: EmbeddedClickHouseOptions): Promise<EmbeddedClickHouse> {
  const { directory, logger } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const passwords = options.passwords ?? keptPasswords(directory);
  const configuration: ServerConfiguration = {
    directory,
    httpPort: await httpPortOf(options),
    ...(options.tcpPort !== undefined && { tcpPort: options.tcpPort }),
    passwords,
    backups: options.backups ?? join(directory, 'backups'),
    memoryBytes: options.memoryBytes ?? defaultMemoryBytes,
  };
  const previousPid = lockingProcess(directory);
  const supervised = supervise(configuration, await firstStart(configuration), logger);
  if (previousPid !== undefined) {
    logger.warn(
      { previousPid },
      'the embedded ClickHouse was not stopped in order last time; its lock is taken over, what it had acknowledged is on disk',
    );
  }
  return {
    url: `http://127.0.0.1:${configuration.httpPort}`,
    backups: configuration.backups,
    user: 'clearquay',
    password: passwords.clearquay,
    analystPassword: passwords.analyst,
    ...supervised,
  };
}

async function httpPortOf({ httpPort }: EmbeddedClickHouseOptions): Promise<number> {
  const deadline = Date.now() + handoverMs;
  for (;;) {
    try {
      return await claimPort(httpPort);
    } catch (error) {
      const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!inUse) throw error;
      if (Date.now() > deadline) {
        throw new Error(
          `port ${httpPort} of 127.0.0.1 is in use by another program, so the embedded ClickHouse cannot listen there; ` +
            'set CLEARQUAY_CLICKHOUSE_HTTP_PORT to a free port',
        );
      }
    }
    await sleep(retryMs);
  }
}

async function firstStart(configuration: ServerConfiguration): Promise<ServerProcess> {
  const deadline = Date.now() + handoverMs;
  for (;;) {
    try {
      return await startServerProcess(configuration);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!why.includes('Cannot lock file')) throw new Error(`the embedded ClickHouse did not start: ${why}`);
      if (Date.now() > deadline) {
        throw new Error(
          `the data directory ${configuration.directory} is in use by another running Clearquay (process ${lockingProcess(configuration.directory)}); ` +
            'stop that one, or choose another directory with CLEARQUAY_DATA_DIR',
        );
      }
    }
    await sleep(retryMs);
  }
}

/** The process that ClickHouse's lock file names; there is no such file after an orderly stop. */
function lockingProcess(directory: string): string | undefined {
  const file = statusFile(directory);
  return existsSync(file) ? (/^PID: (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 'unknown') : undefined;
}
