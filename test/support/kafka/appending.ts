import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';

/** Writers that append numbered texts without end. */
export interface Appending {
  /** What was acknowledged so far. */
  readonly acknowledged: ReadonlySet<string>;
  /** Appends that were refused. */
  readonly refused: readonly EventLogError[];
  /** Resolves when so many more texts were acknowledged in every partition. */
  more(count: number): Promise<void>;
  /** Ends the writers after their append in flight. */
  stop(): Promise<void>;
}

/** Starts one writer per partition, which sends again what was not acknowledged, as the callers of intake do. */
export function startAppending(log: EventLog, topic: string, partitions: number): Appending {
  const acknowledged = new Set<string>();
  const refused: EventLogError[] = [];
  const waiters = new Set<() => void>();
  const counts = Array.from({ length: partitions }, () => 0);
  let isOver = false;

  async function write(partition: number): Promise<void> {
    for (let at = 0; !isOver; ) {
      const text = `${partition}/${at}`;
      try {
        await log.append([{ topic, partition, key: 'CNDLC', value: Buffer.from(text) }]);
        acknowledged.add(text);
        counts[partition] = at + 1;
        for (const wake of waiters) wake();
        at++;
      } catch (error) {
        if (!(error instanceof EventLogError)) throw error;
        refused.push(error);
      }
    }
  }

  const writers = Promise.all(Array.from({ length: partitions }, (_, partition) => write(partition)));
  return {
    acknowledged,
    refused,
    async more(count) {
      const enough = counts.map((there) => there + count);
      while (counts.some((there, partition) => there < (enough[partition] ?? 0))) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiters.add(resolve);
        await Promise.race([promise, writers]);
        waiters.delete(resolve);
      }
    },
    async stop() {
      isOver = true;
      await writers;
    },
  };
}
