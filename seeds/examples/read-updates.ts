/*
 * Reads the changes of all visits from Kafka, for a system that has access to it: kafkajs for the records, the
 * registry's HTTP interface for their schemas, avsc for their bytes.
 *
 *   KAFKA_BROKERS=… SCHEMA_REGISTRY_URL=… GROUP=my-system node seeds/examples/read-updates.ts
 *
 * An update can come again after a crash: the greatest `revision` of a `visitId` is what stands.
 */
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import avsc, { type Type } from 'avsc';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const { KAFKA_BROKERS = 'localhost:9092', SCHEMA_REGISTRY_URL = 'http://localhost:8081', GROUP = 'example-reader' } = process.env;
const types = new Map<number, Type>();

async function typeOf(schemaId: number): Promise<Type> {
  const known = types.get(schemaId);
  if (known) return known;
  const answer = await fetch(`${SCHEMA_REGISTRY_URL}/schemas/ids/${schemaId}`);
  if (!answer.ok) throw new Error(`The registry answered ${answer.status} for schema ${schemaId}.`);
  const { schema } = (await answer.json()) as { schema: string };
  const type = avsc.Type.forSchema(JSON.parse(schema));
  types.set(schemaId, type);
  return type;
}

// Clearquay packs with zstd, which kafkajs leaves to its user.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => promisify(zstdCompress)(buffer),
  decompress: promisify(zstdDecompress),
});

const kafka = new Kafka({ clientId: GROUP, brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.WARN });
const consumer = kafka.consumer({ groupId: GROUP });
// Without this a reader that gave up would stand still and say nothing.
consumer.on('consumer.crash', ({ payload: { restart } }) => void (restart || process.exit(1)));
await consumer.connect();
await consumer.subscribe({ topic: 'clearquay.updates.v1', fromBeginning: true });
await consumer.run({
  async eachMessage({ message: { value } }) {
    // The Confluent wire format: a zero byte, the id of the schema in four bytes, the datum.
    if (value?.[0] !== 0) return;
    const type = await typeOf(value.readUInt32BE(1));
    const { container, status, revision, codes } = type.fromBuffer(value.subarray(5));
    console.log(container, status, revision, ...codes);
  },
});
