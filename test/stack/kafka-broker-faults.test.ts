import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { type KafkaServers, startKafka } from '@clearquay/cli/servers/kafka.ts';
import type { EventLog, TopicSpec } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAll, textOf } from '../contract/log-records.ts';
import { startAppending } from '../support/kafka/appending.ts';
import { startCollecting } from '../support/kafka/collecting.ts';
import { until } from '../support/until.ts';

const partitions = 6;
const appendTimeoutMs = 4_000;
const appendProcess = fileURLToPath(new URL('../support/kafka/append-process.ts', import.meta.url));
/** Texts per partition. */
const load = 20;

let kafka: KafkaServers;
beforeAll(async () => {
  kafka = await startKafka({ brokers: 3 });
}, 120_000);
afterAll(() => kafka?.stop());

interface Faulty {
  readonly log: EventLog;
  readonly topic: TopicSpec;
}

/** A log with a topic of its own on three brokers, two of which have to have a record. */
async function open(): Promise<Faulty> {
  const log = openKafkaLog({ brokers: kafka.bootstrap, replicas: 3, appendTimeoutMs, sessionMs: 6_000 });
  const topic: TopicSpec = { name: `test.${randomUUID()}`, partitions, cleanup: 'delete' };
  await log.ensureTopics([topic]);
  return { log, topic };
}

/** Everything that was acknowledged while `fault` ran under load is consumed, by one member that stays. */
async function losesNothing(fault: (progress: () => Promise<void>) => Promise<void>): Promise<readonly EventLogError[]> {
  const { log, topic } = await open();
  const collecting = startCollecting();
  await log.join('g', [topic.name], collecting.own);
  const appending = startAppending(log, topic.name, partitions);
  try {
    await fault(() => appending.more(load));
    await appending.more(load);
  } finally {
    await appending.stop();
  }
  const missing = () => [...appending.acknowledged].filter((text) => !collecting.seen.has(text));
  await until('all that was acknowledged is consumed', () => missing().length === 0, 60_000).catch(() => undefined);
  expect(missing()).toEqual([]);
  await log.close();
  return appending.refused;
}

test('brokers that are killed one after the other, leaders and controller among them, lose nothing that was acknowledged', async () => {
  await losesNothing(async (progress) => {
    for (const broker of kafka.brokers) {
      await progress();
      await broker.stop('SIGKILL');
      await progress();
      await broker.start();
    }
  });
}, 240_000);

test('five rolling restarts lose nothing that was acknowledged', async () => {
  await losesNothing(async (progress) => {
    for (let round = 0; round < 5; round++) {
      const broker = kafka.brokers[round % kafka.brokers.length];
      await progress();
      await broker?.stop('SIGTERM');
      await broker?.start();
    }
  });
}, 240_000);

test('a broker that is paused refuses appends within their bound, and loses nothing that was acknowledged', async () => {
  const [paused] = kafka.brokers;
  const refused = await losesNothing(async (progress) => {
    await progress();
    paused?.signal('SIGSTOP');
    // Others lead its partitions after a while, and clients that would ask it first have to find that out.
    await progress();
    paused?.signal('SIGCONT');
  });
  for (const error of refused) expect(error.code).toBe('CQ_UNAVAILABLE');
}, 240_000);

test('a producer that is killed in the middle, and started again, loses nothing that it acknowledged', async () => {
  const { log, topic } = await open();
  const acknowledged: string[] = [];
  for (const life of ['first', 'second']) {
    const child = spawn(process.execPath, [appendProcess, kafka.bootstrap.join(','), topic.name, life]);
    const before = acknowledged.length;
    createInterface(child.stdout).on('line', (line) => acknowledged.push(line));
    await until('appends are acknowledged', () => acknowledged.length > before + 100, 60_000);
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  const found = (await Promise.all([0, 1, 2].map((partition) => readAll(log, topic, partition)))).flat().map(textOf);
  const kept = new Set(found);
  expect(acknowledged.filter((text) => !kept.has(text))).toEqual([]);
  await log.close();
}, 240_000);

test('with fewer in-sync replicas than required, appends are refused, and pass again when there are enough', async () => {
  const { log, topic } = await open();
  const all = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic.name };
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...kafka.bootstrap] });
  const configs = [{ name: 'min.insync.replicas', value: '3', configOperation: 0 as const }];
  await admin.incrementalAlterConfigs({ resources: [{ ...all, configs }] });
  await admin.close();
  const [broker] = kafka.brokers;
  await broker?.stop('SIGKILL');
  const append = (text: string) => log.append([{ topic: topic.name, partition: 0, key: 'CNDLC', value: Buffer.from(text) }]);
  // A replica counts as in sync until the others have missed it.
  const outcome = (text: string) =>
    append(text).then(
      () => 'kept',
      (error: unknown) => (error instanceof EventLogError ? error.code : String(error)),
    );
  await until('appends are refused', async () => (await outcome('too few')) === 'CQ_UNAVAILABLE', 60_000);
  await broker?.start();
  await until('appends pass again', async () => (await outcome('enough')) === 'kept', 60_000);
  expect((await readAll(log, topic, 0)).map(textOf)).toContain('enough');
  await log.close();
}, 240_000);

test('an append that cannot be acknowledged is refused within its bound', async () => {
  const { log, topic } = await open();
  const append = (text: string) => log.append([{ topic: topic.name, partition: 0, key: 'CNDLC', value: Buffer.from(text) }]);
  const passes = (text: string) =>
    append(text).then(
      () => true,
      () => false,
    );
  await until('appends pass', () => passes('before'), 60_000);
  const small = openKafkaLog({ brokers: kafka.bootstrap, appendTimeoutMs, maxQueuedBytes: 1_000 });
  for (const broker of kafka.brokers) broker.signal('SIGSTOP');
  // Nothing is known of the topic here, so that the first one waits already for that.
  const waits = small.append([{ topic: topic.name, partition: 0, key: 'CNDLC', value: Buffer.alloc(2_000) }]);
  const full = small.append([{ topic: topic.name, partition: 0, key: 'CNDLC', value: Buffer.alloc(1) }]);
  await expect(full).rejects.toThrow(/More than 1000 bytes wait/);
  await expect(waits).rejects.toThrow(/did not acknowledge records within/);
  const started = performance.now();
  await expect(append('lost')).rejects.toThrow(EventLogError);
  expect(performance.now() - started).toBeLessThan(appendTimeoutMs + 2_000);
  for (const broker of kafka.brokers) broker.signal('SIGCONT');
  await until('appends pass again', () => passes('after'), 60_000);
  await Promise.all([log.close(), small.close()]);
}, 240_000);
