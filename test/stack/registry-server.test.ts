import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createRegistryServer, type RegistryServerOptions, SchemaRefused } from '@clearquay/adapters/registry/registry-server.ts';
import { createAdminAuthenticator } from '@clearquay/adapters/runtime/admin-key.ts';
import { createHttpApp } from '@clearquay/adapters/runtime/http-app.ts';
import { createMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import { type RegistryProcess, startRegistry } from '@clearquay/cli/servers/apicurio.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { createPartnerTable } from '@clearquay/intake/formats/edifact/partner.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { createOperations } from '@clearquay/intake/intake.ts';
import { createRecordJudge } from '@clearquay/processor/judge-record.ts';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startClearquay } from '../support/clearquay.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { type CountingProxy, countRequests } from '../support/registry/counting-proxy.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse } from '../support/warehouse.ts';

const logger = { info() {}, warn() {}, error() {} };
const unknown = 2_147_483_647;
const control = { kind: 'key', body: '{}' };

let server: RegistryProcess;
let proxy: CountingProxy;
beforeAll(async () => {
  server = await startRegistry();
  proxy = await countRequests(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.remove();
});
/** Every test finds the registry up. */
afterEach(async () => {
  server.signal('SIGCONT');
  if (
    !(await fetch(`${server.url}/subjects`).then(
      (r) => r.ok,
      () => false,
    ))
  )
    await server.start();
});

const open = (options: Partial<RegistryServerOptions> = {}) =>
  createRegistryServer({ url: proxy.url, timeoutMs: 1_000, logger, ...options });

/** The schema of a record with fields dropped or changed. */
function changed(change: (field: { name: string; type: unknown; default?: unknown }) => object | undefined): string {
  const schema = JSON.parse(recordSchemas.DeadLetter);
  return JSON.stringify({ ...schema, fields: schema.fields.flatMap((field: never) => change(field) ?? []) });
}

test('a schema that older readers or writers do not get along with is refused before use (fault 21)', async () => {
  const registry = open();
  const subject = 'evolving-value';
  await registry.register(subject, recordSchemas.DeadLetter);
  const incompatible = [
    changed((f) => (f.name === 'id' ? undefined : f)),
    changed((f) => (f.name === 'id' ? { ...f, type: 'int' } : f)),
    changed((f) => (f.name === 'pointer' ? { name: 'added', type: 'string' } : f)),
  ];
  for (const schema of incompatible) await expect(registry.register(subject, schema)).rejects.toThrow(SchemaRefused);
  const compatible = changed((f) => (f.name === 'pointer' ? undefined : f));
  expect(await registry.register(subject, compatible)).toBeGreaterThan(0);
});

test('a codec whose schema the registry refuses does not start', async () => {
  const other = JSON.stringify({ type: 'record', name: 'ControlEntry', namespace: 'org.clearquay', fields: [{ name: 'n', type: 'int' }] });
  const registry = open();
  await registry.register('strict-value', other);
  await expect(createRecordCodec(registry, { control: { ...topics.control, name: 'strict' } })).rejects.toThrow(SchemaRefused);
});

test('an id is asked for once, however many ask at once, and an unknown one again only after a while (fault 13)', async () => {
  const id = await open().register('asked-value', recordSchemas.ControlEntry);
  const registry = open({ askAgainAfterMs: 200 });
  const asked = proxy.count(`/ids/${id}`);
  await Promise.all(Array.from({ length: 50 }, () => registry.schemaOf(id)));
  await registry.schemaOf(id);
  expect(proxy.count(`/ids/${id}`) - asked).toBe(1);
  for (let i = 0; i < 20; i++) expect(await registry.schemaOf(unknown)).toBeUndefined();
  expect(proxy.count(`/ids/${unknown}`)).toBe(1);
  await expect.poll(() => registry.schemaOf(unknown).then(() => proxy.count(`/ids/${unknown}`))).toBe(2);
});

test('while the registry is away, what is known goes on and what is not is learnt later (fault 13)', async () => {
  const registry = open({ askAgainAfterMs: 100 });
  const known = await registry.register('steady-value', recordSchemas.RawChunk);
  const codec = await createRecordCodec(registry, { deadLetters: { ...topics.control, name: 'away' } });
  const bytes = codec.encode('away', control);
  const later = await open().register('later-value', recordSchemas.DeadLetter);
  await server.kill();
  expect(codec.decode('away', bytes)).toEqual({ ok: true, value: control });
  expect(await registry.schemaOf(known)).toBe(recordSchemas.RawChunk);
  expect(await registry.schemaOf(later)).toBeUndefined();
  await server.start();
  await expect.poll(() => registry.schemaOf(later), { timeout: 20_000 }).toBeDefined();
});

test('a record whose schema is not known yet is applied by itself once it is, at one look-up an interval (fault 13)', async () => {
  const other = await startRegistry();
  const counted = await countRequests(other.url);
  const own = (more: Partial<RegistryServerOptions> = {}) => open({ url: counted.url, timeoutMs: 20_000, ...more });
  const registry = own({ askAgainAfterMs: 500 });
  const [house, directory] = await Promise.all([openTestWarehouse(), LogDirectory.open(registry)]);
  const { warehouse } = house;
  const { log, codec } = directory;
  const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
  const processor = await startProcessor({ log, warehouse }, codec);
  const http = {
    authenticator: createAdminAuthenticator('unused'),
    metrics: createMetrics(),
    logger,
    bodyLimitBytes: 1_000,
    openPaths: [],
  };
  const app = createHttpApp(http);
  const partners = createPartnerTable({ default: 'nobody', partners: [{ id: 'nobody' }] });
  const judgeRecord = createRecordJudge(codec, ports);
  await app.register(
    createOperations({ log, codec, ports, partners, clock: systemClock, logger, warehouse, judgeRecord, lookAgainMs: 100 }),
  );
  await app.ready();
  try {
    const story = new PortStory('CNDLC');
    const boxes = [1, 2, 3].map((serial) => ({ type: 'container', id: boxNumber(serial) }) as const);
    const told = boxes.map((box) => eventRecord(story.tell(3, 'terminal.discharged', box, [], { full: true }), systemClock.now(), codec));
    // The terminal's schema with one more field, whose id the registry will give to it and to nobody before.
    const schema = JSON.parse(recordSchemas.TerminalStatusEvent);
    const newer = JSON.stringify({ ...schema, fields: [...schema.fields, { name: 'crane', type: ['null', 'string'], default: null }] });
    const id =
      (await own().register(
        'last-value',
        changed((f) => (f.name === 'eventId' ? undefined : f)),
      )) + 1;
    const header = Buffer.alloc(5);
    header.writeUInt32BE(id, 1);
    const records = told.map((record) => ({
      ...record,
      value: Buffer.concat([header, (record.value ?? header).subarray(5), Buffer.from([0])]),
    }));
    // One that is wrong under any schema stays a dead letter, with the reason that it has by then.
    await log.append([...records, { ...told[0], value: Buffer.concat([header, Buffer.from([1])]) } as LogRecord]);
    const letters = () => warehouse.query("SELECT id FROM dead_letters FINAL WHERE code = 'CQ_SCHEMA_UNKNOWN'");
    await until('they are dead letters', async () => (await letters()).length === 4);
    const asked = counted.count(`/ids/${id}`);
    const from = performance.now();
    await until('it was looked for again', () => counted.count(`/ids/${id}`) >= asked + 2);
    expect(counted.count(`/ids/${id}`) - asked).toBeLessThanOrEqual(1 + (performance.now() - from) / 500);
    expect(await own().register(`${topics.terminal.name}-value`, newer)).toBe(id);
    const applied = () => warehouse.query<{ subject_id: string }>('SELECT subject_id FROM events ORDER BY subject_id');
    await until('they are applied', async () => (await applied()).length >= 3);
    const deeds = () =>
      warehouse.query(
        "SELECT outcome, count() AS n, JSONExtractString(any(details), 'code') AS code FROM audit GROUP BY outcome ORDER BY outcome",
      );
    const expected = [
      { outcome: 'accepted', n: '3', code: '' },
      { outcome: 'refused', n: '1', code: expect.stringMatching(/^CQ_AVRO_/) },
    ];
    await until('all is kept', async () => (await deeds()).length === 2);
    expect(await deeds()).toEqual(expected);
    await delay(300);
    expect([await deeds(), (await applied()).map((row) => row.subject_id)]).toEqual([expected, boxes.map((box) => box.id)]);
  } finally {
    await app.close();
    await processor.processor.close();
    await directory.stop();
    await house.stop();
    await counted.close();
    await other.remove();
  }
});

test('a registry that does not answer costs its time-out, not more', async () => {
  const registry = open({ timeoutMs: 300 });
  const id = await open().register('slow-value', recordSchemas.RawChunk);
  server.signal('SIGSTOP');
  expect(await registry.schemaOf(id)).toBeUndefined();
  await expect(registry.register('other-value', recordSchemas.RawChunk)).rejects.toThrow();
});

test('a start without the registry goes on from the copies of what it said', async () => {
  const copies = pathToFileURL(`${await mkdtemp(`${tmpdir()}/copies-`)}/`);
  try {
    const wanted = { control: { ...topics.control, name: 'copied' } };
    const bytes = (await createRecordCodec(open({ copies }), wanted)).encode('copied', control);
    await server.kill();
    await expect(createRecordCodec(open(), wanted)).rejects.toThrow();
    const restarted = await createRecordCodec(open({ copies }), wanted);
    expect(restarted.encode('copied', control)).toEqual(bytes);
  } finally {
    await rm(copies, { recursive: true });
  }
});

test('everything runs on a registry server, which then holds the schema of every topic', async () => {
  const other = await startRegistry();
  const clearquay = await startClearquay({ environment: { CLEARQUAY_SCHEMA_REGISTRY_URL: other.url } });
  try {
    const rest = createRestClient(clearquay);
    const box = 'QYSU4100002';
    const subject = { type: 'container', id: box };
    const occurredAt = '2026-03-01T08:00:00+08:00';
    await rest.sendEvents([{ id: 'r-1', source: 'registry', port: 'CNDLC', code: 'terminal.gated-in', subject, occurredAt }]);
    await until('the visit is there', async () => (await rest.getVisits({ container: box })).visits.length === 1);
    const subjects = (await (await fetch(`${other.url}/subjects`)).json()) as string[];
    expect(subjects.sort()).toEqual(
      Object.values(topics)
        .map((t) => `${t.name}-value`)
        .sort(),
    );
  } finally {
    await clearquay.stop();
    await other.remove();
  }
});

test('a start whose schemas the registry refuses ends with the reason', async () => {
  const subject = `${topics.deadLetters.name}-value`;
  const other = JSON.stringify({ type: 'record', name: 'DeadLetter', namespace: 'org.clearquay', fields: [{ name: 'n', type: 'int' }] });
  await open().register(subject, other);
  const refused = startClearquay({ environment: { CLEARQUAY_SCHEMA_REGISTRY_URL: server.url } });
  await expect(refused).rejects.toThrow(`The schema registry refuses the schema of ${subject}`);
});
