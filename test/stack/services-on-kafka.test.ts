import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { type KafkaServers, startKafka } from '@clearquay/cli/servers/kafka.ts';
import { type RunningService, startService } from '@clearquay/cli/servers/service-process.ts';
import { foldDocument } from '@clearquay/domain/fold-file/fold-document.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';
import { expectSame } from '../support/port-states.ts';
import { publishedLists } from '../support/published-lists.ts';
import { portDay } from '../support/small-port-day.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const key = 'a-key-for-all-three';
const seed = 20_260_301;
const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));

let kafka: KafkaServers;
let warehouse: TestWarehouse;
let environment: NodeJS.ProcessEnv;
const running: RunningService[] = [];

async function start(name: 'intake' | 'processor' | 'gateway'): Promise<RunningService> {
  const service = await startService(name, environment);
  running.push(service);
  return service;
}

beforeAll(async () => {
  [kafka, warehouse] = await Promise.all([startKafka(), openTestWarehouse()]);
  const clickhouse = new URL(warehouse.url);
  [clickhouse.username, clickhouse.password] = [warehouse.server.user, warehouse.password];
  environment = {
    CLEARQUAY_KAFKA_BROKERS: kafka.bootstrap.join(','),
    CLEARQUAY_CLICKHOUSE_URL: clickhouse.href,
    CLEARQUAY_ADMIN_KEY: key,
  };
});
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop('SIGKILL')));
  await warehouse?.stop();
  await kafka?.stop();
});

type Event = ReturnType<typeof portDay>[number];

const sent = ({ receivedAt: _, appliedAt: __, ...event }: Event) => ({
  ...event,
  occurredAt: new Date(event.occurredAt).toISOString(),
  ...(event.recordedAt !== undefined && { recordedAt: new Date(event.recordedAt).toISOString() }),
});

/** Ids and versions say who folded and how often; everything else is a function of the events. */
const plain = (visits: readonly VisitJson[]) =>
  visits
    .map(({ visitId: _, version: __, ...visit }) => visit)
    .sort((a, b) => `${a.container}${a.openedAt}`.localeCompare(`${b.container}${b.openedAt}`));

function folded(day: readonly Event[]): object[] {
  const lines = day.map((event) => JSON.stringify(sent(event))).join('\n');
  const { visits, findings } = foldDocument(lines, { ports, lists: publishedLists, now: instant(Date.now()) });
  expect(findings).toEqual([]);
  expect(visits.length).toBeGreaterThan(5);
  return plain(visits);
}

async function sendAll(rest: RestClient, day: readonly Event[]): Promise<void> {
  for (let at = 0; at < day.length; at += 50) {
    const { outcomes } = await rest.sendEvents(day.slice(at, at + 50).map(sent));
    expect(outcomes.filter(({ status }) => status !== 'accepted')).toEqual([]);
  }
}

/** What the gateway shows, once nothing is missing; the last difference is shown when that does not come about. */
async function shows(rest: RestClient, expected: readonly object[]): Promise<void> {
  const shown = async () => plain((await rest.getVisits({ port: 'CNDLC', limit: 200 })).visits);
  const isSame = async () => JSON.stringify(await shown()) === JSON.stringify(expected);
  await until('the visits of the fold', isSame, 60_000).catch(() => undefined);
  expectSame(await shown(), expected);
}

test('a service alone names every setting that it shares with the others', async () => {
  const { code, stderr } = await runCli(['gateway'], { CLEARQUAY_KAFKA_BROKERS: 'nowhere:1' });
  expect(code).toBe(1);
  expect([...stderr.matchAll(/^CLEARQUAY_\w+/gm)].flat()).toEqual(['CLEARQUAY_ADMIN_KEY', 'CLEARQUAY_CLICKHOUSE_URL']);
});

test('migrate makes topics and tables, and again changes nothing', async () => {
  const data = mkdtempSync(join(tmpdir(), 'clearquay-migrate-'));
  for (const _ of ['first', 'again']) {
    const { code, stdout, stderr } = await runCli(['migrate', '--data', data], { ...environment, CLEARQUAY_LOG_LEVEL: 'warn' });
    expect([code, stdout, stderr]).toEqual([0, 'Topics and tables are as this version needs them.\n', '']);
  }
  rmSync(data, { recursive: true });
});

test('a day that passes intake, processor and gateway on Kafka ends as its fold, also when a processor is killed', async () => {
  const day = portDay(seed, 8, ports);
  const half = Math.floor(day.length / 2);
  const [intake, first, gateway] = await Promise.all([start('intake'), start('processor'), start('gateway')]);
  const [into, from] = [createRestClient({ url: intake.url, key }), createRestClient({ url: gateway.url, key })];
  await sendAll(into, day.slice(0, half));
  await shows(from, folded(day.slice(0, half)));
  const second = await start('processor');
  const sending = sendAll(into, day.slice(half));
  await first.stop('SIGKILL');
  await sending;
  await shows(from, folded(day));
  expect(await second.stop()).toBe(0);
  expect(await intake.stop()).toBe(0);
  expect(await gateway.stop()).toBe(0);
});
