import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';
import { deadLetters, ownWarehouse, rawBytes } from '../support/kept-bytes.ts';
import { until } from '../support/until.ts';

let clearquay: RunningClearquay;
let rest: RestClient;
let warehouse: Warehouse;

beforeAll(async () => {
  clearquay = await startClearquay();
  rest = createRestClient(clearquay);
  warehouse = ownWarehouse(clearquay);
}, 60_000);

afterAll(async () => {
  await warehouse?.close();
  await clearquay?.stop();
});

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** A subscriber that holds full visits. */
async function subscriber(filter: object): Promise<LiveClient> {
  const client = connect({ url: clearquay.url, key: clearquay.key, subscriptions: [{ id: 's', filter, fields: 'full' }] });
  await client.synced();
  return client;
}

const seen = (client: LiveClient): VisitJson[] => [...client.visits('s').values()].filter((v): v is VisitJson => 'milestones' in v);

/** Sends a COARRI of two discharged and nineteen loaded boxes with the CLI and checks what comes of it everywhere. */
async function provesCoarri(file: string, calls: readonly [string, string]): Promise<{ visits: VisitJson[]; stdout: string }> {
  const client = await subscriber({ calls: [...calls] });
  try {
    const sent = await clearquay.run('send', file);
    expect(sent.stderr).not.toContain('refused');
    expect(sent.code).toBe(0);
    await until('21 visits at the subscriber', () => client.visits('s').size === 21);
    const visits = seen(client);
    expect(visits.filter((v) => v.milestones['discharged']?.actual)).toHaveLength(2);
    const loaded = visits.filter((v) => v.milestones['loaded']?.actual);
    expect(loaded).toHaveLength(19);
    for (const v of loaded) expect(v.findings.map((f) => f.code)).toContain('opening-not-observed');
    for (const v of visits) {
      expect(calls).toContain(v.calls[0]);
      expect(await rest.getVisit(v.visitId)).toEqual(v);
      const { entries } = await rest.getTimeline(v.visitId);
      expect(entries[0]?.event.details?.['stowageCell']).toMatch(/^[0-9]{6}$/);
    }
    const rawId = /kept as (\S+)/.exec(sent.stdout)?.[1] ?? '';
    await until('the raw bytes', async () => (await rawBytes(warehouse, rawId)).length > 0);
    expect(await rawBytes(warehouse, rawId)).toEqual(await readFile(file));
    return { visits, stdout: sent.stdout };
  } finally {
    await client.close();
  }
}

test('a COARRI of two messages becomes 21 visits at a subscriber, in REST and in the kept bytes', async () => {
  const { stdout } = await provesCoarri(fixture('coarri-d95b-discharge-and-load.edi'), ['9QYA7:CNDLC:101E', '9QYA7:CNDLC:102W']);
  expect(stdout).toContain('21 accepted, 0 refused');
  expect(stdout).toContain('count-mismatch');
}, 60_000);

const realCoarri = fileURLToPath(new URL('../../../shared/samples/edifact/php-edifact_D95BCOARRI.edi', import.meta.url));
if (existsSync(realCoarri))
  test('a real COARRI becomes 21 visits with nothing refused', async () => {
    const { stdout } = await provesCoarri(realCoarri, ['3ERX3:ITGOA:031W', '3ERX3:ITGOA:032E']);
    expect(stdout).toContain('21 accepted, 0 refused');
  }, 60_000);

let serial = 0;
const event = (
  code: string,
  type: string,
  id: string,
  references: readonly (readonly [string, string])[] = [],
  more: object = {},
): object => ({
  id: `e2e-${++serial}`,
  source: 'e2e',
  port: 'CNDLC',
  code,
  subject: { type, id },
  references: references.map(([t, i]) => ({ type: t, id: i })),
  occurredAt: new Date(Date.UTC(2026, 2, 1, 8) + serial * 60_000).toISOString(),
  ...more,
});

