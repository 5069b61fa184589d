import { readFile } from 'node:fs/promises';
import type { Subject } from '@clearquay/domain/events/status-event.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { agencyTopic, topics } from '@clearquay/schemas/topics.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';
import { testKey } from '../support/gateway-under-test.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

interface Letter {
  readonly id: string;
  readonly state: string;
  readonly code: string;
  readonly stage: string;
  readonly partner?: string;
  readonly body: string;
  readonly text?: string;
  readonly replays: readonly { readonly at: string; readonly by: string; readonly outcome: string; readonly code?: string }[];
}

interface Page {
  readonly deadLetters: readonly Letter[];
  readonly cursor?: string;
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });
const list = async (query: string): Promise<readonly Letter[]> => (await stack.get<Page>(`/v1/dead-letters?${query}`)).body.deadLetters;
const show = async (id: string): Promise<Letter> => (await stack.get<Letter>(`/v1/dead-letters/${encodeURIComponent(id)}`)).body;
const replay = (id: string) => stack.post(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, {});
const applied = async (id: string): Promise<number> =>
  (await stack.warehouse.query('SELECT 1 FROM events WHERE event_id = {id:String}', { id })).length;

/** The dead letters of a query, once there are so many in the archive. */
async function lettersOf(query: string, count: number): Promise<readonly Letter[]> {
  await until(`${count} dead letters of ${query}`, async () => (await list(query)).length >= count);
  const letters = await list(query);
  expect(letters).toHaveLength(count);
  return letters;
}

/** A status event as a partner sends it. */
const sent = (id: string, serial: number, changed: object = {}) => ({
  id,
  source: 'desk-one',
  port: 'CNDLC',
  code: 'terminal.discharged',
  subject: box(serial),
  occurredAt: '2026-03-01T08:00:00+08:00',
  details: { full: true },
  ...changed,
});

test('an item that intake refused is kept once with its bytes; a replay of what is still wrong adds its reason', async () => {
  const wrong = sent('i-1', 1, { subject: { type: 'container', id: 'QXRU0000010' } });
  const { status, body } = await stack.post<{ outcomes: { status: string; code: string }[] }>('/v1/events', {
    events: [wrong, sent('i-2', 2)],
  });
  expect(status).toBe(202);
  expect(body.outcomes.map((o) => o.status)).toEqual(['rejected', 'accepted']);
  const [letter] = await lettersOf('source=desk-one&event=i-1', 1);
  expect(letter).toMatchObject({ state: 'open', code: 'CQ_CONTAINER_CHECK_DIGIT', stage: 'intake', replays: [] });
  const id = letter?.id ?? '';
  const whole = await show(id);
  expect(whole.text).toBe(JSON.stringify(wrong));
  expect(Buffer.from(whole.body, 'base64').toString()).toBe(JSON.stringify(wrong));
  expect(await replay(id)).toMatchObject({ status: 200, body: { outcome: 'refused', code: 'CQ_CONTAINER_CHECK_DIGIT' } });
  expect(await show(id)).toMatchObject({ state: 'open', replays: [{ by: 'admin', outcome: 'refused', code: 'CQ_CONTAINER_CHECK_DIGIT' }] });
  expect(await applied('i-1')).toBe(0);
  expect(await list('source=desk-one&event=i-1')).toHaveLength(1);
});

test('a record that could not be read for its schema is applied once when it can be, however often it is replayed', async () => {
  const story = new PortStory('CNYTG');
  const event = story.tell(3, 'terminal.discharged', box(11), [], { full: true });
  const record = eventRecord(event, event.occurredAt, stack.directory.codec);
  // The right bytes without their key: nothing but the key is wrong, and the archive keeps that there is none.
  await stack.directory.log.append([{ ...record, key: null }]);
  const [keyless] = await lettersOf('code=CQ_KEY_MISSING', 1);
  expect(await replay(keyless?.id ?? '')).toMatchObject({ body: { outcome: 'refused', code: 'CQ_KEY_MISSING' } });
  // What a registry that was away made unreadable: kept by hand as the processor keeps it, readable today.
  const { topic, partition } = record;
  const at = { topic, partition, offset: 4_711 };
  const letter = {
    ...at,
    id: `${topic}-${partition}-4711`,
    code: 'CQ_SCHEMA_UNKNOWN',
    message: 'x',
    stage: 'decode',
    key: 'CNYTG',
    refusedAt: Date.now(),
    body: record.value ?? new Uint8Array(),
  };
  const value = stack.directory.codec.encode(topics.deadLetters.name, letter);
  // Twice, as after a crash between its append and the commit.
  for (const _ of [1, 2]) await stack.directory.log.append([{ topic: topics.deadLetters.name, partition, key: null, value }]);
  const [unread] = await lettersOf('code=CQ_SCHEMA_UNKNOWN', 1);
  const first = await replay(unread?.id ?? '');
  expect(first).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
  const again = await Promise.all([replay(letter.id), replay(letter.id)]);
  expect(again.map((a) => a.body['outcome'])).toEqual(['accepted', 'accepted']);
  await until('it is applied', async () => (await applied(event.id)) > 0);
  expect(await applied(event.id)).toBe(1);
  const shown = await show(letter.id);
  expect(shown).toMatchObject({ state: 'replayed', replays: [{ by: 'admin', outcome: 'accepted' }] });
  expect(Math.abs(Date.parse(shown.replays[0]?.at ?? '') - Date.now())).toBeLessThan(60_000);
  expect((await list('state=replayed')).map((l) => l.id)).toEqual([letter.id]);
  expect((await list('state=open')).map((l) => l.id)).not.toContain(letter.id);
});

