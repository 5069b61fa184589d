import type { EventLog, OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts';
import type { LogReader } from './log-reader.ts';
import { createOwnedPartition } from './owned-partition.ts';
import type { StreamEnds } from './stream-ends.ts';
import type { TopicDirectory } from './topic-directory.ts';
import type { WorkerClient } from './worker-client.ts';
import type { WriteQueue } from './write-queue.ts';

export interface GroupsDeps {
  readonly worker: WorkerClient;
  readonly topics: TopicDirectory;
  readonly ends: StreamEnds;
  readonly queue: WriteQueue;
  readonly reader: LogReader;
  /** Milliseconds that an owner may go on after `lost`. */
  readonly sessionMs: number;
  readonly logger: Logger | undefined;
}

/** All consumer groups of the log, by name. */
export interface Groups {
  readonly join: EventLog['join'];
  /** Takes every partition from every member and lets nobody join any more. */
  close(): Promise<void>;
}

export function createGroups(deps: GroupsDeps): Groups {
  const groups = new Map<string, { readonly topicNames: string; readonly group: ConsumerGroup }>();
  let closed = false;

  function open(name: string, topicNames: readonly string[]): ConsumerGroup {
    const topics = topicNames.map(deps.topics.topic);
    const partitions = Math.max(...topics.map((topic) => topic.partitions));
    const streams = topics.flatMap((topic) => Array.from({ length: topic.partitions }, (_, at) => topic.firstStream + at));
    return createConsumerGroup({
      name,
      partitions,
      async newGeneration() {
        const { generation, committed } = await deps.worker.call('newGeneration', name);
        return { generation, committed: new Map(committed) };
      },
      ownedPartition(partition, generation, committed, lost): OwnedPartition {
        const here = topics.filter((topic) => partition < topic.partitions);
        return createOwnedPartition({
          group: name,
          partition,
          generation,
          lost,
          streams: new Map(here.map((topic) => [topic.name, topic.firstStream + partition])),
          committed,
          ends: deps.ends,
          read: deps.reader.ranges,
          commit: deps.queue.commit,
        });
      },
      wake: () => deps.ends.wake(streams),
      sessionMs: deps.sessionMs,
      logger: deps.logger,
    });
  }

  return {
    async join(name, topics, own) {
      if (closed) throw new EventLogError('CQ_UNAVAILABLE', 'The event log is closed');
      if (topics.length === 0) throw new RangeError(`Group ${name} names no topic`);
      const topicNames = JSON.stringify([...topics].sort());
      const there = groups.get(name) ?? { topicNames, group: open(name, topics) };
      groups.set(name, there);
      if (there.topicNames !== topicNames) throw new RangeError(`The members of group ${name} do not read the same topics`);
      return there.group.join(own);
    },
    async close() {
      closed = true;
      await Promise.all([...groups.values()].map(({ group }) => group.close()));
    },
  };
}
