import { agencyWords, type Words } from '@clearquay/domain/clearance/words.ts';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import { RequestRefused } from '@clearquay/sdk/request-refused.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLog, startGateway, type TestGateway, type TestLog, testKey } from '../support/gateway-under-test.ts';
import { boxNumber, createOwner, visitIdOf } from '../support/visit-story.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let house: TestWarehouse;
let log: TestLog;
let gateway: TestGateway;
let client: RestClient;

const call = '9900112:CNDLC:026E';
const discharged = Date.UTC(2026, 2, 1, 1);

beforeAll(async () => {
  [house, log] = await Promise.all([openTestWarehouse(), openTestLog()]);
  gateway = await startGateway(log, house.warehouse);
  client = createRestClient({ url: gateway.url, key: testKey });
  const apply = createOwner(log, house.warehouse);
  await apply(
    {
      n: 1,
      bills: ['VKBL001'],
      calls: [call],
      milestones: { discharged, 'customs-released': discharged, 'gated-out': discharged },
      status: 'closed',
    },
    { n: 2, bills: ['VKBL001'], calls: [call], milestones: { discharged, 'vessel-departed': discharged } },
    {
      n: 3,
      bookings: ['VKBL001'],
      direction: 'export',
      milestones: { loaded: discharged, 'vessel-departed': discharged },
      status: 'closed',
    },
    { n: 4, port: 'CNYTG', bills: ["VK'BL\\4"] },
    { n: 5, bills: ['VKBL005'] },
  );
  await apply({ n: 5, bills: ['VKBL005'], merged: true });
  await apply({ n: 2, bills: ['VKBL001'], calls: [call], milestones: { discharged, 'customs-released': discharged } });
  await insertTimeline();
});

afterAll(async () => {
  await gateway.stop();
  await log.stop();
  await house.stop();
});

/** Two events of box 1: its own discharge, and a release that came through its bill and was cancelled. */
async function insertTimeline(): Promise<void> {
  const common = {
    port: 'CNDLC',
    source: 'dlc-terminal',
    received_at: discharged + 60_000,
    applied_at: discharged + 61_500,
    revision: '1099511627777',
  };
  const own = {
    subject_type: 'container',
    subject_id: boxNumber(1),
    event_id: 'e-1',
    code: 'terminal.discharged',
    occurred_at: discharged,
  };
  const bill = { subject_type: 'bill', subject_id: 'VKBL001', event_id: 'e-2', code: 'customs.released', occurred_at: discharged - 60_000 };
  const body = (id: string) =>
    JSON.stringify({ id, source: 'dlc-terminal', occurredAt: '2026-03-01T09:00:00+08:00', details: { note: '备注 "x"' } });
  await house.warehouse.insert(
    'events',
    [own, bill].map((e) => ({ ...common, ...e, action: 'report', body: body(e.event_id) })),
    'events',
  );
  const entry = { container: boxNumber(1), visit_id: visitIdOf(1) };
  const via = (e: typeof own) => ({
    via_type: e.subject_type,
    via_id: e.subject_id,
    event_id: e.event_id,
    code: e.code,
    occurred_at: e.occurred_at,
  });
  await house.warehouse.insert(
    'timeline',
    [
      { ...common, ...entry, ...via(own), status: 'effective', by: '' },
      { ...common, ...entry, ...via(bill), status: 'cancelled', by: 'dlc-customs/e-9' },
    ],
    'timeline',
  );
  const link = {
    port: 'CNDLC',
    type: 'bill',
    id: 'VKBL001',
    source: 'dlc-carrier',
    agency: 'carrier',
    forward: 1,
    revision: '1099511627777',
  };
  await house.warehouse.insert(
    'subjects',
    [
      { ...link, linked_type: 'container', linked_id: boxNumber(1), event_id: 'l-1', op: 'link', relation: 'house', at: discharged },
      { ...link, linked_type: 'container', linked_id: boxNumber(9), event_id: 'l-2', op: 'link', relation: '', at: discharged },
      { ...link, linked_type: 'container', linked_id: boxNumber(9), event_id: 'l-3', op: 'unlink', relation: '', at: discharged + 1 },
    ],
    'subjects',
  );
}