test('a conflict stays one when it is replayed; the first body stands', async () => {
  const story = new PortStory('CNLYG');
  const event = story.tell(3, 'terminal.discharged', box(21), [], { full: true });
  await stack.send(event, { ...event, details: { full: false } });
  const [letter] = await lettersOf('code=CQ_EVENT_CONFLICT&port=CNLYG', 1);
  expect(letter).toMatchObject({ source: event.source, eventId: event.id, partition: partitionOf('CNLYG'), topic: agencyTopic.terminal });
  expect(await replay(letter?.id ?? '')).toMatchObject({ body: { outcome: 'refused', code: 'CQ_EVENT_CONFLICT' } });
  expect(await list('code=CQ_EVENT_CONFLICT&port=CNLYG')).toHaveLength(1);
});

const coarri = new URL('../../services/intake/formats/edifact/fixtures/coarri-d95b-discharge-load.edi', import.meta.url);

const postAs = (partner: string, body: Buffer) =>
  fetch(new URL(`/v1/messages?partner=${encodeURIComponent(partner)}`, stack.url()), {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}` },
    body,
  });

test("a message under a name that no partner can have is nobody's, also when it is replayed", async () => {
  const names = ['', 'new quay', 'é', 'x'.repeat(121), `generic${' '.repeat(200)}`];
  for (const name of names) expect((await postAs(name, await readFile(coarri))).status, name).toBe(422);
  const refused = await lettersOf('code=CQ_SENDER_UNKNOWN', names.length);
  expect(refused.map((l) => l.partner).sort()).toEqual(names.map((name) => name.slice(0, 200) || ' ').sort());
  for (const { id } of refused) {
    await until('its bytes are archived', async () => (await replay(id)).status === 200);
    expect((await replay(id)).body).toMatchObject({ outcome: 'refused', code: 'CQ_SENDER_UNKNOWN' });
  }
});

test('a message of a partner who was not set up is read whole when it is replayed, its events once', async () => {
  const message = await readFile(coarri);
  expect((await postAs('new-quay', message)).status).toBe(422);
  const [letter] = await lettersOf('code=CQ_SENDER_UNKNOWN&partner=new-quay', 1);
  const id = letter?.id ?? '';
  expect(Buffer.from((await show(id)).body, 'base64')).toEqual(message);
  await until('its bytes are archived', async () => (await replay(id)).status === 200);
  expect(await show(id)).toMatchObject({ state: 'open', code: 'CQ_SENDER_UNKNOWN' });
  stack.addPartner('new-quay');
  expect(await replay(id)).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
  const events = (): Promise<object[]> => stack.warehouse.query("SELECT event_id FROM events WHERE source = 'new-quay'");
  await until('its events are applied', async () => (await events()).length > 0);
  const count = (await events()).length;
  expect((await replay(id)).body['outcome']).toBe('accepted');
  expect(await show(id)).toMatchObject({ state: 'replayed' });
  expect(await events()).toHaveLength(count);
});

test('a request that could not be read is a dead letter, and refused again as long as it cannot', async () => {
  const headers = { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' };
  const body = '{"events":[{"id":"cut-off"';
  expect((await fetch(new URL('/v1/events', stack.url()), { method: 'POST', headers, body })).status).toBe(400);
  const [letter] = await lettersOf('code=CQ_JSON_INVALID', 1);
  expect((await show(letter?.id ?? '')).text).toBe(body);
  expect(await replay(letter?.id ?? '')).toMatchObject({ status: 200, body: { outcome: 'refused', code: 'CQ_JSON_INVALID' } });
});

test('pages hold every dead letter once, newest first; what is not there answers 404, what is wrong 400', async () => {
  const events = Array.from({ length: 12 }, (_, n) => sent(`p-${n}`, 1, { code: 'terminal.no-such-thing' }));
  await stack.post('/v1/events', { events });
  const all = await lettersOf('code=CQ_CODE_UNKNOWN', 12);
  const paged: Letter[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { body }: { body: Page } = await stack.get<Page>(`/v1/dead-letters?code=CQ_CODE_UNKNOWN&limit=5${cursor && `&cursor=${cursor}`}`);
    paged.push(...body.deadLetters);
    cursor = body.cursor;
  }
  expect(paged).toEqual(all);
  expect(new Set(paged.map((l) => l.id)).size).toBe(12);
  expect(await stack.get('/v1/dead-letters/none')).toMatchObject({ status: 404, body: { code: 'CQ_NOT_FOUND' } });
  expect(await replay('none')).toMatchObject({ status: 404, body: { code: 'CQ_NOT_FOUND' } });
  for (const query of ['cursor=AAAA', 'state=lost', 'limit=0', 'since=yesterday', 'colour=red'])
    expect(await stack.get(`/v1/dead-letters?${query}`), query).toMatchObject({ status: 400, body: { code: 'CQ_REQUEST_INVALID' } });
});

test('the commands list, show and replay dead letters', async () => {
  const cli = (...args: string[]) => runCli(['dead-letters', ...args, '--url', stack.url(), '--key', testKey]);
  await stack.post('/v1/events', { events: [sent('c-1', 31, { classifier: 'guessed' })] });
  const [letter] = await lettersOf('event=c-1', 1);
  const listed = await cli('list', '--source', 'desk-one', '--state', 'open');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout.split('\n').filter((l) => l.includes('desk-one/c-1'))).toHaveLength(1);
  const raw = await cli('show', letter?.id ?? '', '--raw');
  expect(JSON.parse(raw.stdout)).toMatchObject({ id: 'c-1', classifier: 'guessed' });
  expect(JSON.parse((await cli('show', letter?.id ?? '')).stdout)).toMatchObject({ state: 'open' });
  const replayed = await cli('replay', letter?.id ?? '');
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toContain('CQ_EVENT_SHAPE');
  expect((await cli('show', 'none')).stderr).toContain('CQ_NOT_FOUND');
});
