import type { EventLog, LogRecord, OwnedPartition, StoredRecord, TopicSpec } from '@clearquay/domain/ports/event-log.ts';

/** Partitions of the topics of these tests. */
export const partitions = 4;

export const quay: TopicSpec = { name: 'test.quay.v1', partitions, cleanup: 'delete' };
export const yard: TopicSpec = { name: 'test.yard.v1', partitions, cleanup: 'delete' };
export const berths: TopicSpec = { name: 'test.berths.v1', partitions: 1, cleanup: 'compact' };

export const record = (topic: TopicSpec, partition: number, text: string, key: string | null = 'CNDLC'): LogRecord => ({
  topic: topic.name,
  partition,
  key,
  value: Buffer.from(text),
});

export const textOf = ({ value }: StoredRecord): string | null => (value === null ? null : Buffer.from(value).toString());

/** Everything in one partition, read to its end. */
export async function readAll(log: EventLog, topic: TopicSpec, partition: number): Promise<StoredRecord[]> {
  const end = (await log.bounds(topic.name))[partition]?.end ?? 0;
  const all: StoredRecord[] = [];
  for (let offset = 0; offset < end; ) {
    const some = await log.read(topic.name, partition, offset, { maxRecords: 100, waitMs: 0 });
    if (some.length === 0) break;
    all.push(...some);
    offset = (some.at(-1)?.offset ?? end) + 1;
  }
  return all;
}

/** Polls until so many records came. */
export async function pollCount(owned: OwnedPartition, count: number): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  while (all.length < count && !owned.lost.aborted) all.push(...(await owned.poll({ maxRecords: count - all.length, waitMs: 1_000 })));
  return all;
}

/** Resolves when the signal fires. */
export const fired = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** A member that holds what it is given until it is lost. */
export interface Holder {
  readonly own: (owned: OwnedPartition) => Promise<void>;
  /** What it was given in its newest generation, by partition. */
  held(): OwnedPartition[];
  /** Waits until it holds so many partitions of one generation. */
  holds(count: number): Promise<OwnedPartition[]>;
}

export function createHolder(): Holder {
  let now: OwnedPartition[] = [];
  const waiters: { count: number; resolve: (owned: OwnedPartition[]) => void }[] = [];
  const held = (): OwnedPartition[] => now.filter(({ lost }) => !lost.aborted).sort((a, b) => a.partition - b.partition);
  return {
    held,
    async own(owned) {
      now = [...now.filter(({ generation }) => generation === owned.generation), owned];
      for (const { count, resolve } of waiters) if (held().length === count) resolve(held());
      await fired(owned.lost);
    },
    holds: (count) =>
      new Promise((resolve) => {
        if (held().length === count) resolve(held());
        else waiters.push({ count, resolve });
      }),
  };
}
