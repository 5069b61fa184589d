import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { type MessageToProduce, ProduceAcks, Producer } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { asEventLogError } from './failure.ts';
import { connectionOptions, type KafkaSettings, maxMessageBytes } from './kafka-options.ts';
import { createTurningClient } from './turning-client.ts';

/** Bytes for one partition in one send, before packing: one batch. A larger record goes alone. */
const batchBytes = 2 ** 20;
/** Of one send. */
const sendBytes = 8 * 2 ** 20;
/** What a record adds to its batch apart from key, value and headers, at most. */
const recordOverhead = 64;
const maxRecordBytes = maxMessageBytes - 1024;

export interface SenderDeps {
  readonly cluster: Cluster;
  readonly settings: KafkaSettings;
  /** Topics that are known to keep the newest record per key. */
  readonly compacted: ReadonlySet<string>;
}

/**
 * Appends through one idempotent producer, all in-sync replicas acknowledging. One send is under way at a time; what
 * comes meanwhile goes together into the next ones, in its order.
 */
export interface Sender {
  append(records: readonly LogRecord[]): Promise<readonly number[]>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

interface Append {
  readonly offsets: number[];
  left: number;
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
  /** Nobody waits for it any more. */
  isOver: boolean;
}

interface Waiting {
  readonly message: MessageToProduce & { partition: number };
  readonly bytes: number;
  readonly append: Append;
  /** In its append. */
  readonly at: number;
}

const bytesOf = ({ key, value, headers }: LogRecord): number =>
  recordOverhead +
  3 * (key?.length ?? 0) +
  (value?.byteLength ?? 0) +
  Object.entries(headers ?? {}).reduce((sum, [name, text]) => sum + 3 * (name.length + text.length) + 10, 0);

/** A copy: the caller may use its bytes again. */
function messageOf({ topic, partition, key, value, headers }: LogRecord): Waiting['message'] {
  return {
    topic,
    partition,
    ...(key !== null && { key: Buffer.from(key) }),
    ...(value !== null && { value: Buffer.from(value) }),
    ...(headers && { headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])) }),
  };
}

