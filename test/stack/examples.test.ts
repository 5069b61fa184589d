import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';
import { brokerProperties, elsewhere, readCompose } from '../support/compose.ts';
import { type RunningExample, startExample } from '../support/example.ts';
import { startKafka, type TestKafka } from '../support/kafka/kafka.ts';
import { boxNumber } from '../support/port-story.ts';
import { startRegistry, type TestRegistry } from '../support/registry/apicurio.ts';
import { type RunningService, startService } from '../support/single-service.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

type ServiceName = Parameters<typeof startService>[0];

const key = 'a-key-for-the-examples';
const call = '9319466:CNDLC:126W';
const time = '2026-03-03T05:00:00+08:00';

let kafka: TestKafka;
let registry: TestRegistry;
let warehouse: TestWarehouse;
let directory: string;
let startComposed: (name: ServiceName, more?: NodeJS.ProcessEnv) => Promise<RunningService>;
let gateway: RunningService;
let otherGateway: RunningService;
let into: RestClient;
let rest: RestClient;
const services: RunningService[] = [];
const examples: RunningExample[] = [];

/** Every part is started with the settings of docker-compose.yml, but for the places. */
beforeAll(async () => {
  warehouse = await openTestWarehouse();
  directory = await mkdtemp(join(tmpdir(), 'clearquay-examples-'));
  const composed = readCompose({ CLICKHOUSE_PASSWORD: warehouse.password, CLEARQUAY_ADMIN_KEY: key });
  const settings = (service: string) => composed[service]?.environment ?? {};
  kafka = await startKafka({ properties: brokerProperties(settings('kafka')) });
  const places: Record<string, string> = { 'kafka:9092': kafka.bootstrap.join(','), 'clickhouse:8123': new URL(warehouse.url).host };
  registry = await startRegistry(elsewhere(settings('registry'), places));
  places['http://registry:8080/apis/ccompat/v7'] = registry.url;
  const migrated = await runCli(['migrate', '--data', directory], elsewhere(settings('migrate'), places));
  expect(migrated.code, migrated.stderr).toBe(0);
  startComposed = async (name, more = {}) => {
    const service = await startService(name, { ...elsewhere(settings(name), places), ...more });
    services.push(service);
    return service;
  };
  const replicas = (name: ServiceName) =>
    Promise.all(Array.from({ length: composed[name]?.deploy?.replicas ?? 1 }, () => startComposed(name)));
  const [[intake], , gateways] = await Promise.all([replicas('intake'), replicas('processor'), replicas('gateway')]);
  expect(gateways).toHaveLength(2);
  [gateway, otherGateway] = gateways as [RunningService, RunningService];
  into = createRestClient({ url: intake?.url ?? '', key });
  rest = createRestClient({ url: otherGateway.url, key });
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

/** What a follower and a reader print of that. */
const asTold = (container: string) => `${container} open terminal.discharged`;

/** The schema of the terminal with one more field in the middle, which an old reader must step over. */
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

test('a reader of the updates topic sees what was published', async () => {
  const boxes = [boxNumber(6), boxNumber(7)];
  await publish(boxes);
  const reader = start('read-updates.ts', [], onKafka());
  const updates = () => reader.lines().map((line) => line.replace(/ \d+ /, ' '));
  const told = boxes.map(asTold);
  const isOver = () => reader.process.exitCode !== null || told.every((line) => updates().includes(line));
  await until('the reader saw both', isOver, 60_000);
  expect(updates(), reader.errors()).toEqual(expect.arrayContaining(told));
});

test('a follower misses nothing of what comes from Kafka and from intake, also while its gateway is killed', async () => {
  const [first, whileAway, last] = [boxNumber(8), boxNumber(9), boxNumber(10)];
  const follower = start('follow-boxes.ts', [gateway.url, first, whileAway, last], { KEY: key });
  await until('it follows', () => follower.errors().includes('following'));
  await publish([first]);
  await until('it saw the first', () => follower.lines().includes(asTold(first)), 60_000);
  await gateway.stop('SIGKILL');
  await publish([whileAway]);
  await discharged([whileAway]);
  gateway = await startComposed('gateway', { CLEARQUAY_PORT: new URL(gateway.url).port });
  const subject = { type: 'container', id: last };
  const event = { id: 'in-1', source: 'desk', port: 'CNDLC', code: 'terminal.discharged', subject, occurredAt: time };
  expect((await into.sendEvents([event])).outcomes).toMatchObject([{ status: 'accepted' }]);
  await until('it saw the last', () => follower.lines().includes(asTold(last)), 60_000);
  expect(follower.lines().map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining([first, whileAway, last]));
});
