/*
 * A terminal that publishes on Kafka, with nothing of Clearquay's own: it says of boxes that they were discharged.
 *
 *   KAFKA_BROKERS=… SCHEMA_REGISTRY_URL=… node seeds/examples/publish-from-terminal.ts \
 *     9319466:CNDLC:126W 2026-03-03T05:00:00+08:00 LNPU1000018 …
 *
 * SCHEMA names another version of the schema, PARTITIONER another partitioner of kafkajs. Kafka's own is the default:
 * LegacyPartitioner, that of kafkajs 1, finds other partitions, from which Clearquay sends the records on.
 */
import { readFile } from 'node:fs/promises';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { Kafka, Partitioners } from 'kafkajs';

const { KAFKA_BROKERS = 'localhost:9092', SCHEMA_REGISTRY_URL = 'http://localhost:8081', SCHEMA, PARTITIONER } = process.env;
const [call = '', time = '', ...containers] = process.argv.slice(2);
const [, port = ''] = call.split(':');
const topic = 'clearquay.terminal.v1';
const source = 'example-terminal';
const code = 'terminal.discharged';
const occurredAt = new Date(time);

// Our schema may be older or newer than Clearquay's. Any other compatibility than this one is refused for the subject.
const schema = await readFile(SCHEMA ?? new URL('terminal-event.avsc', import.meta.url), 'utf8');
const registry = new SchemaRegistry({ host: SCHEMA_REGISTRY_URL });
const { id: schemaId } = await registry.register(
  { type: SchemaType.AVRO, schema },
  { subject: `${topic}-value`, compatibility: COMPATIBILITY.FULL_TRANSITIVE },
);

async function messageOf(container: string) {
  // The id comes from what happened, not from the sending: what is sent twice counts once.
  const id = `discharged-${call}-${container}`;
  const event = {
    id,
    port,
    source,
    agency: 'terminal',
    code,
    subject: { type: 'container', id: container },
    references: [{ type: 'call', id: call }],
    occurredAt: occurredAt.getTime(),
    details: JSON.stringify({ full: true, to: 'yard' }),
  };
  return {
    key: port, // the canonical UN/LOCODE, always: it keeps the events of a port in order
    value: await registry.encode(schemaId, event),
    headers: {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: source,
      ce_type: `org.clearquay.${code}`,
      ce_time: occurredAt.toISOString(),
      ce_subject: `container:${container}`,
      ce_partitionkey: port,
      'content-type': 'application/avro',
    },
  };
}

const producer = new Kafka({ clientId: source, brokers: KAFKA_BROKERS.split(',') }).producer({
  createPartitioner: PARTITIONER === 'LegacyPartitioner' ? Partitioners.LegacyPartitioner : Partitioners.DefaultPartitioner,
});
await producer.connect();
const sent = await producer.send({ topic, acks: -1, messages: await Promise.all(containers.map(messageOf)) });
await producer.disconnect();
for (const { partition, baseOffset } of sent) console.log(`partition ${partition}, offset ${baseOffset}`);
