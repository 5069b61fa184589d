import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { ConnectionPool, ProtocolError } from '@platformatic/kafka';
import type { BrokerAddress, Cluster } from './cluster.ts';
import { asEventLogError, isAnswer } from './failure.ts';
import { type FetchBounds, type FetchedPartition, fetchFrom } from './fetch.ts';
import { connectionOptions, type KafkaSettings } from './kafka-options.ts';
import type { PartitionStream } from './partition-stream.ts';

/** How long a broker waits for records: a stream that wants to go on joins the next request only. */
const idleWaitMs = 100;
const busyWaitMs = 10;
const retryMs = 250;
const requestMs = 5_000;
const maxAnswerBytes = 8 * 2 ** 20;

export interface FetcherDeps {
  readonly cluster: Cluster;
  readonly settings: KafkaSettings;
  readonly streams: readonly PartitionStream[];
  /** Something came for a stream, or went wrong with it. */
  readonly changed: (stream: PartitionStream) => void;
  readonly logger: Logger | undefined;
}

/** Keeps streams filled, each up to its share of the buffer: one request at a time to every broker that leads some of them. */
export interface Fetcher {
  start(): void;
  /** Somebody took records: full streams may go on. */
  taken(): void;
  stop(): Promise<void>;
}

export function createFetcher({ cluster, settings, streams, changed, logger }: FetcherDeps): Fetcher {
  const pool = new ConnectionPool('clearquay', connectionOptions(settings, requestMs));
  const busy = new Set<string>();
  const stopping = new AbortController();
  // A stream goes on while half of its share is free, and then gets the other half, or one batch that is larger.
  const share = 2 * Math.ceil(Math.max(32 * 1024, settings.maxBufferedBytes / 2 / Math.max(1, streams.length)));
  const isFull = (stream: PartitionStream): boolean => stream.bytes >= share / 2;
  let looking = false;
  let lookAgain = false;
  let turn = 0;

  function failed(those: readonly PartitionStream[], error: unknown): void {
    for (const stream of those) {
      if (!stream.failure) logger?.warn({ err: error, topic: stream.topic, partition: stream.partition }, 'a partition cannot be read now');
      stream.failure = error;
      changed(stream);
    }
    cluster.forget();
  }

  async function take(stream: PartitionStream, { error, bytes }: FetchedPartition): Promise<void> {
    if (error === 0) {
      const isNews = bytes.length > 0 || !stream.isKnown;
      stream.put(bytes);
      stream.isKnown = true;
      stream.failure = undefined;
      if (isNews) changed(stream);
      return;
    }
    const answer = new ProtocolError(error);
    if (!isAnswer(answer, 'OFFSET_OUT_OF_RANGE')) return failed([stream], answer);
    // What was to be read next is gone, by retention or with a log that was lost: the oldest that is left is next.
    const { start = 0 } = (await cluster.bounds(stream.topic))[stream.partition] ?? {};
    logger?.warn({ topic: stream.topic, partition: stream.partition, from: stream.fetchOffset, to: start }, 'records are gone');
    stream.seek(start);
  }

  async function fetch(broker: BrokerAddress, those: readonly PartitionStream[]): Promise<void> {
    const bounds: FetchBounds = {
      waitMs: streams.some(isFull) ? busyWaitMs : idleWaitMs,
      maxBytes: maxAnswerBytes,
      maxPartitionBytes: share / 2,
    };
    const ids = new Map<string, string>();
    for (const topic of new Set(those.map((stream) => stream.topic))) ids.set(topic, (await cluster.topic(topic)).id);
    // A batch that is larger than what may come of its partition comes whole for the first partition that has something.
    const first = turn++ % those.length;
    const inTurn = [...those.slice(first), ...those.slice(0, first)];
    const positions = inTurn.map(({ topic, partition, fetchOffset }) => ({
      topicId: ids.get(topic) ?? '',
      partition,
      offset: fetchOffset,
    }));
    const answers = await fetchFrom(await pool.get(broker), positions, bounds);
    for (const answer of answers) {
      const stream = those.find(({ topic, partition }) => partition === answer.partition && ids.get(topic) === answer.topicId);
      if (stream) await take(stream, answer);
    }
    if (those.some(({ failure }) => failure)) await pause();
  }

  const pause = (): Promise<void> => delay(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function run(key: string, broker: BrokerAddress, those: readonly PartitionStream[]): Promise<void> {
    busy.add(key);
    try {
      await fetch(broker, those);
    } catch (error) {
      if (!stopping.signal.aborted) {
        failed(those, asEventLogError(error, 'fetch records'));
        await pause();
      }
    } finally {
      busy.delete(key);
      void look();
    }
  }

  /** What every broker leads of that which wants to go on; what nobody leads stands under the empty key. */
  async function wanted(): Promise<Map<string, { broker: BrokerAddress | undefined; those: PartitionStream[] }>> {
    const found = new Map<string, { broker: BrokerAddress | undefined; those: PartitionStream[] }>();
    for (const [topic, those] of Map.groupBy(streams, (stream) => stream.topic)) {
      const places = await cluster.topic(topic);
      for (const stream of those.filter((it) => !isFull(it))) {
        const broker = places.leader(stream.partition);
        const key = broker ? `${broker.host}:${broker.port}` : '';
        const there = found.get(key) ?? { broker, those: [] };
        found.set(key, there);
        there.those.push(stream);
      }
    }
    return found;
  }

  /** Sends a request to every broker that is idle and leads a stream that wants to go on. */
  async function look(): Promise<void> {
    lookAgain = looking;
    if (looking || stopping.signal.aborted) return;
    looking = true;
    try {
      for (const [key, { broker, those }] of await wanted()) {
        if (broker && !busy.has(key)) void run(key, broker, those);
        else if (!broker) retry(those, new Error('no broker leads the partition'));
      }
    } catch (error) {
      retry(streams, error);
    }
    looking = false;
    if (lookAgain) void look();
  }

  function retry(those: readonly PartitionStream[], error: unknown): void {
    if (stopping.signal.aborted) return;
    failed(those, error);
    void pause().then(look);
  }

  return {
    start: () => void look(),
    taken: () => void look(),
    async stop() {
      stopping.abort();
      await pool.close();
    },
  };
}
