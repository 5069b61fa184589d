import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { durableSettings } from '@clearquay/adapters/clickhouse/durable-settings.ts';
import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { createClickHouseClient } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';

/** One field of a status event: its column, its path in the Avro record, its type. */
const fields: readonly (readonly [column: string, path: string, type: string])[] = [
  ['event_id', 'id', 'String'],
  ['action', 'action', 'LowCardinality(String)'],
  ['replaces_source', 'replaces.EventId.source', 'String'],
  ['replaces_id', 'replaces.EventId.id', 'String'],
  ['port', 'port', 'LowCardinality(String)'],
  ['source', 'source', 'LowCardinality(String)'],
  ['agency', 'agency', 'LowCardinality(String)'],
  ['code', 'code', 'LowCardinality(String)'],
  ['subject_type', 'subject.type', 'LowCardinality(String)'],
  ['subject_id', 'subject.id', 'String'],
  ['subject_kind', 'subject.kind', 'Nullable(String)'],
  ['references', 'references', 'Array(Tuple(type String, id String, kind Nullable(String), relation Nullable(String)))'],
  ['classifier', 'classifier', 'LowCardinality(String)'],
  ['occurred_at', 'occurredAt', "DateTime64(3, 'UTC')"],
  ['occurred_at_text', 'occurredAtText', 'Nullable(String)'],
  ['zone_rule', 'zoneRule', 'Nullable(String)'],
  ['recorded_at', 'recordedAt', "Nullable(DateTime64(3, 'UTC'))"],
  ['received_at', 'receivedAt', "Nullable(DateTime64(3, 'UTC'))"],
  ['facility', 'location.Location.facility', 'Nullable(String)'],
  ['berth', 'location.Location.berth', 'Nullable(String)'],
  ['gate', 'location.Location.gate', 'Nullable(String)'],
  ['position', 'location.Location.position', 'Nullable(String)'],
  ['parties', 'parties', 'Array(Tuple(role String, code String, name Nullable(String)))'],
  ['details', 'details', 'Nullable(String)'],
];

const list = (item: (field: (typeof fields)[number]) => string): string => fields.map(item).join(', ');

/**
 * With the engine's defaults the last rows would wait 7.5 s for others. Both tasks of the table take any consumer that is free, and rest
 * 0.5 s after ten polls without a record: were these shorter than that rest, the tasks could miss each other, and one consumer
 * would never be taken again.
 */
const source = (brokers: string, registry: string): string => `
  CREATE TABLE clearquay.source (${list(([, path, type]) => `\`${path}\` ${type}`)}) ENGINE = Kafka
  SETTINGS kafka_broker_list = '${brokers}', kafka_topic_list = '${eventTopics.join(',')}', kafka_group_name = 'kafka-engine',
    kafka_format = 'AvroConfluent', format_avro_schema_registry_url = '${registry}',
    kafka_num_consumers = 2, kafka_thread_per_consumer = 1, kafka_flush_interval_ms = 1000, kafka_poll_timeout_ms = 60`;

const target = `
  CREATE TABLE clearquay.target (${list(([column, , type]) => `\`${column}\` ${type}`)}) ENGINE = ReplacingMergeTree
  ORDER BY (port, subject_type, subject_id, source, event_id) SETTINGS index_granularity = 1024, ${durableSettings}`;

const view = `CREATE MATERIALIZED VIEW clearquay.feed TO clearquay.target AS SELECT ${list(([column, path]) => `\`${path}\` AS \`${column}\``)} FROM clearquay.source`;

/** Where the events lie, and how many of them differ. */
export interface EngineLoad {
  /** For the files of the server. */
  readonly directory: string;
  readonly brokers: string;
  /** URL of the registry's Confluent API. */
  readonly registry: string;
  readonly distinct: number;
  readonly logger: Logger;
}

export interface EngineDrained {
  /** From the start of the consumers to the first records that one of them had. */
  readonly startSeconds: number;
  /** From then on until every event can be read. */
  readonly seconds: number;
  /** Of ClickHouse. */
  readonly version: string;
}

/** Without another row for so long, it is given up. */
const stallMs = 60_000;
const pollMs = 20;

/**
 * Lets ClickHouse's own Kafka engine read everything into one table, on a fresh server: two consumers, a materialized
 * view, no joins.
 */
export async function drainByKafkaEngine({ directory, brokers, registry, distinct, logger }: EngineLoad): Promise<EngineDrained> {
  const server = await startEmbeddedClickHouse({ directory: join(directory, 'kafka-engine'), httpPort: 0, logger });
  const { url, user: username, password } = server;
  const client = createClickHouseClient({ url, username, password, requestTimeoutMs: stallMs });
  const ask = async <T>(query: string): Promise<T | undefined> =>
    (await (await client.query({ query, format: 'JSONEachRow' })).json<T>())[0];
  const count = async (what: string): Promise<number> => Number((await ask<{ n: string }>(`SELECT ${what} AS n FROM clearquay.target`))?.n);

  /** The moment of the first records. */
  async function firstRead(): Promise<number> {
    while (Number((await ask<{ n: string }>("SELECT sum(value) AS n FROM system.events WHERE event = 'KafkaMessagesPolled'"))?.n) === 0)
      await sleep(pollMs);
    return performance.now();
  }

  /** The moment since when every event can be read. Some rows are double until they are merged: only the slower count tells the end. */
  async function allRead(): Promise<number> {
    let [rows, since] = [0, performance.now()];
    for (;;) {
      const asked = performance.now();
      const now = await count('count()');
      if (now >= distinct && (await count('uniqExact(port, source, event_id)')) === distinct) return asked;
      if (now !== rows) [rows, since] = [now, asked];
      if (asked - since > stallMs) throw new Error(`the Kafka engine stands still at ${rows} rows: ${await complaint()}`);
      await sleep(pollMs);
    }
  }

  /** What its consumers say of themselves. */
  const complaint = async (): Promise<string> =>
    JSON.stringify(
      await ask(`SELECT groupArray(tuple(num_messages_read, num_rebalance_assignments, length(assignments.topic), exceptions.text)) AS
        read_assignments_partitions_exceptions FROM system.kafka_consumers`),
    );

  try {
    for (const query of ['CREATE DATABASE clearquay', source(brokers, registry), target]) await client.command({ query });
    const begun = performance.now();
    await client.command({ query: view });
    const first = await firstRead();
    const last = await allRead();
    return {
      startSeconds: (first - begun) / 1000,
      seconds: (last - first) / 1000,
      version: (await ask<{ v: string }>('SELECT version() AS v'))?.v ?? '',
    };
  } finally {
    await client.close();
    await server.stop();
  }
}
