import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { readBoxHistory } from '@clearquay/domain/history/box-history.ts';
import { replayTimelines } from '@clearquay/domain/history/replay.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { agencyTopic, eventTopics } from '@clearquay/schemas/topics.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse } from '../support/warehouse.ts';

interface Item {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly eventId: string;
  readonly event: object;
  readonly standing?: object;
  readonly decision?: { readonly decision: string; readonly by: string; readonly reason: string };
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });
const bill = (id: string): Subject => ({ type: 'bill', id });
const list = async (query: string): Promise<readonly Item[]> =>
  (await stack.get<{ items: readonly Item[] }>(`/v1/review?${query}`)).body.items;
const decide = (id: string, decision: string, reason = 'asked the terminal by telephone') =>
  stack.post(`/v1/review/${encodeURIComponent(id)}`, { decision, reason });
const became = async ({ source, id }: Pick<StatusEvent, 'source' | 'id'>): Promise<string> =>
  String((await stack.get(`/v1/events/${source}/${encodeURIComponent(id)}?wait=20`)).body['status']);
const visitsOf = async (serial: number): Promise<readonly VisitJson[]> =>
  (await stack.get<{ visits: readonly VisitJson[] }>(`/v1/visits?container=${boxNumber(serial)}`)).body.visits;

/** The only item of a query, once it waits. */
async function only(query: string): Promise<Item> {
  await until(`something waits: ${query}`, async () => (await list(query)).length > 0);
  const [item, ...others] = await list(query);
  expect(others).toEqual([]);
  return item as Item;
}

/** A manifest line far ahead of its time: an actual time of the year 2080. */
const ahead = (story: PortStory, serial: number, paper: string): StatusEvent => ({
  ...story.linked(box(serial), bill(paper)),
  occurredAt: instant(Date.UTC(2080, 0, 1)),
});

test('a confirmed event enters the fold with its links, live and in a fold of what is stored', async () => {
  const story = new PortStory('CNDLC');
  const line = ahead(story, 1, 'QXB1');
  const accepted = story.tell(3, 'customs.manifest-accepted', bill('QXB1'));
  await stack.send(line, accepted);
  const item = await only('port=CNDLC&kind=quarantined');
  expect(item).toMatchObject({ state: 'waiting', eventId: line.id, event: { id: line.id, code: line.code } });
  expect(await became(accepted)).toBe('applied');
  expect(await visitsOf(1)).toEqual([]);
  const answer = await decide(item.id, 'confirm');
  expect(answer).toMatchObject({ status: 200, body: { id: item.id, decision: 'confirm', by: 'admin' } });
  expect(await became({ source: 'clearquay.review', id: item.id })).toBe('applied');
  expect(await became(line)).toBe('applied');
  const [visit] = await visitsOf(1);
  expect(visit).toMatchObject({ bills: ['QXB1'], calls: [story.call().id] });
  const { entries } = (await stack.get<{ entries: { event: { id: string }; by?: string }[] }>(`/v1/visits/${visit?.visitId}/timeline`))
    .body;
  expect(entries.map((e) => [e.event.id, e.by])).toEqual(
    expect.arrayContaining([
      [line.id, `clearquay.review/${item.id}`],
      [accepted.id, undefined],
    ]),
  );
  const history = await readBoxHistory(stack.warehouse, story.port, `container:${boxNumber(1)}`, instant(Date.now() + 1_000));
  const replayed = replayTimelines(history).get(visit?.visitId ?? '') ?? [];
  expect(replayed.map((e) => [e.event.id, e.status]).sort()).toEqual(
    [
      [line.id, 'effective'],
      [accepted.id, 'effective'],
    ].sort(),
  );
  expect(await list('port=CNDLC')).toEqual([]);
  expect(await list('port=CNDLC&state=settled')).toMatchObject([
    { id: item.id, decision: { decision: 'confirm', by: 'admin', reason: 'asked the terminal by telephone' } },
  ]);
});

test('the log alone, played again into an empty warehouse, gives the same visits', async () => {
  const empty = await openTestWarehouse();
  const again = await LogDirectory.open();
  let sent = 0;
  for (const topic of eventTopics)
    for (const partition of Array(partitionCount).keys()) {
      const records = await stack.directory.log.read(topic, partition, 0, { maxRecords: 1_000, waitMs: 0 });
      if (records.length > 0) await again.log.append(records);
      sent += records.length;
    }
  const { processor, committed } = await startProcessor({ log: again.log, warehouse: empty.warehouse }, again.codec);
  await committed(sent);
  const sql = `SELECT document FROM visits FINAL WHERE gone = 0 AND container = '${boxNumber(1)}'`;
  const documents = async (house: Pick<Stack, 'warehouse'>) =>
    (await house.warehouse.query<{ document: string }>(sql)).map(({ document }) => ({ ...JSON.parse(document), version: '' }));
  expect(await documents(empty)).toEqual(await documents(stack));
  await processor.close();
  await again.stop();
  await empty.stop();
});