const place = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`;

export function createSender({ cluster, settings, compacted }: SenderDeps): Sender {
  const { appendTimeoutMs, maxQueuedBytes } = settings;
  const client = createTurningClient(
    settings.brokers,
    (bootstrapBrokers) =>
      new Producer({
        ...connectionOptions(settings, Math.min(10_000, appendTimeoutMs)),
        bootstrapBrokers,
        idempotent: true,
        acks: ProduceAcks.ALL,
        compression: 'zstd',
        retries: 2,
        retryDelay: 300,
      }),
  );
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  let running: Promise<void> | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** The longest beginning of the queue that makes one batch for every partition. */
  function nextSend(): Waiting[] {
    const bytes = new Map<string, number>();
    let total = 0;
    let count = 0;
    for (; count < queue.length; count++) {
      const { message, bytes: more } = queue[count] as Waiting;
      const there = bytes.get(place(message)) ?? 0;
      if (count > 0 && (total + more > sendBytes || (there > 0 && there + more > batchBytes))) break;
      bytes.set(place(message), there + more);
      total += more;
    }
    const send = queue.slice(0, count);
    queue = queue.slice(count);
    return send;
  }

  function settle({ append, at }: Waiting, offset: number): void {
    append.offsets[at] = offset;
    append.left--;
    if (append.left === 0) append.resolve(append.offsets);
  }

  /** Offsets follow one another within a partition; what is not among the results was not acknowledged. */
  function acknowledge(
    send: readonly Waiting[],
    produced: readonly { topic: string; partition: number; offset: bigint }[],
    error?: unknown,
  ): void {
    const next = new Map(produced.map((it) => [place(it), Number(it.offset)]));
    for (const waiting of send) {
      const offset = next.get(place(waiting.message));
      if (offset === undefined) waiting.append.reject(asEventLogError(error ?? new Error('no offset was given'), 'append records'));
      else settle(waiting, offset);
      if (offset !== undefined) next.set(place(waiting.message), offset + 1);
    }
  }

  async function send(waiting: readonly Waiting[]): Promise<void> {
    const producer = client.current;
    try {
      const { offsets = [] } = await producer.send({ messages: waiting.map(({ message }) => message) });
      acknowledge(waiting, offsets);
    } catch (error) {
      const produced = error instanceof Error && 'produced' in error ? (error.produced as { offsets?: [] }).offsets : undefined;
      acknowledge(waiting, produced ?? [], error);
      cluster.forget();
      client.failed(producer, error);
    }
  }

  async function run(): Promise<void> {
    // One turn of the microtask queue: callers of the same moment share the first send too.
    await undefined;
    while (queue.length > 0) {
      const taken = nextSend();
      const alive = taken.filter(({ append }) => !append.isOver);
      if (alive.length > 0) await send(alive);
      queuedBytes -= taken.reduce((sum, { bytes }) => sum + bytes, 0);
    }
    running = undefined;
  }

  /** The client library takes partition numbers modulo their count. */
  async function check(records: readonly LogRecord[]): Promise<void> {
    const counts = new Map<string, number>();
    for (const topic of new Set(records.map((record) => record.topic))) counts.set(topic, (await cluster.topic(topic)).partitions);
    for (const { topic, partition, key } of records) {
      if (key === null && compacted.has(topic)) throw new TypeError(`Records of ${topic} need a key`);
      if (!Number.isInteger(partition) || partition < 0 || partition >= (counts.get(topic) ?? 0)) {
        throw new EventLogError('CQ_UNAVAILABLE', `Topic ${topic} has no partition ${partition}`);
      }
    }
  }

  /** An append that is refused when it is not acknowledged in time. */
  function open(count: number): { append: Append; promise: Promise<readonly number[]> } {
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
    const timer = setTimeout(
      () => append.reject(new EventLogError('CQ_UNAVAILABLE', `Kafka did not acknowledge records within ${appendTimeoutMs} ms`)),
      appendTimeoutMs,
    );
    const end = (): void => {
      clearTimeout(timer);
      append.isOver = true;
    };
    const append: Append = {
      offsets: [],
      left: count,
      isOver: false,
      resolve(offsets) {
        end();
        resolve(offsets);
      },
      reject(error) {
        end();
        reject(error);
      },
    };
    return { append, promise };
  }

  /** Takes records into the queue when they can be sent at all, in the order of the calls, also while one of them waits for the brokers. */
  function enter(waiting: readonly Waiting[], records: readonly LogRecord[], { reject }: Append): void {
    const bytes = waiting.reduce((sum, it) => sum + it.bytes, 0);
    queuedBytes += bytes;
    turn = turn
      .then(() => check(records))
      .then(
        () => {
          for (const it of waiting) queue.push(it);
          running ??= run();
        },
        (error: unknown) => {
          queuedBytes -= bytes;
          reject(error);
        },
      );
  }

  return {
    async append(records) {
      if (records.length === 0) return [];
      if (queuedBytes > maxQueuedBytes) throw new EventLogError('CQ_UNAVAILABLE', `More than ${maxQueuedBytes} bytes wait for Kafka`);
      const { append, promise } = open(records.length);
      const waiting = records.map((record, at) => ({ message: messageOf(record), bytes: bytesOf(record), append, at }));
      const largest = waiting.reduce((most, { bytes }) => Math.max(most, bytes), 0);
      if (largest > maxRecordBytes)
        append.reject(new RangeError(`A record of some ${largest} bytes is over the limit of ${maxRecordBytes}`));
      else enter(waiting, records, append);
      return promise;
    },
    async drained() {
      await turn;
      await running;
    },
    close: client.close,
  };
}
