import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RunningExample, startExample } from '../support/example.ts';
import { startKafka, type TestKafka } from '../support/kafka/kafka.ts';
import { boxNumber } from '../support/port-story.ts';
import { startRegistry, type TestRegistry } from '../support/registry/apicurio.ts';
import { type RunningService, startService } from '../support/single-service.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const key = 'a-key-for-the-examples';
const call = '9319466:CNDLC:126W';
const time = '2026-03-03T05:00:00+08:00';

let kafka: TestKafka;
let registry: TestRegistry;
let warehouse: TestWarehouse;
let directory: string;
let rest: RestClient;
let gateway: RunningService;
const services: RunningService[] = [];
const examples: RunningExample[] = [];

beforeAll(async () => {
  [kafka, registry, warehouse] = await Promise.all([startKafka(), startRegistry(), openTestWarehouse()]);
  directory = await mkdtemp(join(tmpdir(), 'clearquay-examples-'));
  const clickhouse = new URL(warehouse.url);
  [clickhouse.username, clickhouse.password] = [warehouse.server.user, warehouse.password];
  const environment = {
    CLEARQUAY_KAFKA_BROKERS: kafka.bootstrap.join(','),
    CLEARQUAY_SCHEMA_REGISTRY_URL: registry.url,
    CLEARQUAY_CLICKHOUSE_URL: clickhouse.href,
    CLEARQUAY_ADMIN_KEY: key,
  };
  services.push(await startService('processor', environment));
  gateway = await startService('gateway', environment);
  services.push(gateway);
  rest = createRestClient({ url: gateway.url, key });
});
afterEach(() => {
  for (const { process } of examples.splice(0)) process.kill('SIGKILL');
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await warehouse?.stop();
  await registry?.remove();
  await kafka?.stop();
  await rm(directory, { recursive: true, force: true });
});

const onKafka = () => ({ KAFKA_BROKERS: kafka.bootstrap.join(','), SCHEMA_REGISTRY_URL: registry.url });

function start(file: string, arguments_: readonly string[], environment: NodeJS.ProcessEnv): RunningExample {
  const example = startExample(file, arguments_, environment);
  examples.push(example);
  return example;
}

/** Publishes the discharge of boxes as the terminal, and gives the line in which it says where they are now. */
async function publish(boxes: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const terminal = start('publish-from-terminal.ts', [call, time, ...boxes], { ...onKafka(), ...environment });
  expect(await terminal.ended, terminal.errors()).toBe(0);
  const [line = '', ...more] = terminal.lines();
  expect(more).toEqual([]);
  return line;
}

/** What REST shows of some boxes once each of them is there. */
async function discharged(boxes: readonly string[]) {
  const shown = async () => (await rest.getVisits({ container: boxes })).visits;
  await until('the boxes are there', async () => (await shown()).length === boxes.length, 60_000);
  return (await shown()).map(({ container, status, calls, full, milestones }) => ({
    container,
    status,
    calls,
    full,
    at: milestones['discharged']?.actual,
  }));
}

const asDischarged = (container: string) => ({ container, status: 'open', calls: [call], full: true, at: '2026-03-03T05:00:00+08:00' });

/** The schema of Clearquay with one more field in the middle, which an old reader must step over. */
async function newerSchema(): Promise<string> {
  const schema = JSON.parse(await readFile(new URL('../../seeds/examples/terminal-event.avsc', import.meta.url), 'utf8'));
  schema.fields.splice(2, 0, { name: 'crane', type: { type: 'array', items: 'string' }, default: [] });
  const file = join(directory, 'newer.avsc');
  await writeFile(file, JSON.stringify(schema));
  return file;
}

test('a terminal publishes with kafkajs by an older and by a newer schema, and its boxes are at REST', async () => {
  const boxes = [boxNumber(1), boxNumber(2)];
  expect(await publish(boxes.slice(0, 1))).toMatch(`partition ${partitionOf('CNDLC')}, `);
  expect(await publish(boxes.slice(1), { SCHEMA: await newerSchema() })).toMatch(`partition ${partitionOf('CNDLC')}, `);
  expect(await discharged(boxes)).toEqual(boxes.map(asDischarged));
  const versions = await fetch(`${registry.url}/subjects/clearquay.terminal.v1-value/versions`);
  expect(await versions.json()).toEqual([1, 2, 3]);
  expect((await rest.getDeadLetters()).deadLetters).toEqual([]);
});

test('records in the partition of another partitioner reach the owner of their port, once', async () => {
  const boxes = [boxNumber(3), boxNumber(4)];
  const line = await publish(boxes, { PARTITIONER: 'LegacyPartitioner' });
  expect(line).toMatch(/^partition \d+, offset 0$/);
  expect(line).not.toMatch(`partition ${partitionOf('CNDLC')}, `);
  expect(await discharged(boxes)).toEqual(boxes.map(asDischarged));
  await publish(boxes);
  const entries = async () => {
    const [visit] = (await rest.getVisits({ container: boxNumber(3) })).visits;
    return (await rest.getTimeline(visit?.visitId ?? '')).entries;
  };
  await publish([boxNumber(5)]);
  await discharged([boxNumber(5)]);
  expect(await entries()).toHaveLength(1);
});

test('a reader of the updates topic and a follower of the stream see what a terminal publishes', async () => {
  const boxes = [boxNumber(6), boxNumber(7)];
  const reader = start('read-updates.ts', [], onKafka());
  const follower = start('follow-boxes.ts', [gateway.url, ...boxes], { KEY: key });
  await until('it follows', () => follower.errors().includes('following'));
  await publish(boxes);
  const told = boxes.map((box) => `${box} open terminal.discharged`);
  await until('the follower saw both', () => follower.lines().length === 2, 60_000);
  expect(follower.lines().sort()).toEqual(told);
  const updates = () => reader.lines().map((line) => line.replace(/ \d+ /, ' '));
  const isOver = () => reader.process.exitCode !== null || told.every((line) => updates().includes(line));
  await until('the reader saw both', isOver, 60_000);
  expect(updates(), reader.errors()).toEqual(expect.arrayContaining(told));
});
