import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { Admin, type ClusterMetadata, FindCoordinatorKeyTypes, ListOffsetTimestamps } from '@platformatic/kafka';
import { asEventLogError } from './failure.ts';
import { connectionOptions, type KafkaSettings } from './kafka-options.ts';
import { createTurningClient } from './turning-client.ts';

const requestMs = 10_000;

/** A broker as its clients reach it. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a topic lies at the moment. */
export interface TopicPlaces {
  readonly id: string;
  readonly partitions: number;
  /** The broker that leads a partition; nothing while there is none. */
  leader(partition: number): BrokerAddress | undefined;
}

/** What is known of the cluster, some seconds old at most. Every failure is an `EventLogError`. */
export interface Cluster {
  /** Runs a request of an administrator; `doing` completes "Kafka failed to". */
  ask<T>(doing: string, request: (admin: Admin) => Promise<T>): Promise<T>;
  /** Throws when there is no such topic. */
  topic(name: string): Promise<TopicPlaces>;
  /** Asks the brokers again at the next call: something has moved. */
  forget(): void;
  bounds(topic: string): Promise<{ readonly start: number; readonly end: number }[]>;
  /** The broker that coordinates a group. */
  coordinator(group: string): Promise<BrokerAddress>;
  close(): Promise<void>;
}

/** Connects to nothing before it is asked. */
export function createCluster(settings: KafkaSettings): Cluster {
  const client = createTurningClient(
    settings.brokers,
    (bootstrapBrokers) => new Admin({ ...connectionOptions(settings, requestMs), bootstrapBrokers, retries: 2, retryDelay: 300 }),
  );
  let forgotten = false;

  /** A request that was not answered is made once more, to another broker. */
  async function ask<T>(doing: string, request: (admin: Admin) => Promise<T>, isAgain = false): Promise<T> {
    const admin = client.current;
    try {
      return await request(admin);
    } catch (error) {
      forgotten = true;
      client.failed(admin, error);
      if (isAgain || client.current === admin) throw asEventLogError(error, doing);
      return await ask(doing, request, true);
    }
  }

  function metadata(topic: string): Promise<ClusterMetadata> {
    const forceUpdate = forgotten;
    forgotten = false;
    return ask(`find topic ${topic}`, (admin) => admin.metadata({ topics: [topic], forceUpdate }));
  }

  async function topic(name: string): Promise<TopicPlaces> {
    const { brokers, topics } = await metadata(name);
    const found = topics.get(name);
    if (!found) throw new EventLogError('CQ_UNAVAILABLE', `There is no topic ${name}`);
    return {
      id: found.id,
      partitions: found.partitionsCount,
      leader: (partition) => brokers.get(found.partitions[partition]?.leader ?? -1),
    };
  }

  async function offsets(name: string, partitions: number, timestamp: bigint): Promise<number[]> {
    const asked = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp }));
    const listed = await ask(`list the offsets of topic ${name}`, (admin) => admin.listOffsets({ topics: [{ name, partitions: asked }] }));
    const found = new Map(listed.flatMap((it) => it.partitions.map((p) => [p.partitionIndex, Number(p.offset)])));
    return asked.map(({ partitionIndex }) => found.get(partitionIndex) ?? 0);
  }

  return {
    ask: (doing, request) => ask(doing, request),
    topic,
    forget() {
      forgotten = true;
    },
    async bounds(name) {
      const { partitions } = await topic(name);
      const [starts, ends] = await Promise.all([
        offsets(name, partitions, ListOffsetTimestamps.EARLIEST),
        offsets(name, partitions, ListOffsetTimestamps.LATEST),
      ]);
      return starts.map((start, partition) => ({ start, end: ends[partition] ?? start }));
    },
    async coordinator(group) {
      const doing = `find the coordinator of group ${group}`;
      const [found] = await ask(doing, (admin) => admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [group] }));
      if (!found) throw new EventLogError('CQ_UNAVAILABLE', `Kafka failed to ${doing}: no broker coordinates it`);
      return found;
    },
    close: client.close,
  };
}
