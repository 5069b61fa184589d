import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { type Bell, createBell } from './bell.ts';
import type { Cluster } from './cluster.ts';
import { createFetcher } from './fetcher.ts';
import type { Generation, GroupCoordinator } from './group-coordinator.ts';
import type { KafkaSettings } from './kafka-options.ts';
import { createOwnedPartition } from './owned-partition.ts';
import { PartitionStream } from './partition-stream.ts';

export interface GroupSessionDeps {
  readonly group: string;
  readonly generation: Generation;
  readonly coordinator: GroupCoordinator;
  readonly cluster: Cluster;
  readonly settings: KafkaSettings;
  readonly logger: Logger | undefined;
  /** Runs the owner of one partition; never rejects. */
  readonly run: (owned: OwnedPartition) => Promise<void>;
}

/** The partitions of one member in one generation, handed out to their owners. */
export interface GroupSession {
  /** Fires `lost` at every owner. */
  revoke(): void;
  /** Resolves when every owner has returned. */
  readonly drained: Promise<void>;
  /** Ends the fetching. */
  close(): Promise<void>;
}

/** A stream per partition of every topic, from the committed offset, else from the oldest record that is there. */
async function openStreams({ generation, coordinator, cluster, settings }: GroupSessionDeps): Promise<PartitionStream[]> {
  const { assignment } = generation;
  const committed = await coordinator.committed(assignment);
  const streams: PartitionStream[] = [];
  for (const [topic, partitions] of assignment) {
    if (partitions.length === 0) continue;
    const starts = partitions.every((partition) => committed.get(topic)?.has(partition)) ? [] : await cluster.bounds(topic);
    for (const partition of partitions) {
      const offset = committed.get(topic)?.get(partition) ?? starts[partition]?.start ?? 0;
      streams.push(new PartitionStream(topic, partition, offset, settings.maxBatchBytes));
    }
  }
  return streams;
}

/** Opens the partitions of a generation. Rejects when their offsets cannot be read; nothing is owned then. */
export async function openSession(deps: GroupSessionDeps): Promise<GroupSession> {
  const { group, generation, coordinator, cluster, settings, logger, run } = deps;
  const streams = await openStreams(deps);
  const lost = new AbortController();
  const byPartition = Map.groupBy(streams, ({ partition }) => partition);
  const bells = new Map<number, Bell>([...byPartition.keys()].map((partition) => [partition, createBell()]));
  const fetcher = createFetcher({ cluster, settings, streams, changed: ({ partition }) => bells.get(partition)?.ring(), logger });
  fetcher.start();
  const owners = [...byPartition].map(([partition, those]) =>
    run(
      createOwnedPartition({
        group,
        partition,
        generation: generation.number,
        lost: lost.signal,
        streams: those,
        bell: bells.get(partition) ?? createBell(),
        taken: fetcher.taken,
        commit: (next) => coordinator.commit(generation, partition, next),
      }),
    ),
  );
  return {
    revoke() {
      lost.abort();
      for (const bell of bells.values()) bell.ring();
    },
    drained: Promise.all(owners).then(() => undefined),
    close: fetcher.stop,
  };
}
