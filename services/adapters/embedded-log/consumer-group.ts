import { setTimeout as delay } from 'node:timers/promises';
import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';

const retryMs = 250;

export interface ConsumerGroupDeps {
  readonly name: string;
  readonly partitions: number;
  /** A number above all before, durable, and the committed offsets by stream. */
  newGeneration(): Promise<{ generation: number; committed: ReadonlyMap<number, number> }>;
  ownedPartition(partition: number, generation: number, committed: ReadonlyMap<number, number>, lost: AbortSignal): OwnedPartition;
  /** Ends the waiting of polls, after `lost` fired. */
  wake(): void;
  /** How long an owner may go on after `lost` before it is passed over; its commits are refused all the while. */
  readonly sessionMs: number;
  readonly logger: Logger | undefined;
}

type Own = (owned: OwnedPartition) => Promise<void>;

/** Spreads partitions over the members of one process. Every change is eager: all is given up, then handed out again. */
export interface ConsumerGroup {
  join(own: Own): Promise<{ leave(): Promise<void> }>;
  /** Takes everything from everybody and resolves when all owners have returned. */
  close(): Promise<void>;
}

interface Member {
  readonly own: Own;
  readonly failures: unknown[];
}

export function createConsumerGroup(deps: ConsumerGroupDeps): ConsumerGroup {
  const { name, partitions, logger } = deps;
  const members: Member[] = [];
  let lost = new AbortController();
  let owners: Promise<void>[] = [];
  let turn: Promise<void> = Promise.resolve();
  let closed = false;

  async function giveUp(): Promise<void> {
    lost.abort();
    deps.wake();
    const returned = new AbortController();
    const late = delay(deps.sessionMs, 'late', { signal: returned.signal }).catch(() => 'cancelled');
    if ((await Promise.race([Promise.all(owners), late])) === 'late') {
      logger?.error({ group: name, sessionMs: deps.sessionMs }, 'an owner did not return in time and is passed over');
    }
    returned.abort();
    owners = [];
  }

  /** A full or failed disk passes: meanwhile nobody owns anything, and nothing is lost. */
  async function newGeneration(): ReturnType<ConsumerGroupDeps['newGeneration']> {
    for (;;) {
      try {
        return await deps.newGeneration();
      } catch (error) {
        if (closed || !(error instanceof EventLogError)) throw error;
        logger?.error({ group: name, err: error }, 'the group waits until its generation can be stored');
        await delay(retryMs);
      }
    }
  }

  async function run(member: Member, owned: OwnedPartition): Promise<void> {
    try {
      await member.own(owned);
    } catch (error) {
      member.failures.push(error);
      logger?.error({ group: name, partition: owned.partition, err: error }, 'the owner of a partition failed');
    }
  }

  async function handOut(): Promise<void> {
    if (members.length === 0) return;
    const { generation, committed } = await newGeneration();
    lost = new AbortController();
    for (let partition = 0; partition < partitions; partition++) {
      const member = members[partition % members.length] as Member;
      owners.push(run(member, deps.ownedPartition(partition, generation, committed, lost.signal)));
    }
  }

  /** One change after another; a change that failed does not stop the next. */
  function change(members: () => void): Promise<void> {
    const changed = turn.then(async () => {
      await giveUp();
      members();
      await handOut();
    });
    turn = changed.catch(() => undefined);
    return changed;
  }

  const drop = (member: Member): void => {
    const at = members.indexOf(member);
    if (at >= 0) members.splice(at, 1);
  };

  return {
    async join(own) {
      const member: Member = { own, failures: [] };
      try {
        await change(() => members.push(member));
      } catch (error) {
        drop(member);
        throw error;
      }
      let left: Promise<void> | undefined;
      return {
        async leave() {
          left ??= members.includes(member) ? change(() => drop(member)) : Promise.resolve();
          await left;
          if (member.failures.length > 0) throw member.failures[0];
        },
      };
    },
    close() {
      closed = true;
      return change(() => members.splice(0));
    },
  };
}
