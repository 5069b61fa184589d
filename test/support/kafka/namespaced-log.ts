import type { EventLog, OwnedPartition, StoredRecord } from '@clearquay/domain/ports/event-log.ts';

/** A log on which topics and groups have names of their own, so that tests that share a broker do not meet. */
export function namespacedLog(log: EventLog, space: string): EventLog {
  const inside = (topic: string): string => `${space}.${topic}`;
  const outside = (record: StoredRecord): StoredRecord => ({ ...record, topic: record.topic.slice(space.length + 1) });
  const owned = (partition: OwnedPartition): OwnedPartition => ({
    partition: partition.partition,
    generation: partition.generation,
    lost: partition.lost,
    poll: async (bounds) => (await partition.poll(bounds)).map(outside),
    commit: (next) => partition.commit(new Map([...next].map(([topic, offset]) => [inside(topic), offset]))),
  });
  return {
    ensureTopics: (topics) => log.ensureTopics(topics.map((topic) => ({ ...topic, name: inside(topic.name) }))),
    append: (records) => log.append(records.map((record) => ({ ...record, topic: inside(record.topic) }))),
    join: (group, topics, own) => log.join(inside(group), topics.map(inside), (partition) => own(owned(partition))),
    read: async (topic, partition, offset, bounds) => (await log.read(inside(topic), partition, offset, bounds)).map(outside),
    bounds: (topic) => log.bounds(inside(topic)),
    close: () => log.close(),
  };
}
