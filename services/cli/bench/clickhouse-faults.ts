import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';

/** A ClickHouse that can be taken away and started again at the same place. */
export interface ServerHolder {
  server: EmbeddedClickHouse;
  start(): Promise<EmbeddedClickHouse>;
}

/** What is done to ClickHouse; resolves with what ends it. */
export type ClickHouseFault = (holder: ServerHolder) => Promise<() => Promise<void>>;

const againMs = 5_000;
const lookMs = 50;

/** Of a server that may just be starting again: a signal to process 0 would go to the own process group. */
async function runningPid(server: EmbeddedClickHouse): Promise<number> {
  for (;;) {
    const pid = server.pid();
    if (pid !== undefined) return pid;
    await sleep(lookMs);
  }
}

/** To a server that other faults strike too: one that is gone needs no signal any more. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Each way in which ClickHouse is taken away. */
export const clickHouseFaults = {
  down: async (holder) => {
    await holder.server.stop();
    return async () => {
      holder.server = await holder.start();
    };
  },
  silent: async ({ server }) => {
    const pid = await runningPid(server);
    signal(pid, 'SIGSTOP');
    return async () => signal(pid, 'SIGCONT');
  },
  'killed again and again': async ({ server }) => {
    const kill = (): void => {
      const pid = server.pid();
      if (pid !== undefined) signal(pid, 'SIGKILL');
    };
    kill();
    const timer = setInterval(kill, againMs);
    return async () => clearInterval(timer);
  },
} as const satisfies Record<string, ClickHouseFault>;
