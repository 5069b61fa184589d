import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { type KafkaServers, startKafka } from '@clearquay/cli/servers/kafka.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { type DeadLetter, recordSchemas } from '@clearquay/schemas/records.generated.ts';
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
/** A copy of the schemas, in which anybody may register his own. */
const schemas = mkdtempSync(join(tmpdir(), 'clearquay-schemas-'));
cpSync(fileURLToPath(new URL('../../schemas/avro/', import.meta.url)), schemas, { recursive: true });
const registry = createFileRegistry(pathToFileURL(`${schemas}/`));
const codec = await createRecordCodec(registry, topics);

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
  rmSync(schemas, { recursive: true });
});

type Message = Omit<MessageToProduce, 'topic'>;

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

const deadLetters = async (of = partition): Promise<DeadLetter[]> =>
  (await log.read(topics.deadLetters.name, of, 0, { maxRecords: 1_000, waitMs: 0 })).map((record) => {
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

/** The schema of terminal events with a field before all others, by which a hostile writer has his say first. */
function withFirst(type: object): string {
  const schema = JSON.parse(recordSchemas.TerminalStatusEvent);
  return JSON.stringify({ ...schema, fields: [{ name: 'hostile', type, default: type === items ? [] : {} }, ...schema.fields] });
}

const items = { type: 'array', items: 'null' };
const entries = { type: 'map', values: 'string' };

/** The Confluent wire format. */
function framed(id: number, ...bytes: readonly number[]): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, Buffer.from(bytes)]);
}

test('values that lie cost a dead letter each and no work, and the message after each is applied', async () => {
  const other = 'CNYTG';
  const there = partitionOf(other);
  const story = new PortStory(other);
  const key = Buffer.from(other);
  const millions = framed(await registry.register('hostile-items', withFirst(items)), 0x80, 0x9b, 0xee, 0x02);
  const proto = framed(await registry.register('hostile-map', withFirst(entries)), 2, 18, ...Buffer.from('__proto__'), 2, 0x78, 0);
  const good = (serial: number): Buffer => {
    const event = story.tell(12, 'terminal.discharged', { type: 'container', id: boxNumber(serial) }, [], { full: true });
    return Buffer.from(eventRecord(event, instant(Date.now()), codec).value ?? []);
  };
  const wrongMagic = good(20);
  wrongMagic[0] = 1;
  const hostile = [millions, proto, wrongMagic, framed(0x7fffffff, 2, 0x78)];
  const neighbours = hostile.map((_, at) => boxNumber(at + 11)).sort();
  await publish(hostile.flatMap((value, at) => [value, good(at + 11)]).map((value) => ({ partition: there, key, value })));

  const { processor } = await startProcessor({ log, warehouse: warehouse.warehouse }, codec);
  const sql = `SELECT container FROM visits FINAL WHERE port = '${other}' ORDER BY container`;
  const boxes = async () => (await warehouse.warehouse.query<{ container: string }>(sql)).map((row) => row.container);
  await until('all neighbours are applied', async () => (await boxes()).length === neighbours.length);
  expect(await boxes()).toEqual(neighbours);
  await until('the dead letters are out', async () => (await deadLetters(there)).length >= hostile.length);
  await processor.close();

  const letters = await deadLetters(there);
  expect(letters.map(({ code, offset, message }) => [offset, code, message])).toEqual([
    [0, 'CQ_AVRO_LIMIT', expect.stringContaining('more than 100000 items')],
    [2, 'CQ_AVRO_MALFORMED', expect.stringContaining('a map key reaches a prototype')],
    [4, 'CQ_SCHEMA_UNKNOWN', expect.stringContaining('Begin the value with a zero byte')],
    [6, 'CQ_SCHEMA_UNKNOWN', expect.stringContaining('Schema 2147483647 is not one of topic')],
  ]);
  expect(letters.map(({ body }) => Buffer.from(body).toString('hex'))).toEqual(hostile.map((value) => value.toString('hex')));
});