test('a dismissed event stays outside; a decision is made once and says who made it', async () => {
  const story = new PortStory('CNYTG');
  const line = ahead(story, 11, 'QXB11');
  await stack.send(line);
  const { id } = await only('port=CNYTG');
  expect(await decide(id, 'dismiss')).toMatchObject({ status: 200, body: { decision: 'dismiss' } });
  expect(await decide(id, 'dismiss', 'again')).toMatchObject({ status: 200, body: { reason: 'asked the terminal by telephone' } });
  expect(await decide(id, 'confirm')).toMatchObject({ status: 409, body: { code: 'CQ_REVIEW_DECIDED' } });
  expect(await became(line)).toBe('quarantined');
  expect(await visitsOf(11)).toEqual([]);
  expect(await list('port=CNYTG')).toEqual([]);
  expect((await stack.get(`/v1/review/${id}`)).body).toMatchObject({ state: 'settled', decision: { decision: 'dismiss', by: 'admin' } });
});

test('two calls at once make one decision, and one event', async () => {
  const story = new PortStory('CNTXG');
  const line = ahead(story, 21, 'QXB21');
  await stack.send(line);
  const { id } = await only('port=CNTXG');
  const answers = await Promise.all(['confirm', 'dismiss', 'confirm'].map((decision, n) => decide(id, decision, `call ${n}`)));
  const reasons = new Set(answers.filter((a) => a.status === 200).map((a) => a.body['reason']));
  expect(reasons.size).toBe(1);
  const isConfirmed = !reasons.has('call 1');
  if (isConfirmed) expect(await became({ source: 'clearquay.review', id })).toBe('applied');
  expect(await became(line)).toBe(isConfirmed ? 'applied' : 'quarantined');
  expect(await list('kind=conflict&port=CNTXG')).toEqual([]);
});

test('what its source corrects waits no longer, and the correction counts', async () => {
  const story = new PortStory('CNLYG');
  const wrong = { ...story.tell(3, 'terminal.discharged', box(31), [], { full: true }), occurredAt: instant(Date.UTC(2080, 0, 1)) };
  await stack.send(wrong);
  const { id } = await only('port=CNLYG');
  const right: StatusEvent = {
    ...wrong,
    id: `${wrong.id}-c`,
    occurredAt: instant(Date.UTC(2026, 2, 1)),
    action: 'correct',
    replaces: { source: wrong.source, id: wrong.id },
  };
  await stack.send(right);
  expect(await became(right)).toBe('applied');
  expect(await list('port=CNLYG')).toEqual([]);
  expect((await visitsOf(31)).map((v) => v.status)).toEqual(['open']);
  expect(await decide(id, 'confirm')).toMatchObject({ status: 409, body: { code: 'CQ_REVIEW_DECIDED' } });
});

test('of two bodies under one id a person may put the second in the place of the first', async () => {
  const story = new PortStory('CNSHK');
  const first = story.tell(3, 'terminal.discharged', box(41), [], { full: true });
  const second = { ...first, details: { full: false } };
  await stack.send(first, second);
  const item = await only('port=CNSHK');
  expect(item).toMatchObject({
    kind: 'conflict',
    event: { id: first.id, details: '{"full":false}' },
    standing: { id: first.id, details: { full: true } },
  });
  expect((await visitsOf(41))[0]).toMatchObject({ full: true });
  expect(await decide(item.id, 'confirm')).toMatchObject({ status: 200 });
  expect(await became({ source: 'clearquay.review', id: item.id })).toBe('applied');
  expect(await became(first)).toBe('superseded');
  expect((await visitsOf(41))[0]).toMatchObject({ full: false });
  expect(await list('port=CNSHK')).toEqual([]);
});