/** Three boxes of which two are under one bill, call and declaration, and what the agencies say of these. */
function linkedStory(n: number): { boxes: string[]; links: object[]; facts: object[]; filter: object } {
  const boxes = [
    ['QYSU4100002', 'QYSU4100018', 'QYSU4100023'],
    ['QYSU4200001', 'QYSU4200017', 'QYSU4200022'],
    ['QYSU4300000', 'QYSU4300016', 'QYSU4300021'],
  ][n] as string[];
  const [one = '', two = '', other = ''] = boxes;
  const call = `952456${n}:CNDLC:20${n}E`;
  const [bill, declaration] = [`QYB-R${n}`, `09082026100000${n}001`];
  const link = (box: string, b: string, k: string): object =>
    event(
      'carrier.bill-linked',
      'container',
      box,
      [
        ['bill', b],
        ['call', k],
      ],
      { details: { direction: 'import' } },
    );
  const links = [
    link(one, bill, call),
    link(two, bill, call),
    link(other, `${bill}-other`, `${call}X`),
    event('customs.declaration-linked', 'declaration', declaration, [['bill', bill]]),
  ];
  const facts = [
    event('border.vessel-entry-cleared', 'call', call),
    event('maritime.vessel-entry-permitted', 'call', call),
    event('customs.declaration-submitted', 'declaration', declaration),
    event('customs.released', 'bill', bill),
  ];
  return { boxes, links, facts, filter: { containers: boxes } };
}

test.each([
  ['links first', 0, (s: ReturnType<typeof linkedStory>) => [s.links, s.facts]],
  ['facts first', 1, (s: ReturnType<typeof linkedStory>) => [s.facts, s.links]],
  ['all at once', 2, (s: ReturnType<typeof linkedStory>) => [[...s.facts, ...s.links]]],
])(
  'events of a call, bill and declaration reach exactly the linked boxes: %s',
  async (_name, n, order) => {
    const story = linkedStory(n);
    const client = await subscriber(story.filter);
    try {
      for (const events of order(story)) {
        const { outcomes } = await rest.sendEvents(events);
        expect(outcomes.filter((o) => o.status === 'rejected')).toEqual([]);
      }
      const [one = '', two = '', other = ''] = story.boxes;
      const of = (box: string): VisitJson | undefined => seen(client).find((v) => v.container === box);
      const has = (box: string): boolean =>
        of(box)?.lanes['border'] === 'entry-cleared' &&
        of(box)?.lanes['customs'] === 'released' &&
        of(box)?.milestones['declared'] !== undefined;
      await until('both linked boxes have the facts', () => has(one) && has(two) && of(other) !== undefined);
      expect(of(other)?.lanes).toMatchObject({ border: 'none', customs: 'none' });
      for (const box of story.boxes) {
        const { visits } = (await (await clearquay.get(`/v1/containers/${box}`)).json()) as { visits: VisitJson[] };
        expect(visits).toEqual([of(box)]);
        const { entries } = await rest.getTimeline(visits[0]?.visitId ?? '');
        const codes = entries.map((e) => e.event.code);
        if (box === other) expect(codes).toEqual(['carrier.bill-linked']);
        else
          expect(new Set(codes)).toEqual(
            new Set([
              'carrier.bill-linked',
              'customs.declaration-linked',
              'border.vessel-entry-cleared',
              'maritime.vessel-entry-permitted',
              'customs.declaration-submitted',
              'customs.released',
            ]),
          );
      }
    } finally {
      await client.close();
    }
  },
  60_000,
);

