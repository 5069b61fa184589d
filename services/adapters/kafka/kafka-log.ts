import type { EventLog, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { createCluster } from './cluster.ts';
import { type GroupMembership, joinGroup } from './group-membership.ts';
import { type KafkaLogOptions, kafkaSettings } from './kafka-options.ts';
import { createReader } from './reader.ts';
import { createSender } from './sender.ts';
import { ensureTopics } from './topic-check.ts';

/** The event log on Apache Kafka, 3.7 or later. Nothing is connected before the first call. */
export function openKafkaLog(options: KafkaLogOptions): EventLog {
  const settings = kafkaSettings(options);
  const cluster = createCluster(settings);
  const compacted = new Set<string>();
  const sender = createSender({ cluster, settings, compacted });
  const reader = createReader({ cluster, settings });
  const memberships = new Set<GroupMembership>();
  const groups = new Map<string, string>();
  let state: 'open' | 'closing' | 'closed' = 'open';
  let closing: Promise<void> | undefined;

  const refuse = (): never => {
    throw new EventLogError('CQ_UNAVAILABLE', 'The event log is closed');
  };

  async function join(...[group, topics, own]: Parameters<EventLog['join']>): ReturnType<EventLog['join']> {
    if (state !== 'open') refuse();
    if (topics.length === 0) throw new RangeError(`Group ${group} names no topic`);
    const names = JSON.stringify([...topics].sort());
    if ((groups.get(group) ?? names) !== names) throw new RangeError(`The members of group ${group} do not read the same topics`);
    groups.set(group, names);
    for (const topic of topics) await cluster.topic(topic);
    const membership = joinGroup({ group, topics, own, cluster, settings, logger: settings.logger });
    memberships.add(membership);
    const leave = async (): Promise<void> => {
      memberships.delete(membership);
      await membership.leave();
    };
    await membership.joined.catch((error: unknown) => {
      memberships.delete(membership);
      throw error;
    });
    return { leave };
  }

  // Owners that are ending may still append; only then are the connections shut.
  async function close(): Promise<void> {
    state = 'closing';
    await Promise.allSettled([...memberships].map((membership) => membership.leave()));
    state = 'closed';
    await sender.drained();
    await Promise.all([reader.close(), sender.close()]);
    await cluster.close();
  }

  return {
    async ensureTopics(topics) {
      if (state === 'closed') refuse();
      await ensureTopics(cluster, topics, settings.replicas);
      for (const { name, cleanup } of topics) if (cleanup === 'compact') compacted.add(name);
    },
    append: async (records) => (state === 'closed' ? refuse() : sender.append(records)),
    join,
    read: async (...place): Promise<readonly StoredRecord[]> => (state === 'closed' ? refuse() : reader.read(...place)),
    bounds: async (topic) => (state === 'closed' ? refuse() : cluster.bounds(topic)),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
