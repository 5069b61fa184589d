import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import {
  ConnectionPool,
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  encodeConsumerProtocolAssignment,
  encodeConsumerProtocolSubscription,
  findErrorBy,
  heartbeatV4,
  joinGroupV9,
  leaveGroupV5,
  offsetCommitV9,
  offsetFetchV9,
  syncGroupV5,
} from '@platformatic/kafka';
import type { BrokerAddress, Cluster } from './cluster.ts';
import { type Assignment, coPartitions } from './co-partitions.ts';
import { asEventLogError, isAnswer } from './failure.ts';
import { connectionOptions, type KafkaSettings } from './kafka-options.ts';

/** Of every assignor that gives partition p of all topics to one member, so that no other kind of member can join. */
const protocol = 'clearquay-co-partitions';
const requestMs = 10_000;

/** What this member holds in one generation of its group. */
export interface Generation {
  readonly number: number;
  readonly memberId: string;
  readonly assignment: Assignment;
}

/** The group protocol, one request per function. All but `join` answer within seconds. Failures are `EventLogError`s. */
export interface GroupCoordinator {
  /** Resolves when all members of the group have joined anew: that may take until the last one has drained. */
  join(): Promise<Generation>;
  /** `rebalance`: the group waits for this member to join anew. `lost`: it goes on without it. */
  heartbeat(generation: Generation): Promise<'held' | 'rebalance' | 'lost'>;
  /** Committed offsets by topic and partition; what was never committed is absent. */
  committed(assignment: Assignment): Promise<Map<string, Map<number, number>>>;
  /** Commits in the given generation, never in a later one; without offsets it asks whether the generation still stands. */
  commit(generation: Generation, partition: number, next: ReadonlyMap<string, number>): Promise<void>;
  /** Tells the group that this member is gone, also in the middle of a `join`, which then rejects. Nothing works after it. */
  leave(): Promise<void>;
}

export function createGroupCoordinator(
  group: string,
  topics: readonly string[],
  { cluster, settings }: { readonly cluster: Cluster; readonly settings: KafkaSettings },
): GroupCoordinator {
  // A broker that hangs is given up while the session still lasts.
  const quickMs = Math.min(requestMs, settings.sessionMs / 2);
  const quick = new ConnectionPool('clearquay', { ...connectionOptions(settings, quickMs), maxInflights: 32 });
  // A join is answered when the slowest member has joined; until then its connection does nothing else.
  const slow = new ConnectionPool('clearquay', connectionOptions(settings, settings.drainMs + 2 * requestMs));
  let found: BrokerAddress | undefined;
  let memberId = '';
  let left: Promise<void> | undefined;

  async function coordinator(): Promise<BrokerAddress> {
    found ??= await cluster.coordinator(group);
    return found;
  }

  /** Whatever went wrong on the way may mean that another broker coordinates the group now. */
  async function asking<T>(doing: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!isAnswer(error, 'REBALANCE_IN_PROGRESS', 'MEMBER_ID_REQUIRED')) found = undefined;
      if (isAnswer(error, 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID')) memberId = '';
      throw asEventLogError(error, `${doing} group ${group}`);
    }
  }

  async function joined() {
    const connection = await slow.get(await coordinator());
    const metadata = encodeConsumerProtocolSubscription({ version: 0, topics: [...topics] });
    const rebalanceMs = settings.drainMs + requestMs;
    const ask = () =>
      joinGroupV9.api.async(
        connection,
        group,
        settings.sessionMs,
        rebalanceMs,
        memberId,
        null,
        'consumer',
        [{ name: protocol, metadata }],
        null,
      );
    try {
      return await ask();
    } catch (error) {
      // The first join of a member is answered with its name, under which it has to join again.
      const named = error instanceof Error ? findErrorBy(error, 'apiId', 'MEMBER_ID_REQUIRED')?.['memberId'] : undefined;
      if (typeof named !== 'string') throw error;
      memberId = named;
      return await ask();
    }
  }

  async function assignments(members: readonly { memberId: string; metadata: Buffer }[]) {
    const counts = new Map<string, number>();
    const readers = members.map((member) => ({ id: member.memberId, topics: decodeConsumerProtocolSubscription(member.metadata).topics }));
    for (const topic of new Set(readers.flatMap((reader) => reader.topics))) counts.set(topic, (await cluster.topic(topic)).partitions);
    return [...coPartitions(readers, counts)].map(([id, assignment]) => ({
      memberId: id,
      assignment: encodeConsumerProtocolAssignment({
        version: 0,
        assignedPartitions: [...assignment].map(([topic, partitions]) => ({ topic, partitions: [...partitions] })),
      }),
    }));
  }

  async function leave(): Promise<void> {
    try {
      if (memberId !== '')
        await asking('leave', async () =>
          leaveGroupV5.api.async(await quick.get(await coordinator()), group, [{ memberId, reason: null }]),
        );
    } finally {
      await Promise.all([quick.close(), slow.close()]);
    }
  }

  async function heartbeat({ number, memberId }: Generation): Promise<'held' | 'rebalance' | 'lost'> {
    try {
      await asking('keep in', async () => heartbeatV4.api.async(await quick.get(await coordinator()), group, number, memberId, null));
      return 'held';
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (isAnswer(cause, 'REBALANCE_IN_PROGRESS')) return 'rebalance';
      if (isAnswer(cause, 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID')) return 'lost';
      throw error;
    }
  }

  return {
    join: () =>
      asking('join', async () => {
        const { generationId, leader, members, ...own } = await joined();
        memberId = own.memberId;
        const given = leader === memberId ? await assignments(members) : [];
        const connection = await slow.get(await coordinator());
        const { assignment } = await syncGroupV5.api.async(connection, group, generationId, memberId, null, 'consumer', protocol, given);
        const held = decodeConsumerProtocolAssignment(assignment).assignedPartitions;
        return { number: generationId, memberId, assignment: new Map(held.map(({ topic, partitions }) => [topic, partitions])) };
      }),
    heartbeat,
    committed: (assignment) =>
      asking('read the offsets of', async () => {
        const asked = [...assignment].map(([name, partitions]) => ({ name, partitionIndexes: [...partitions] }));
        const request = [{ groupId: group, memberId: null, memberEpoch: -1, topics: asked }];
        const { groups } = await offsetFetchV9.api.async(await quick.get(await coordinator()), request, false);
        return new Map(
          (groups[0]?.topics ?? []).map(({ name, partitions }) => [
            name,
            new Map(partitions.filter((p) => p.committedOffset >= 0n).map((p) => [p.partitionIndex, Number(p.committedOffset)])),
          ]),
        );
      }),
    async commit(generation, partition, next) {
      const { number, memberId } = generation;
      // A commit of nothing is answered without a look at the group.
      if (next.size === 0) {
        if ((await heartbeat(generation)) === 'lost') throw new PartitionLostError(group, partition, number);
        return;
      }
      const offsets = [...next].map(([name, offset]) => ({
        name,
        partitions: [{ partitionIndex: partition, committedOffset: BigInt(offset), committedLeaderEpoch: -1, committedMetadata: null }],
      }));
      try {
        await asking('commit in', async () =>
          offsetCommitV9.api.async(await quick.get(await coordinator()), group, number, memberId, null, offsets),
        );
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        const isOver = isAnswer(cause, 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID', 'REBALANCE_IN_PROGRESS');
        throw isOver ? new PartitionLostError(group, partition, number) : error;
      }
    },
    leave() {
      left ??= leave();
      return left;
    },
  };
}