test('a refused event is told with its code and pointer and kept, and its neighbours are applied', async () => {
  const box = 'QYSU4400000';
  const good = [
    event('terminal.gated-in', 'container', box, [], { details: { full: true } }),
    event('carrier.vgm-declared', 'container', box),
  ];
  const bad: [object, string, string][] = [
    [event('terminal.discharged', 'container', 'QYSU4400001'), 'CQ_CONTAINER_CHECK_DIGIT', '/subject/id'],
    [event('terminal.vanished', 'container', box), 'CQ_CODE_UNKNOWN', '/code'],
    [event('terminal.discharged', 'container', box, [], { port: 'XXQQQ' }), 'CQ_PORT_UNKNOWN', '/port'],
  ];
  const { outcomes } = await rest.sendEvents([good[0] as object, ...bad.map(([e]) => e), good[1] as object]);
  expect(outcomes.map((o) => (o.status === 'rejected' ? `${o.code} ${o.pointer}` : o.status))).toEqual([
    'accepted',
    ...bad.map(([, code, pointer]) => `${code} ${pointer}`),
    'accepted',
  ]);
  await until(
    'the neighbours are applied',
    async () => (await rest.getVisits({ container: box })).visits[0]?.milestones['vgm-declared'] !== undefined,
  );
  for (const [sent, code] of bad) {
    await until(`${code} is kept`, async () =>
      (await deadLetters(warehouse, code)).some((d) => JSON.parse(d.body).id === (sent as { id: string }).id),
    );
    expect((await deadLetters(warehouse, code)).map((d) => JSON.parse(d.body))).toContainEqual(sent);
  }
}, 60_000);

test('an actual time of the year 2999 is kept in quarantine, outside the fold', async () => {
  const box = 'QYSU4500009';
  const { outcomes } = await rest.sendEvents([
    event('terminal.gated-in', 'container', box, [], { occurredAt: '2999-01-01T00:00:00Z' }),
    event('terminal.gated-in', 'container', box),
  ]);
  expect(outcomes).toMatchObject([{ status: 'accepted', quarantined: true }, { status: 'accepted' }]);
  await until('the other event is applied', async () => (await rest.getVisits({ container: box })).visits.length === 1);
  const { visits } = await rest.getVisits({ container: box });
  expect(visits[0]?.openedAt).toMatch(/^2026-/);
  const [row] = await warehouse.query<{ quarantined: number }>(
    'SELECT quarantined FROM events FINAL WHERE subject_id = {box:String} ORDER BY quarantined DESC LIMIT 1',
    { box },
  );
  expect(row?.quarantined).toBe(1);
}, 60_000);

const json = { 'content-type': 'application/json' };

