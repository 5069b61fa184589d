import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

interface Refusal {
  readonly code: string;
  readonly sent?: object;
}

interface Answer {
  readonly status: string;
  readonly by?: string;
  readonly code?: string;
  readonly event?: { readonly id: string; readonly details?: object };
  readonly visits: readonly { readonly visitId: string; readonly status: string }[];
  readonly visitCount: number;
  readonly duplicates: readonly object[];
  readonly conflicts: readonly Refusal[];
  readonly rejections: readonly Refusal[];
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });
const bill = (id: string): Subject => ({ type: 'bill', id });
const ask = ({ source, id }: Pick<StatusEvent, 'source' | 'id'>, query = '') =>
  stack.get<Answer>(`/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}${query}`);
const outcome = async (event: Pick<StatusEvent, 'source' | 'id'>, query = '?wait=20'): Promise<Answer> => {
  const { status, body } = await ask(event, query);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const about = (target: StatusEvent, action: 'correct' | 'cancel', changed: Partial<StatusEvent> = {}): StatusEvent => ({
  ...target,
  id: `${target.id}-${action}`,
  action,
  replaces: { source: target.source, id: target.id },
  ...changed,
});

test('a wait ends when the event is applied, and names every visit that shows it', async () => {
  const story = new PortStory('CNDLC');
  const fact = story.tell(3, 'customs.manifest-accepted', bill('QXB1'));
  await stack.send(story.linked(box(1), bill('QXB1')), story.linked(box(2), bill('QXB1')));
  const waiting = outcome(fact);
  await stack.send(fact);
  const { status, visits, visitCount, event, duplicates, conflicts, rejections } = await waiting;
  expect({ status, visitCount, duplicates, conflicts, rejections }).toEqual({
    status: 'applied',
    visitCount: 2,
    duplicates: [],
    conflicts: [],
    rejections: [],
  });
  expect(event?.id).toBe(fact.id);
  expect(visits.map((v) => v.visitId.slice(6, 17))).toEqual([boxNumber(1), boxNumber(2)]);
  for (const { visitId, status: standing } of visits) {
    expect(standing).toBe('effective');
    expect((await stack.get(`/v1/visits/${visitId}`)).status).toBe(200);
  }
});

test('superseded, cancelled and parked events say so, and by what', async () => {
  const story = new PortStory('CNYTG');
  const first = story.tell(3, 'terminal.discharged', box(11), [], { full: true });
  const corrected = about(first, 'correct', {
    occurredAt: instant(first.occurredAt + 60_000),
    recordedAt: instant(first.occurredAt + 60_000),
  });
  const second = story.tell(4, 'terminal.discharged', box(12), [], { full: true });
  const cancel = about(second, 'cancel');
  const orphan = about(story.tell(5, 'terminal.discharged', box(13), [], { full: true }), 'correct');
  await stack.send(first, corrected, second, cancel, orphan);
  expect(await outcome(first)).toMatchObject({ status: 'superseded', by: `${corrected.source}/${corrected.id}` });
  expect(await outcome(corrected)).toMatchObject({ status: 'applied', visitCount: 1 });
  expect(await outcome(second)).toMatchObject({ status: 'cancelled', by: `${cancel.source}/${cancel.id}` });
  expect(await outcome(cancel)).toMatchObject({ status: 'applied' });
  expect(await outcome(orphan)).toMatchObject({ status: 'parked', visitCount: 0 });
  const { replaces: _, ...rest } = orphan;
  await stack.send({ ...rest, id: orphan.id.replace('-correct', ''), action: 'report' });
  await until('its target came', async () => (await outcome(orphan)).status === 'applied');
});

test('a duplicate is counted, a conflict keeps both bodies', async () => {
  const story = new PortStory('CNLYG');
  const event = story.tell(3, 'terminal.discharged', box(21), [], { full: true });
  await stack.send(event, event, { ...event, details: { full: false } }, event);
  await until('all of them are seen', async () => {
    const { duplicates = [], conflicts = [] } = (await ask(event)).body;
    return duplicates.length === 2 && conflicts.length === 1;
  });
  const answer = await outcome(event);
  expect(answer).toMatchObject({ status: 'applied', event: { details: { full: true } } });
  expect(answer.conflicts).toMatchObject([{ code: 'CQ_EVENT_CONFLICT', sent: { id: event.id, details: '{"full":false}' } }]);
});

test('a quarantined event says so, a rejected one why; of nothing there is nothing', async () => {
  const story = new PortStory('CNTXG');
  const ahead = { ...story.tell(3, 'terminal.discharged', box(31), [], { full: true }), occurredAt: instant(Date.UTC(2080, 0, 1)) };
  await stack.send(ahead);
  expect(await outcome(ahead)).toMatchObject({ status: 'quarantined', visitCount: 0 });
  const name = { source: 'desk/one', id: 'a/b c' };
  await stack.post('/v1/events', { events: [{ ...name, port: 'CNTXG', code: 'terminal.no-such-thing', subject: box(32) }] });
  const rejected = await outcome(name);
  expect(rejected).toMatchObject({ status: 'rejected', rejections: [{ code: 'CQ_CODE_UNKNOWN', sent: name }] });
  expect(await ask({ source: 'desk/one', id: 'none' }, '?wait=1')).toMatchObject({ status: 404, body: { code: 'CQ_NOT_FOUND' } });
  for (const query of ['?wait=x', '?wait=61', '?port=XXXXX', '?colour=red'])
    expect(await ask(ahead, query), query).toMatchObject({ status: 400, body: { code: 'CQ_REQUEST_INVALID' } });
});

test('a name that stands in two ports needs the port', async () => {
  const here = { ...new PortStory('CNDLC').tell(3, 'terminal.discharged', box(41), [], { full: true }), id: 'twin' };
  const there = { ...here, port: 'CNTXG' as typeof here.port };
  await stack.send(here, there);
  await outcome(here, '?wait=20&port=CNDLC');
  expect(await outcome(there, '?wait=20&port=CNTXG')).toMatchObject({ status: 'applied', visitCount: 1 });
  const { status, body } = await ask(here);
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('CNDLC, CNTXG');
});

test('a wait ends when the gateway drains', async () => {
  const waiting = ask({ source: 'nobody', id: 'nothing' }, '?wait=60');
  await until('it looks', async () => {
    const before = stack.asked();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return stack.asked() > before;
  });
  await stack.stopGateway();
  expect((await waiting).status).toBe(404);
  await stack.restartGateway();
});
