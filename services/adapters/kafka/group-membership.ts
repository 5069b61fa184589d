import { setTimeout as delay } from 'node:timers/promises';
import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Cluster } from './cluster.ts';
import { createGroupCoordinator, type Generation } from './group-coordinator.ts';
import { type GroupSession, openSession } from './group-session.ts';
import type { KafkaSettings } from './kafka-options.ts';

/** Failures of a first join are tried again for so long, as while a new cluster chooses its coordinators. */
const firstJoinMs = 30_000;
const retryMs = 300;

export interface GroupMembershipDeps {
  readonly group: string;
  readonly topics: readonly string[];
  readonly own: (owned: OwnedPartition) => Promise<void>;
  readonly cluster: Cluster;
  readonly settings: KafkaSettings;
  readonly logger: Logger | undefined;
}

/** One member of a group. */
export interface GroupMembership {
  /** Resolves with the first generation; rejects when there is none for 30 s, or when the member leaves before. */
  readonly joined: Promise<void>;
  /** Gives everything up, leaves the group when all owners have returned, and rejects with what the first one failed with. */
  leave(): Promise<void>;
}

/**
 * Joins a group and keeps in it until told to leave. One loop has all of its state: join, hand the partitions out,
 * keep the session alive until the group changes, take all partitions back, join again. A partition is given up only
 * after its owner has returned, or was passed over after `drainMs`.
 */
export function joinGroup(deps: GroupMembershipDeps): GroupMembership {
  const { group, topics, own, settings, logger } = deps;
  const coordinator = createGroupCoordinator(group, topics, deps);
  const leaving = new AbortController();
  const failures: unknown[] = [];
  const first = Promise.withResolvers<void>();
  const joinBy = performance.now() + firstJoinMs;
  const heartbeatMs = Math.max(100, settings.sessionMs / 10);
  let isFirst = true;
  let isJoining = false;

  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal: leaving.signal }).catch(() => undefined);

  async function run(owned: OwnedPartition): Promise<void> {
    try {
      await own(owned);
    } catch (error) {
      failures.push(error);
      logger?.error({ group, partition: owned.partition, err: error }, 'the owner of a partition failed');
    }
  }

  /** Resolves when the group changes, the session may have ended unseen, or the member leaves. */
  async function keep(generation: Generation): Promise<void> {
    let heard = performance.now();
    while (!leaving.signal.aborted) {
      await pause(heartbeatMs);
      if (leaving.signal.aborted) return;
      try {
        if ((await coordinator.heartbeat(generation)) !== 'held') return;
        heard = performance.now();
      } catch (err) {
        logger?.warn({ err, group }, 'a heartbeat was not answered');
        if (performance.now() - heard > settings.sessionMs) return;
      }
    }
  }

  /** Takes all partitions back. The session is kept alive meanwhile, so that nobody else is given them. */
  async function giveBack(session: GroupSession, generation: Generation): Promise<void> {
    const over = new AbortController();
    const beating = (async () => {
      while (!over.signal.aborted) {
        await delay(heartbeatMs, undefined, { signal: over.signal }).catch(() => undefined);
        if (!over.signal.aborted) await coordinator.heartbeat(generation).catch(() => undefined);
      }
    })();
    session.revoke();
    const late = delay(settings.drainMs, 'late', { signal: over.signal }).catch(() => undefined);
    if ((await Promise.race([session.drained, late])) === 'late') {
      logger?.error({ group, drainMs: settings.drainMs }, 'an owner did not return in time and is passed over');
    }
    over.abort();
    await Promise.all([beating, session.close()]);
  }

  async function takeTurn(): Promise<void> {
    isJoining = true;
    const generation = await coordinator.join().finally(() => {
      isJoining = false;
    });
    leaving.signal.throwIfAborted();
    const session = await openSession({ ...deps, generation, coordinator, run });
    isFirst = false;
    first.resolve();
    await keep(generation);
    await giveBack(session, generation);
  }

  async function loop(): Promise<void> {
    while (!leaving.signal.aborted) {
      try {
        await takeTurn();
      } catch (error) {
        if (leaving.signal.aborted) break;
        logger?.warn({ err: error, group }, 'the group could not be joined and is joined again');
        if (isFirst && performance.now() > joinBy) {
          first.reject(error);
          break;
        }
        await pause(retryMs);
      }
    }
  }

  const ended = loop();
  let left: Promise<void> | undefined;
  /** A group that cannot be told sees by itself that the member is gone, when its session ends. */
  const tell = (): Promise<void> =>
    coordinator.leave().catch((err: unknown) => logger?.warn({ err, group }, 'the group was not told that a member left'));

  async function leave(): Promise<void> {
    leaving.abort();
    first.reject(new EventLogError('CQ_UNAVAILABLE', `Group ${group} was left before it was joined`));
    // A join may wait for others for long; leaving ends it. Otherwise what is owned is given back first.
    if (isJoining) await tell();
    await ended;
    await tell();
  }
  first.promise.catch(leave);
  return {
    joined: first.promise,
    async leave() {
      left ??= leave();
      await left;
      if (failures.length > 0) throw failures[0];
    },
  };
}
