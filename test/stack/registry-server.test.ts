import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createRegistryServer, type RegistryServerOptions, SchemaRefused } from '@clearquay/adapters/registry/registry-server.ts';
import { type RegistryProcess, startRegistry } from '@clearquay/cli/servers/apicurio.ts';
import { recordSchemas } from '@clearquay/schemas/records.generated.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startClearquay } from '../support/clearquay.ts';
import { type CountingProxy, countRequests } from '../support/registry/counting-proxy.ts';
import { until } from '../support/until.ts';

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