test('a replacement of a document that never came waits for a person, and counts once confirmed', async () => {
  const story = new PortStory('CNFOC');
  const never = story.linked(box(71), bill('QXB71'));
  const replacement = ({ id }: StatusEvent, serial: number): StatusEvent => ({
    ...story.linked(box(serial), bill(`QXB${serial}`)),
    action: 'correct',
    replaces: { source: never.source, id },
  });
  const known = story.linked(box(73), bill('QXB70'));
  const [alone, wrong, usual] = [replacement(never, 71), replacement({ ...never, id: 'nobody-knows' }, 72), replacement(known, 73)];
  await stack.send(known, alone, wrong, usual);
  expect(await became(alone)).toBe('parked');
  expect(await became(usual)).toBe('applied');
  const items = await list('port=CNFOC');
  expect(items).toMatchObject([alone, wrong].map(({ id }) => ({ kind: 'replacement', state: 'waiting', eventId: id, event: { id } })));
  expect((await decide(items[0]?.id ?? '', 'confirm')).status).toBe(200);
  expect((await decide(items[1]?.id ?? '', 'dismiss')).status).toBe(200);
  expect(await became({ source: 'clearquay.review', id: items[0]?.id ?? '' })).toBe('applied');
  expect(await Promise.all([alone, wrong].map(became))).toEqual(['applied', 'parked']);
  expect(await visitsOf(71)).toMatchObject([{ bills: ['QXB71'], calls: [story.call().id] }]);
  expect(await visitsOf(72)).toEqual([]);
  expect(await list('port=CNFOC')).toEqual([]);
  expect(await list('port=CNFOC&state=settled')).toMatchObject([{ eventId: alone.id }, { eventId: wrong.id }]);
});

test('nobody but a person decides: neither at intake nor on the topic of an agency', async () => {
  const story = new PortStory('CNNSA');
  const line = ahead(story, 51, 'QXB51');
  await stack.send(line);
  const { id } = await only('port=CNNSA&kind=quarantined');
  const forged: StatusEvent = {
    ...line,
    id,
    action: 'confirm',
    source: 'clearquay.review',
    replaces: { source: line.source, id: line.id },
  };
  const sent = { ...forged, occurredAt: '2080-01-01T00:00:00Z' };
  for (const event of [sent, { ...sent, source: 'quay' }])
    expect((await stack.post<{ outcomes: object[] }>('/v1/events', { events: [event] })).body.outcomes).toMatchObject([
      { status: 'rejected' },
    ]);
  const { codec, log } = stack.directory;
  const record = eventRecord(forged, instant(Date.now()), codec);
  const decoded = codec.decode(record.topic, record.value ?? new Uint8Array());
  const topic = agencyTopic[line.agency];
  await log.append([{ ...record, topic, value: codec.encode(topic, decoded.ok ? decoded.value : {}) }]);
  await until(
    'it is refused',
    async () =>
      (await stack.get<{ deadLetters: object[] }>('/v1/dead-letters?port=CNNSA&code=CQ_AGENCY_MISMATCH')).body.deadLetters.length === 1,
  );
  expect(await became(line)).toBe('quarantined');
});

test('wrong questions and answers are told; pages hold every item once', async () => {
  const story = new PortStory('CNHAK');
  await stack.send(...[61, 62, 63, 64, 65].map((serial) => ahead(story, serial, `QXB${serial}`)));
  await until('all of them wait', async () => (await list('port=CNHAK')).length === 5);
  const paged: Item[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { body }: { body: { items: Item[]; cursor?: string } } = await stack.get(
      `/v1/review?port=CNHAK&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    paged.push(...body.items);
    cursor = body.cursor;
  }
  expect(paged).toEqual(await list('port=CNHAK'));
  for (const query of ['kind=x', 'state=x', 'cursor=AAAA', 'colour=red'])
    expect(await stack.get(`/v1/review?${query}`), query).toMatchObject({ status: 400, body: { code: 'CQ_REQUEST_INVALID' } });
  const [one] = paged;
  const wrong = [
    { decision: 'maybe', reason: 'x' },
    { decision: 'confirm' },
    { decision: 'confirm', reason: ' ' },
    { decision: 'confirm', reason: 'x'.repeat(501) },
    { decision: 'confirm', reason: 'a\nb' },
    [],
    { decision: 'dismiss', reason: 'x', more: 1 },
  ];
  for (const body of wrong)
    expect(await stack.post(`/v1/review/${one?.id}`, body), JSON.stringify(body)).toMatchObject({
      status: 400,
      body: { code: 'CQ_REQUEST_INVALID' },
    });
  expect(await decide('quarantined-none', 'confirm')).toMatchObject({ status: 404, body: { code: 'CQ_NOT_FOUND' } });
  expect(await stack.get('/v1/review/none')).toMatchObject({ status: 404 });
  expect(await list('port=CNHAK')).toHaveLength(5);
});
