import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IntakeUnderTest, receiptTime, startIntake } from '../support/intake-under-test.ts';

const json = { 'content-type': 'application/json' };
const fixture = (name: string) => readFileSync(new URL(`../../services/intake/formats/edifact/fixtures/${name}`, import.meta.url));

let intake: IntakeUnderTest;
let eventNumber = 0;
beforeAll(async () => {
  intake = await startIntake({ limits: { maxEventsBodyBytes: 1_000_000, maxMessageBytes: 3_000_000, recordsPerAppend: 2 } });
});
afterAll(() => intake.close());

const event = (change: object = {}) => ({
  id: `e${++eventNumber}`,
  port: 'CNDLC',
  source: 'quayside',
  code: 'terminal.discharged',
  subject: { type: 'container', id: 'JADU2207018' },
  occurredAt: '2026-03-01T09:13:00+08:00',
  ...change,
});
const postEvents = (events: readonly unknown[], query = '') => intake.post(`/v1/events${query}`, JSON.stringify({ events }), json);
const postMessage = (body: string | Buffer, query = '', type = 'application/edifact') =>
  intake.post(`/v1/messages${query}`, body, { 'content-type': type });
const textOf = (body: unknown) => Buffer.from(body as Uint8Array).toString();
const letters = async (part: string) =>
  (await intake.written('deadLetters')).map((r) => r.value).filter((v) => textOf(v['body']).includes(part));
const rawOf = async (rawId: string) => (await intake.written('raw')).filter((r) => r.value['rawId'] === rawId);

test('an accepted event is on its agency topic under its port before the answer, with the CloudEvents headers', async () => {
  const sent = event({ references: [{ type: 'bill', id: 'HBL1', kind: 'master' }], details: { full: true } });
  const { status, body } = await postEvents([sent]);
  expect(status).toBe(202);
  expect(body.outcomes).toEqual([{ status: 'accepted', id: sent.id, subject: 'JADU2207018' }]);
  const [record] = (await intake.written('terminal')).filter((r) => r.value['id'] === sent.id);
  expect(record).toMatchObject({
    key: 'CNDLC',
    partition: partitionOf('CNDLC'),
    headers: {
      ce_specversion: '1.0',
      ce_id: sent.id,
      ce_source: 'quayside',
      ce_type: 'org.clearquay.terminal.discharged',
      ce_time: '2026-03-01T01:13:00Z',
      ce_subject: 'container:JADU2207018',
      ce_partitionkey: 'CNDLC',
      'content-type': 'application/avro',
    },
    value: {
      action: 'report',
      replaces: null,
      port: 'CNDLC',
      agency: 'terminal',
      references: [{ type: 'bill', id: 'HBL1', kind: 'master', relation: null }],
      occurredAtText: '2026-03-01T09:13:00+08:00',
      receivedAt: receiptTime,
      details: '{"full":true}',
    },
  });
  const position = JSON.parse(Buffer.from(body.position, 'base64url').toString());
  expect(position).toEqual([[topics.terminal.name, partitionOf('CNDLC'), expect.any(Number)]]);
});

test.each([
  ['a wrong check digit', { subject: { type: 'container', id: 'JADU2207019' } }, 'CQ_CONTAINER_CHECK_DIGIT', '/subject/id'],
  ['a look-alike container', { subject: { type: 'container', id: 'ＪADU2207018' } }, 'CQ_CONTAINER_FORMAT', '/subject/id'],
  ['an unknown code', { code: 'terminal.vanished' }, 'CQ_CODE_UNKNOWN', '/code'],
  ['an unknown port', { port: 'XXNUL' }, 'CQ_PORT_UNKNOWN', '/port'],
  ['a time without zone', { occurredAt: '2026-03-01T09:13:00' }, 'CQ_TIME_INVALID', '/occurredAt'],
  ['24:00', { occurredAt: '2026-03-01T24:00:00Z' }, 'CQ_TIME_INVALID', '/occurredAt'],
])('an event with %s is rejected alone and kept as a dead letter byte for byte', async (_, change, code, pointer) => {
  const [before, bad, after] = [event(), event(change), event()];
  const { status, body } = await postEvents([before, bad, after]);
  expect(status).toBe(202);
  expect(body.outcomes).toMatchObject([{ status: 'accepted' }, { status: 'rejected', code, pointer }, { status: 'accepted' }]);
  expect(await letters(`"${bad.id}"`)).toMatchObject([{ code, pointer, stage: 'intake', refusedAt: receiptTime, rawId: null }]);
  expect(textOf((await letters(`"${bad.id}"`))[0]?.['body'])).toBe(JSON.stringify(bad));
});