test.each([
  [
    'a body over the limit',
    '/v1/events',
    { method: 'POST', headers: json, body: `{"events":[${'1'.repeat(9 * 1024 * 1024)}]}` },
    413,
    'CQ_BODY_TOO_LARGE',
  ],
  ['invalid JSON', '/v1/events', { method: 'POST', headers: json, body: '{"events":[' }, 400, 'CQ_JSON_INVALID'],
  ['a body of another shape', '/v1/events', { method: 'POST', headers: json, body: '{"events":7}' }, 400, 'CQ_REQUEST_INVALID'],
  ['a body of another type', '/v1/events', { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a,b' }, 415, 'CQ_MEDIA_TYPE'],
  [
    'an interchange cut inside a message',
    '/v1/messages',
    { method: 'POST', body: "UNB+UNOA:2+A+B+260301:0900+1'UNH+1+COARRI:D:95B:UN'BGM+44+1+9'" },
    422,
    'CQ_EDIFACT_TRUNCATED',
  ],
  ['bytes of no known format', '/v1/messages', { method: 'POST', body: '\u0000\u0001\u0002 nothing at all' }, 422, 'CQ_FORMAT_UNKNOWN'],
  ['a visit that is not there', '/v1/visits/CNDLC-QYSU4100002-0000000000000', {}, 404, 'CQ_NOT_FOUND'],
] as [string, string, RequestInit, number, string][])('%s is answered with problem details', async (_name, path, init, status, code) => {
  const answer = await clearquay.get(path, init);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect({ status: answer.status, code: ((await answer.json()) as { code: string }).code }).toEqual({ status, code });
});

test('a refused message keeps its bytes', async () => {
  const body = "UNB+UNOA:2+A+B+260301:0900+1'UNH+1+COARRI:D:95B:UN'BGM+44+broken+9'";
  const answer = await clearquay.get('/v1/messages', { method: 'POST', body });
  const { rawId } = (await answer.json()) as { rawId: string };
  await until('its bytes are kept', async () => (await rawBytes(warehouse, rawId)).length > 0);
  expect((await rawBytes(warehouse, rawId)).toString()).toBe(body);
  await until('its reason is kept', async () =>
    (await deadLetters(warehouse, 'CQ_EDIFACT_TRUNCATED')).some((d) => d.body.includes('broken')),
  );
}, 30_000);

test('a visit can be asked for as it was known at a moment, by REST and by SQL', async () => {
  const box = 'QYSU4600008';
  await rest.sendEvents([event('terminal.gated-in', 'container', box, [], { details: { full: true } })]);
  await until('the visit is open', async () => (await rest.getVisits({ container: box })).visits[0]?.milestones['gated-in'] !== undefined);
  const [before] = (await rest.getVisits({ container: box })).visits;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const between = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await rest.sendEvents([event('carrier.vgm-declared', 'container', box)]);
  await until(
    'the visit has its mass',
    async () => (await rest.getVisits({ container: box })).visits[0]?.milestones['vgm-declared'] !== undefined,
  );
  const path = `/v1/visits/${before?.visitId}?asOf=`;
  expect(await (await clearquay.get(`${path}${between.toISOString()}`)).json()).toEqual(before);
  expect((await clearquay.get(`${path}2001-01-01T00:00:00Z`)).status).toBe(404);
  expect((await clearquay.get(`${path}yesterday`)).status).toBe(400);
  const known = async (at: string): Promise<unknown> =>
    (
      await warehouse.query<{ version: string }>(
        'SELECT toString(revision) AS version FROM visits_as_of(at = {at:String}) WHERE container = {box:String}',
        { at, box },
      )
    )[0]?.version;
  expect(await known(between.toISOString().slice(0, 23).replace('T', ' '))).toBe(before?.version);
}, 30_000);

test('a cut-off that passes makes a revision by itself, and subscribers hear of it', async () => {
  const box = 'QYSU4700007';
  const call = '9524563:CNDLC:901W';
  const client = await subscriber({ containers: [box] });
  try {
    const due = new Date(Date.now() + 2_000).toISOString();
    const now = { occurredAt: new Date().toISOString() };
    await rest.sendEvents([
      event(
        'carrier.bill-linked',
        'container',
        box,
        [
          ['bill', 'QYB-DUE'],
          ['call', call],
        ],
        { ...now, details: { direction: 'export' } },
      ),
      event('terminal.cutoff-set', 'call', call, [], { ...now, details: { kind: 'gate-in', due } }),
    ]);
    const cutoff = (): string | undefined => seen(client)[0]?.deadlines.find((d) => d.kind === 'gate-in')?.state;
    await until('the cut-off runs', () => cutoff() === 'running');
    expect(seen(client)[0]?.nextChangeAt).toBeDefined();
    await until('the cut-off is missed', () => cutoff() === 'missed');
    const [row] = await warehouse.query<{ n: string }>(
      "SELECT count() AS n FROM changes WHERE container = {box:String} AND cause = 'due'",
      { box },
    );
    expect(Number(row?.n)).toBe(1);
  } finally {
    await client.close();
  }
}, 30_000);

test('nothing is shown without the key', async () => {
  for (const path of ['/v1/visits', '/v1/containers/QYSU4100002']) expect((await fetch(new URL(path, clearquay.url))).status).toBe(401);
  expect((await fetch(new URL('/v1/visits', clearquay.url), { headers: { authorization: 'Bearer wrong-key' } })).status).toBe(401);
});

test('watch shows the timeline in English and Chinese, doctor finds nothing in the way', async () => {
  const english = await clearquay.run('watch', 'QYSU4100002', '--once');
  expect(english.stdout).toContain('Border entry formalities done');
  const chinese = await clearquay.run('watch', 'QYSU4100002', '--once', '--lang', 'zh');
  expect(chinese.stdout).toContain('边检入境手续办结');
  const doctor = await clearquay.run('doctor', '--data', clearquay.directory);
  expect({ code: doctor.code, out: doctor.stdout }).toMatchObject({ code: 0, out: expect.stringContaining('is ready') });
}, 30_000);

test('send tells what was refused and ends with 1', async () => {
  const sent = await clearquay.run('send', fileURLToPath(import.meta.url));
  expect(sent).toMatchObject({ code: 1, stdout: expect.stringContaining('CQ_FORMAT_UNKNOWN') });
}, 30_000);
