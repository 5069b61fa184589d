import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { type ServerConfiguration, statusFile } from './server-configuration.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** A server that is started again whenever it dies. */
export interface SupervisedServer {
  /** The process that serves now, or nothing while it is being restarted. */
  pid(): number | undefined;
  /** Calls back each time the server answers again after it died. Gives a function that ends the subscription. */
  onRestart(listener: () => void): () => void;
  /** Ends the server; resolves when its process is gone. */
  stop(): Promise<void>;
}

const firstBackoffMs = 100;
const longestBackoffMs = 5_000;
/** A server that lived this long starts over with the first backoff. */
const stableAfterMs = 60_000;

/** Watches over a running server: when it dies it is started again, waiting longer each time it does not last. */
export function supervise(configuration: ServerConfiguration, first: ServerProcess, logger: Logger): SupervisedServer {
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let current: ServerProcess | undefined = first;

  async function keepRunning(): Promise<void> {
    let backoffMs = firstBackoffMs;
    while (!stopping.signal.aborted) {
      if (current) {
        const lived = await lifeOf(current);
        current = undefined;
        if (stopping.signal.aborted) return;
        if (lived.ms > stableAfterMs) backoffMs = firstBackoffMs;
        logger.error({ how: lived.how, backoffMs }, 'the embedded ClickHouse died and is started again');
      }
      await sleep(backoffMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
      current = await startAgain(configuration, logger);
      if (current) for (const listener of listeners) listener();
    }
    await current?.end();
  }
  const running = keepRunning();

  return {
    pid: () => current?.pid,
    onRestart(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      stopping.abort();
      await current?.end();
      await running;
      // So that only a crash leaves it: the next start can tell the two apart.
      rmSync(statusFile(configuration.directory), { force: true });
    },
  };
}

async function lifeOf(server: ServerProcess): Promise<{ how: string; ms: number }> {
  const startedAt = performance.now();
  const how = await server.ended;
  return { how, ms: performance.now() - startedAt };
}

async function startAgain(configuration: ServerConfiguration, logger: Logger): Promise<ServerProcess | undefined> {
  try {
    const server = await startServerProcess(configuration);
    logger.info({ pid: server.pid }, 'the embedded ClickHouse serves again');
    return server;
  } catch (error) {
    logger.error({ error: String(error) }, 'the embedded ClickHouse did not come back; trying again');
    return undefined;
  }
}