test('an event of the year 2999 is accepted, named quarantined, and its neighbours are not', async () => {
  const { body } = await postEvents([event({ occurredAt: '2999-01-01T00:00:00Z' }), event()]);
  expect(body.outcomes).toMatchObject([{ status: 'accepted', quarantined: true }, { status: 'accepted' }]);
  expect(body.outcomes[1]).not.toHaveProperty('quarantined');
});

test('a number that would lose digits and a key that stands twice reject their event only', async () => {
  const [good, big, twice] = [event(), event(), event()];
  const texts = [good, big, twice].map((e) => JSON.stringify(e));
  const bad = [texts[0], `${texts[1]?.slice(0, -1)},"details":{"n":9007199254740993}}`, `${texts[2]?.slice(0, -1)},"id":"other"}`];
  const { status, body } = await intake.post('/v1/events', `\ufeff{"events":[${bad.join(',')}]}`, json);
  expect(status).toBe(202);
  expect(body.outcomes).toMatchObject([
    { status: 'accepted' },
    { status: 'rejected', code: 'CQ_EVENT_SHAPE', pointer: '/details/n' },
    { status: 'rejected', code: 'CQ_EVENT_SHAPE', pointer: '/id' },
  ]);
  expect(textOf((await letters('9007199254740993'))[0]?.['body'])).toBe(bad[1]);
});

test('a dry run judges and appends nothing', async () => {
  const bad = event({ port: 'XXNUL' });
  const before = [(await intake.written('terminal')).length, (await intake.written('deadLetters')).length];
  const { status, body } = await postEvents([event(), bad], '?dryRun=1');
  expect(status).toBe(202);
  expect(body.outcomes).toMatchObject([{ status: 'accepted' }, { status: 'rejected' }]);
  expect([(await intake.written('terminal')).length, (await intake.written('deadLetters')).length]).toEqual(before);
});

test('an event too large for one record is refused and kept whole as raw input', async () => {
  const large = event({ details: { text: 'x'.repeat(600_000) } });
  const { body } = await postEvents([large, event()]);
  expect(body.outcomes).toMatchObject([{ status: 'rejected', code: 'CQ_EVENT_SHAPE' }, { status: 'accepted' }]);
  const [letter] = await letters(`"${large.id}"`);
  const chunks = await rawOf(String(letter?.['rawId']));
  expect(chunks.map((c) => textOf(c.value['body'])).join('')).toBe(JSON.stringify(large));
});

test('a body that cannot be read is kept whole with its reason, but not by a dry run', async () => {
  const body = `{"events":[{"id":"no-end"`;
  const kept = async () => (await letters('"no-end"')).map((letter) => [letter['code'], textOf(letter['body'])]);
  expect((await intake.post('/v1/events?dryRun=1', body, json)).status).toBe(400);
  expect(await kept()).toEqual([]);
  expect((await intake.post('/v1/events', body, json)).status).toBe(400);
  expect(await kept()).toEqual([['CQ_JSON_INVALID', body]]);
});

test.each([
  ['invalid JSON', '{"events":[', json, 400, 'CQ_JSON_INVALID'],
  ['JSON of 100,000 levels', `{"events":[${'['.repeat(100_000)}`, json, 400, 'CQ_JSON_INVALID'],
  ['a body over the limit', ' '.repeat(1_000_001), json, 413, 'CQ_BODY_TOO_LARGE'],
  ['too many events', `{"events":[${Array(1_001).fill('{}').join(',')}]}`, json, 400, 'CQ_REQUEST_INVALID'],
  ['another content type', '{"events":[]}', { 'content-type': 'text/plain' }, 415, 'CQ_MEDIA_TYPE'],
  ['a broken content type', '{"events":[]}', { 'content-type': '/' }, 415, 'CQ_MEDIA_TYPE'],
  ['compression', '{"events":[]}', { ...json, 'content-encoding': 'gzip' }, 415, 'CQ_MEDIA_TYPE'],
])('a request of %s is refused whole with a typed answer', async (_, payload, headers, status, code) => {
  const answer = await intake.post('/v1/events', payload, headers);
  expect(answer).toMatchObject({ status, body: { code } });
  expect(answer.headers['content-type']).toContain('application/problem+json');
});