const get = async (path: string, key: string | undefined = testKey) => {
  const response = await fetch(new URL(path, gateway.url), key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const json = async (path: string) => JSON.parse((await get(path)).text) as Record<string, unknown>;
const refused = async (path: string) => {
  const { status, text } = await get(path);
  return { status, ...(JSON.parse(text) as { code: string; errors: { pointer: string }[] }) };
};
const boxes = async (query: Parameters<RestClient['getVisits']>[0]) => (await client.getVisits(query)).visits.map((v) => v.container);
const box = boxNumber;

test('every filter narrows, names are joined by AND and repeated values by OR', async () => {
  expect(await boxes({ container: box(2) })).toEqual([box(2)]);
  expect(await boxes({ bill: 'VKBL001' })).toEqual([box(1), box(2)]);
  expect(await boxes({ booking: 'VKBL001' })).toEqual([box(3)]);
  expect(await boxes({ call })).toEqual([box(1), box(2)]);
  expect(await boxes({ call, status: 'open' })).toEqual([box(2)]);
  expect(await boxes({ port: ['CNDLC', 'CNYTG'], direction: 'import' })).toEqual([box(1), box(2), box(4)]);
  expect(await boxes({ declaration: 'none' })).toEqual([]);
  expect(await boxes({ hold: 'inspection' })).toEqual([]);
});

test('since shows what changed at or after an instant', async () => {
  const { visits } = await client.getVisits({ since: '2026-03-01T08:00:07+08:00' });
  expect(visits.map((v) => v.container)).toEqual([box(2)]);
});

test('quotes and backslashes in a value are only a value', async () => {
  expect(await boxes({ bill: "VK'BL\\4" })).toEqual([box(4)]);
  expect(await boxes({ bill: "x') OR 1 = 1 --" })).toEqual([]);
});

test('pages follow each other without repeating or leaving out a visit, and the last has no cursor', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.getVisits({ limit: 1, ...(cursor !== undefined && { cursor }) });
    expect(page.visits.length).toBe(1);
    seen.push(...page.visits.map((v) => v.container));
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual([box(1), box(2), box(3), box(4)]);
});

test('a query that is not understood is refused with every wrong parameter named', async () => {
  const answer = await refused('/v1/visits?containr=X&status=sunk&limit=501&since=yesterday&cursor=AAAA');
  expect(answer).toMatchObject({ status: 400, code: 'CQ_REQUEST_INVALID', errors: [{ pointer: '/containr' }] });
  const values = await refused('/v1/visits?status=sunk&limit=501&since=yesterday&cursor=AAAA');
  expect(values.errors.map((e) => e.pointer)).toEqual(['/status', '/limit', '/since', '/cursor']);
  for (const query of ['limit=0', 'limit=-1', 'limit=1&limit=2', 'bill=', `bill=${'x'.repeat(2_049)}`, '%62ill%5B%5D=x'])
    expect([query, (await refused(`/v1/visits?${query}`)).code]).toEqual([query, 'CQ_REQUEST_INVALID']);
});

test('a visit is answered with its newest state; a merged, unknown or misshapen one does not exist', async () => {
  expect(await client.getVisit(visitIdOf(2))).toMatchObject({
    visitId: visitIdOf(2),
    container: box(2),
    milestones: { 'customs-released': {} },
  });
  for (const id of [visitIdOf(5), visitIdOf(77), 'nonsense', `${visitIdOf(1)}'--`, visitIdOf(1, 'CNYTG')]) {
    const failure = await client.getVisit(id).catch((e: unknown) => e);
    expect([id, failure instanceof RequestRefused && [failure.status, failure.code]]).toEqual([id, [404, 'CQ_NOT_FOUND']]);
  }
});

test('a timeline joins each entry with its event, in order of occurrence, with times of the port', async () => {
  const { visitId, entries } = await client.getTimeline(visitIdOf(1));
  expect(visitId).toBe(visitIdOf(1));
  expect(entries).toEqual([
    expect.objectContaining({
      event: expect.objectContaining({ id: 'e-2' }),
      via: { type: 'bill', id: 'VKBL001' },
      status: 'cancelled',
      by: 'dlc-customs/e-9',
    }),
    {
      event: { id: 'e-1', source: 'dlc-terminal', occurredAt: '2026-03-01T09:00:00+08:00', details: { note: '备注 "x"' } },
      via: { type: 'container', id: box(1) },
      status: 'effective',
      receivedAt: '2026-03-01T09:01:00+08:00',
      appliedAt: '2026-03-01T09:01:01.500+08:00',
    },
  ]);
  expect((await client.getTimeline(visitIdOf(2))).entries).toEqual([]);
  expect((await refused(`/v1/visits/${visitIdOf(77)}/timeline`)).status).toBe(404);
});

test('a bill shows its living links, its visits also as a booking, and how far they are', async () => {
  expect(await json('/v1/bills/VKBL001')).toMatchObject({
    type: 'bill',
    id: 'VKBL001',
    kind: 'booking',
    links: [{ type: 'container', id: box(1), relation: 'house' }],
    progress: { n: 3, discharged: 2, inspected: 0, released: 2, gone: 2 },
    n: 3,
    pending: 3,
    state: 'pending',
    ports: [{ port: 'CNDLC', n: 3 }],
    visits: [{ container: box(1) }, { container: box(2) }, { container: box(3) }],
  });
});

test('a call and a container show their visits; what nobody spoke about does not exist', async () => {
  expect(await json(`/v1/calls/${encodeURIComponent(call)}`)).toMatchObject({
    type: 'call',
    id: call,
    links: [],
    progress: { n: 2, gone: 1 },
  });
  expect(await json(`/v1/containers/${box(4)}`)).toMatchObject({
    type: 'container',
    progress: { n: 1, discharged: 0, released: 0, gone: 0 },
  });
  for (const path of ['/v1/containers/X', '/v1/bills/X', '/v1/declarations/X', '/v1/calls/X', '/v1/bills/VKBL005'])
    expect([path, (await refused(path)).code]).toEqual([path, 'CQ_NOT_FOUND']);
});

test('the published lists are served by version, oldest first', async () => {
  expect(await json('/v1/reference/fees')).toMatchObject({
    versions: [
      { version: '2025-1', validFrom: '2025-01-01T00:00:00+08:00' },
      {
        version: '2026-1',
        items: expect.arrayContaining([expect.objectContaining({ item: 'lift-off', price: '620.00', currency: 'CNY' })]),
      },
    ],
  });
  expect(await json('/v1/reference/service-limits')).toMatchObject({
    versions: [
      { version: '2025-1' },
      { version: '2026-1', limits: expect.arrayContaining([expect.objectContaining({ operation: 'relocation', limitMinutes: 240 })]) },
    ],
  });
});

test('reading needs a key; health, readiness, the page and the code list do not', async () => {
  expect((await get('/v1/visits', 'wrong')).status).toBe(401);
  expect((await fetch(new URL('/v1/visits', gateway.url))).status).toBe(401);
  for (const path of ['/', '/healthz', '/readyz', '/v1/reference/codes', '/live-page/main.js', '/live-page/style.css'])
    expect([path, (await fetch(new URL(path, gateway.url))).status]).toEqual([path, 200]);
});

test('readiness names each part', async () => {
  expect(await json('/readyz')).toEqual({
    ready: true,
    checks: { warehouse: { ok: true, reasons: [] }, gateway: { ok: true, reasons: [] } },
  });
});

test('the page runs no inline script, and every file that it names is served', async () => {
  const { headers, text } = await get('/');
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  const named = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map((m) => m[1] ?? '');
  expect(named.length).toBeGreaterThan(1);
  const scripts = [...named];
  for (const path of scripts) {
    const file = await get(path);
    expect([path, file.status]).toEqual([path, 200]);
    for (const [, imported] of file.text.matchAll(/from '\.\/([\w-]+\.js)'/g))
      if (!scripts.includes(`/live-page/${imported}`)) scripts.push(`/live-page/${imported}`);
  }
});

test('the page says what the command line says: its words are those of the domain', async () => {
  const { text } = await get('/live-page/words.js');
  const { words } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { words: Record<string, Record<string, Words>> };
  expect(words['agency']).toEqual(agencyWords);
  expect(words['milestone']?.['coldchain-result']).toEqual({ zh: '冷链检测结果', en: 'Cold-chain test result' });
  expect(words['code']?.['customs.released']).toMatchObject({ zh: '海关放行', en: 'Released by customs' });
});

test('every code is listed with its names in both languages', async () => {
  const { codes } = (await json('/v1/reference/codes')) as { codes: { code: string; zh: string; en: string }[] };
  expect(codes.map((c) => c.code)).toEqual(Object.keys(codeRules));
  expect(codes.every((c) => c.zh !== '' && c.en !== '')).toBe(true);
});
