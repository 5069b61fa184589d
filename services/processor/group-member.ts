import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog, OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Counter } from '@clearquay/domain/ports/metrics.ts';

/** When an owner has to end. */
export interface Session {
  /** End after the batch in flight. */
  readonly stop: AbortSignal;
  /** Give the batch in flight up. */
  readonly giveUp: AbortSignal;
}

export interface GroupMemberDeps {
  readonly log: EventLog;
  readonly group: string;
  readonly topics: readonly string[];
  /** Works on one partition until it is lost or the session ends. */
  readonly own: (owned: OwnedPartition, session: Session) => Promise<void>;
  readonly logger: Logger;
  readonly restarts: Counter;
  /** Pause before the group is joined again after a failure. */
  readonly restartMs: number;
  /** How long owners may take to finish their batch. */
  readonly drainMs: number;
}

/** Membership of a consumer group that outlives failures. */
export interface GroupMember {
  start(): Promise<void>;
  /** Resolves when every owner has returned and the group is left. */
  close(): Promise<void>;
}

interface Running extends Session {
  readonly end: () => Promise<void>;
}

/**
 * Joins a group and keeps in it. An owner that fails unexpectedly may have changed its memory without having written
 * it, and a poll cannot go back: so everything is given up and begun again from the committed offsets.
 */
export function createGroupMember(deps: GroupMemberDeps): GroupMember {
  const { log, group, topics, own, logger, restarts, restartMs, drainMs } = deps;
  const closing = new AbortController();
  let current: Running | undefined;
  let restarting: Promise<void> = Promise.resolve();

  function join(): { session: Running; joined: Promise<unknown> } {
    const stop = new AbortController();
    const giveUp = new AbortController();
    const owners = new Set<Promise<void>>();
    const run = async (owned: OwnedPartition): Promise<void> => {
      const owner = own(owned, session).catch((err: unknown) => {
        if (owned.lost.aborted || stop.signal.aborted) logger.warn({ err, group, partition: owned.partition }, 'a batch was given up');
        else fail(session, owned.partition, err);
      });
      owners.add(owner);
      await owner;
      owners.delete(owner);
    };
    const joined = Promise.resolve().then(() => log.join(group, topics, run));
    const end = async (): Promise<void> => {
      stop.abort();
      const timer = setTimeout(() => giveUp.abort(new Error('the drain took too long')), drainMs);
      await Promise.all(owners);
      const membership = await joined.catch(() => undefined);
      await membership?.leave();
      clearTimeout(timer);
    };
    const session: Running = { stop: stop.signal, giveUp: giveUp.signal, end };
    return { session, joined };
  }

  function fail(session: Running, partition: number, err: unknown): void {
    logger.error({ err, group, partition }, 'the owner of a partition failed; all partitions are taken over anew');
    if (session !== current || closing.signal.aborted) return;
    current = undefined;
    restarts.add(1);
    restarting = restart(session);
  }

  async function restart(ended: Running): Promise<void> {
    await ended.end().catch((err: unknown) => logger.warn({ err, group }, 'the group could not be left'));
    while (!closing.signal.aborted) {
      await delay(restartMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
      const { session, joined } = join();
      current = session;
      try {
        await joined;
        return;
      } catch (err) {
        logger.error({ err, group }, 'the group could not be joined');
      }
    }
  }

  return {
    async start() {
      const { session, joined } = join();
      current = session;
      await joined;
    },
    async close() {
      closing.abort();
      await restarting;
      await current?.end();
    },
  };
}