test('other routes of the application still take JSON only', async () => {
  expect(await intake.post('/v1/other', 'x', { 'content-type': 'text/plain' })).toMatchObject({ status: 404 });
});

test('an EDIFACT message is kept byte for byte, and its boxes are events on the terminal topic', async () => {
  const bytes = fixture('coarri-d95b-discharge-load.edi');
  const { status, body } = await postMessage(bytes, '?partner=demo-terminal');
  expect(status).toBe(202);
  expect(body).toMatchObject({ format: 'edifact', events: Array(4).fill({ status: 'accepted' }) });
  expect(body.findings.map((f) => f.code)).toEqual(['una-missing', 'seal-placeholder', 'seal-placeholder']);
  const [raw] = await rawOf(body.rawId);
  expect(raw).toMatchObject({
    key: 'demo-terminal',
    value: {
      chunk: 0,
      chunks: 1,
      port: 'CNDLC',
      partner: 'demo-terminal',
      format: 'edifact',
      contentType: 'application/edifact',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
  });
  expect(Buffer.from(raw?.value['body'] as Uint8Array).equals(bytes)).toBe(true);
  expect(JSON.parse(String(raw?.value['findings']))).toEqual(body.findings);
  const ids = new Set(body.events.map((e) => e.id));
  const events = (await intake.written('terminal')).filter((r) => ids.has(String(r.value['id'])));
  expect(events.map((r) => [r.value['code'], r.value['zoneRule'], r.value['source']])).toEqual([
    ...Array(3).fill(['terminal.discharged', 'partner', 'demo-terminal']),
    ['terminal.loaded', 'partner', 'demo-terminal'],
  ]);
  expect(JSON.parse(Buffer.from(body.position, 'base64url').toString())).toHaveLength(1);
});

test('a message sent twice brings the same event ids', async () => {
  const ids = async () => (await postMessage(fixture('codeco-d95b-gate-in.edi'))).body.events.map((e) => e.id);
  expect(await ids()).toEqual(await ids());
});

test('a box with a wrong check digit is a dead letter of its own; the other boxes are events', async () => {
  const text = fixture('coarri-d95b-discharge-load.edi').toString().replace('JADU2207023', 'JADU2207029');
  const { status, body } = await postMessage(text);
  expect(status).toBe(202);
  expect(body.events.map((e) => e.status)).toEqual(['accepted', 'rejected', 'accepted', 'accepted']);
  expect(body.events[1]).toMatchObject({ code: 'CQ_CONTAINER_CHECK_DIGIT', subject: 'JADU2207029' });
  const [letter] = await letters('JADU2207029');
  expect(letter).toMatchObject({ code: 'CQ_CONTAINER_CHECK_DIGIT', rawId: body.rawId, partner: 'generic' });
  expect(textOf(letter?.['body'])).toMatch(/^EQD\+CN\+JADU2207029.*SEL\+Y'$/s);
});

test('a message that is cut is refused, the one before it stands', async () => {
  const { status, body } = await postMessage(fixture('coarri-d95b-truncated.edi'));
  expect(status).toBe(202);
  expect(body.events).toMatchObject([...Array(3).fill({ status: 'accepted' }), { status: 'rejected', code: 'CQ_EDIFACT_TRUNCATED' }]);
  const [letter] = (await letters('UNH+72')).filter((l) => l['rawId'] === body.rawId);
  expect(letter).toMatchObject({ code: 'CQ_EDIFACT_TRUNCATED' });
});

test.each([
  ['cut inside its only message', fixture('codeco-d95b-gate-in.edi').subarray(0, 400), '', 422, 'CQ_EDIFACT_TRUNCATED'],
  ['without separators', 'UNA:+.? @HELLO', '?format=edifact', 422, 'CQ_EDIFACT_NO_MESSAGE'],
  ['of no known format', '00:IFCSUM:9:', '', 422, 'CQ_FORMAT_UNKNOWN'],
  ['of no bytes', '', '', 422, 'CQ_FORMAT_UNKNOWN'],
  ['of a format that is not read', '<Manifest/>', '?format=cn-xml', 422, 'CQ_FORMAT_UNKNOWN'],
  ['of an unknown partner', fixture('codeco-d95b-gate-in.edi'), '?partner=nobody', 422, 'CQ_SENDER_UNKNOWN'],
  ['in UTF-16', Buffer.from("UNB+UNOA:2'", 'utf16le'), '?format=edifact', 422, 'CQ_UNDECODABLE'],
])('a message %s is a problem with its rawId, kept whole, with one dead letter', async (_, payload, query, status, code) => {
  const bytes = Buffer.from(payload);
  const answer = await postMessage(bytes, query, 'application/octet-stream');
  expect(answer).toMatchObject({ status, body: { code, rawId: expect.any(String) } });
  const chunks = await rawOf(answer.body.rawId);
  expect(Buffer.concat(chunks.map((c) => Buffer.from(c.value['body'] as Uint8Array))).equals(bytes)).toBe(true);
  const found = (await intake.written('deadLetters')).filter((l) => l.value['rawId'] === answer.body.rawId);
  expect(found.map((l) => l.value['code'])).toEqual([code]);
});

test('a large message is kept in chunks of at most 512 KiB that join to what was sent', async () => {
  const filler = `FTX+AAA+++${'x'.repeat(1_000)}'`.repeat(1_500);
  const text = fixture('coarri-d95b-discharge-load.edi').toString().replace('EQD+CN+JADU2207018', `${filler}EQD+CN+JADU2207018`);
  const { status, body } = await postMessage(text, '', 'text/plain; charset=utf-8');
  expect(status).toBe(202);
  const chunks = (await rawOf(body.rawId)).sort((a, b) => Number(a.value['chunk']) - Number(b.value['chunk']));
  expect(chunks.map((c) => [c.value['chunk'], c.value['chunks']])).toEqual([0, 1, 2].map((i) => [i, 3]));
  expect(chunks.map((c) => textOf(c.value['body'])).join('')).toBe(text);
  expect(body.events).toHaveLength(4);
});

test.each(['EDI', '', 'a/b; charset', 'multipart/form-data'])('a message under the media type %j is taken', async (type) => {
  const bytes = fixture('codeco-d95b-gate-in.edi').toString().replaceAll('GI26030201', `GI${type.length}`);
  const { status, body } = await postMessage(bytes, '', type);
  expect(status).toBe(202);
  expect((await rawOf(body.rawId))[0]?.value['contentType']).toBe(type);
});

test('a message over the body limit is refused', async () => {
  expect(await postMessage('x'.repeat(3_000_001))).toMatchObject({ status: 413, body: { code: 'CQ_BODY_TOO_LARGE' } });
});

test('a log without space answers 507 with Retry-After and acknowledges nothing', async () => {
  const full = await startIntake({ maxLogBytes: 300_000 });
  try {
    let answer = await full.post('/v1/messages', fixture('codeco-d95b-gate-in.edi'));
    for (let i = 0; answer.status === 202 && i < 1_000; i++) answer = await full.post('/v1/messages', fixture('codeco-d95b-gate-in.edi'));
    expect(answer).toMatchObject({ status: 507, body: { code: 'CQ_LOG_FULL' }, headers: { 'retry-after': expect.anything() } });
    expect(
      await full.post('/v1/events', JSON.stringify({ events: [event({ details: { text: 'x'.repeat(200_000) } })] }), json),
    ).toMatchObject({ status: 507 });
  } finally {
    await full.close();
  }
});

test('a log that is away answers 503 with Retry-After', async () => {
  const away = await startIntake();
  await away.log.close();
  try {
    const answer = await away.post('/v1/events', JSON.stringify({ events: [event()] }), json);
    expect(answer).toMatchObject({ status: 503, body: { code: 'CQ_UNAVAILABLE' }, headers: { 'retry-after': expect.anything() } });
    expect(await away.post('/v1/messages', fixture('codeco-d95b-gate-in.edi'))).toMatchObject({ status: 503 });
  } finally {
    await away.close();
  }
});

test('bodies that are under way at once are bounded in bytes: 503 with Retry-After beyond, and room again afterwards', async () => {
  const narrow = await startIntake({ limits: { maxBodiesBytes: 2_000 } });
  const post = () => narrow.post('/v1/events', JSON.stringify({ events: [event({ details: { text: 'x'.repeat(1_200) } })] }), json);
  try {
    const both = await Promise.all([post(), post()]);
    expect(both.map((a) => a.status).sort()).toEqual([202, 503]);
    expect(both.find((a) => a.status === 503)).toMatchObject({
      body: { code: 'CQ_UNAVAILABLE' },
      headers: { 'retry-after': expect.anything() },
    });
    expect((await post()).status).toBe(202);
  } finally {
    await narrow.close();
  }
});
