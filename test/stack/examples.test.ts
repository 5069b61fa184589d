import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ComposedStack, startComposedStack } from '../support/composed-stack.ts';
import { type RunningExample, startExample } from '../support/example.ts';
import { boxNumber } from '../support/port-story.ts';
import { until } from '../support/until.ts';

const key = 'a-key-for-the-examples';
const call = '9319466:CNDLC:126W';
const time = '2026-03-03T05:00:00+08:00';

let stack: ComposedStack;
let into: RestClient;
let rest: RestClient;
const examples: RunningExample[] = [];

beforeAll(async () => {
  stack = await startComposedStack(key);
  const [intake, gateway] = [stack.services.intake[0]?.url ?? '', stack.services.gateway[1]?.url ?? ''];
  [into, rest] = [createRestClient({ url: intake, key }), createRestClient({ url: gateway, key })];
});
afterEach(() => {
  for (const { process } of examples.splice(0)) process.kill('SIGKILL');
});
afterAll(() => stack?.stop());

const onKafka = () => ({ KAFKA_BROKERS: stack.brokers, SCHEMA_REGISTRY_URL: stack.registry });

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
  schema.fields.splice(2, 0, { name: 'cranes', type: { type: 'array', items: 'string' }, default: ['QC01'] });
  return JSON.stringify(schema);
}

test('a terminal publishes with kafkajs by an older and by a newer schema, and its boxes are at REST', async () => {
  const boxes = [boxNumber(1), boxNumber(2)];
  expect(await publish(boxes.slice(0, 1))).toMatch(`partition ${partitionOf('CNDLC')}, `);
  const directory = await mkdtemp(join(tmpdir(), 'clearquay-newer-'));
  const newer = join(directory, 'newer.avsc');
  await writeFile(newer, await newerSchema());
  expect(await publish(boxes.slice(1), { SCHEMA: newer })).toMatch(`partition ${partitionOf('CNDLC')}, `);
  await rm(directory, { recursive: true });
  expect(await discharged(boxes)).toEqual(boxes.map(asDischarged));
  const versions = await fetch(`${stack.registry}/subjects/clearquay.terminal.v1-value/versions`);
  expect(await versions.json()).toEqual([1, 2, 3]);
  expect((await rest.getDeadLetters()).deadLetters).toEqual([]);
});

test('records in the partition of another partitioner are sent on to the owner of their port, and applied once', async () => {
  const boxes = [boxNumber(3), boxNumber(4)];
  const own = new RegExp(`^partition ${partitionOf('CNDLC')}, offset (\\d+)$`);
  const offset = async (box: string) => Number(own.exec(await publish([box]))?.[1]);
  const before = await offset(boxNumber(5));
  expect(await publish(boxes, { PARTITIONER: 'LegacyPartitioner' })).not.toMatch(own);
  expect(await discharged(boxes)).toEqual(boxes.map(asDischarged));
  expect(await offset(boxNumber(3))).toBe(before + boxes.length + 1);
  await publish([boxNumber(11)]);
  await discharged([boxNumber(11)]);
  const [visit] = (await rest.getVisits({ container: boxNumber(3) })).visits;
  expect((await rest.getTimeline(visit?.visitId ?? '')).entries).toHaveLength(1);
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
  const [gateway] = stack.services.gateway;
  if (!gateway) throw new Error('no gateway');
  const follower = start('follow-boxes.ts', [gateway.url, first, whileAway, last], { KEY: key });
  await until('it follows', () => follower.errors().includes('following'));
  await publish([first]);
  await until('it saw the first', () => follower.lines().includes(asTold(first)), 60_000);
  await gateway.stop('SIGKILL');
  await publish([whileAway]);
  await discharged([whileAway]);
  await stack.start('gateway', new URL(gateway.url).port);
  const subject = { type: 'container', id: last };
  const event = { id: 'in-1', source: 'desk', port: 'CNDLC', code: 'terminal.discharged', subject, occurredAt: time };
  expect((await into.sendEvents([event])).outcomes).toMatchObject([{ status: 'accepted' }]);
  await until('it saw the last', () => follower.lines().includes(asTold(last)), 60_000);
  expect(follower.lines().map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining([first, whileAway, last]));
});
