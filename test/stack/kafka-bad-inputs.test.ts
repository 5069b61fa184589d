import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { type KafkaServers, startKafka } from '@clearquay/cli/servers/kafka.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import type { DeadLetter } from '@clearquay/schemas/records.generated.ts';
import { agencyTopic, topics } from '@clearquay/schemas/topics.ts';
import { type CompressionAlgorithmValue, type MessageToProduce, Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { startProcessor } from '../support/processor-under-test.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const port = 'CNDLC';
const partition = partitionOf(port);
const topic = agencyTopic.terminal;
const bombBytes = 80 * 2 ** 20;
const codec = await createRecordCodec(createFileRegistry(new URL('../../schemas/avro/', import.meta.url)), topics);

let kafka: KafkaServers;
let warehouse: TestWarehouse;
let log: EventLog;
beforeAll(async () => {
  [kafka, warehouse] = await Promise.all([
    startKafka({ properties: { 'transaction.state.log.num.partitions': '1' } }),
    openTestWarehouse(),
  ]);
  log = openKafkaLog({ brokers: kafka.bootstrap });
  await log.ensureTopics(Object.values(topics));
});
afterAll(async () => {
  await log?.close();
  await warehouse?.stop();
  await kafka?.stop();
});

type Message = Omit<MessageToProduce, 'topic' | 'partition'>;

/** Publishes as a client of somebody else would, in one batch. */
async function publish(messages: readonly Message[], options: { compression?: CompressionAlgorithmValue; inTransaction?: boolean } = {}) {
  const { inTransaction = false, compression = 'none' } = options;
  const producer = new Producer({
    clientId: 'somebody',
    bootstrapBrokers: [...kafka.bootstrap],
    idempotent: inTransaction,
    ...(inTransaction && { transactionalId: 'somebody' }),
  });
  const transaction = inTransaction ? await producer.beginTransaction() : undefined;
  await (transaction ?? producer).send({ messages: messages.map((message) => ({ topic, partition, ...message })), acks: -1, compression });
  await transaction?.commit();
  await producer.close();
}

const deadLetters = async (): Promise<DeadLetter[]> =>
  (await log.read(topics.deadLetters.name, partition, 0, { maxRecords: 1_000, waitMs: 0 })).map((record) => {
    const decoded = codec.decode(record.topic, record.value ?? new Uint8Array());
    if (!decoded.ok) throw new Error(decoded.error.message);
    return decoded.value as DeadLetter;
  });

test('hostile batches and records end as one dead letter each, and their neighbours are applied', async () => {
  const story = new PortStory(port);
  const tell = (serial: number): Message => {
    const box = { type: 'container', id: boxNumber(serial) } as const;
    const event = story.tell(12, 'terminal.discharged', box, [], { full: true });
    const { key, value } = eventRecord(event, instant(Date.now()), codec);
    return { key: Buffer.from(key ?? ''), value: Buffer.from(value ?? []) };
  };
  const key = Buffer.from(port);
  const poison = Buffer.from([0, 1, 2, 3, 4]);
  const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`h${at}`, Buffer.from('x')]));
  const asHeaders = new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), text]));

  await publish([tell(1)]);
  await publish([{ key, value: Buffer.alloc(bombBytes) }, tell(2)], { compression: 'gzip' });
  await publish([tell(3)]);
  await publish([{ key, value: Buffer.alloc(bombBytes) }], { compression: 'zstd' });
  await publish([
    { value: poison },
    { key },
    { key: Buffer.alloc(1_100_000, 'k'), value: poison },
    { key, value: poison, headers: asHeaders },
    tell(4),
  ]);
  await publish([tell(5)], { inTransaction: true });
  await publish([tell(6)], { compression: 'lz4' });
  await publish([tell(7)], { compression: 'snappy' });

  const { processor } = await startProcessor({ log, warehouse: warehouse.warehouse }, codec);
  const applied = ['1', '3', '4', '5', '6', '7'].map((serial) => boxNumber(Number(serial))).sort();
  const boxes = async () =>
    (await warehouse.warehouse.query<{ container: string }>('SELECT container FROM visits FINAL ORDER BY container')).map(
      (row) => row.container,
    );
  await until('all neighbours are applied', async () => (await boxes()).length === applied.length);
  expect(await boxes()).toEqual(applied);
  await until('the dead letters are out', async () => (await deadLetters()).length >= 5);
  await processor.close();

  const letters = await deadLetters();
  expect(letters.map(({ code, offset }) => [code, offset])).toEqual([
    ['CQ_TOO_LARGE', 2],
    ['CQ_TOO_LARGE', 4],
    ['CQ_KEY_MISSING', 5],
    ['CQ_TOO_LARGE', 7],
    ['CQ_TOO_LARGE', 8],
  ]);
  // The packed bytes of the bomb as they were on the broker.
  expect(letters[0]?.body.length).toBeGreaterThan(bombBytes / 2_000);
  expect(letters[0]?.body.length).toBeLessThan(bombBytes / 500);
  expect(Buffer.compare(letters[2]?.body ?? Buffer.alloc(0), poison)).toBe(0);
}, 120_000);
