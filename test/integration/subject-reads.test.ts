import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway, testKey } from '../support/gateway-under-test.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor, type TestProcessor } from '../support/processor-under-test.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let house: TestWarehouse;
let directory: LogDirectory;
let gateway: TestGateway;
let rest: RestClient;
let owner: TestProcessor;
let sent = 0;

const story = new PortStory('CNDLC');
const bill: Subject = { type: 'bill', id: 'QXREAD' };
const booked: Subject = { type: 'bill', id: 'QXBOOK', kind: 'booking' };
const [kept, cancelled, corrected, right] = [1, 2, 3, 4].map((n): Subject => ({ type: 'container', id: boxNumber(n) })) as [
  Subject,
  Subject,
  Subject,
  Subject,
];
const [arrives, wrong] = [story.call(), story.call('099X')];

/** A message about an earlier one. */
const about = ({ source, id }: StatusEvent, action: 'cancel' | 'correct', event: StatusEvent): StatusEvent => ({
  ...event,
  action,
  replaces: { source, id },
});

async function tell(...events: StatusEvent[]): Promise<void> {
  await directory.send(events);
  sent += events.length;
  await owner.committed(sent);
}

beforeAll(async () => {
  [house, directory] = await Promise.all([openTestWarehouse(), LogDirectory.open()]);
  gateway = await startGateway(directory, house.warehouse);
  rest = createRestClient({ url: gateway.url, key: testKey });
  owner = await startProcessor({ log: directory.log, warehouse: house.warehouse }, directory.codec);
});
afterAll(async () => {
  await owner.processor.close();
  await gateway.stop();
  await directory.stop();
  await house.stop();
});

interface Shown {
  readonly kind?: string;
  readonly links: readonly { readonly type: string; readonly id: string; readonly relation?: string }[];
}

async function shown(path: string, id: string): Promise<Shown> {
  const response = await fetch(new URL(`/v1/${path}/${encodeURIComponent(id)}`, gateway.url), {
    headers: { authorization: `Bearer ${testKey}` },
  });
  return (await response.json()) as Shown;
}

const linked = async (path: string, id: string): Promise<string[]> => (await shown(path, id)).links.map((l) => l.id);

test('a link that a cancelled or corrected line made ties nothing, at either of its ends and at a third', async () => {
  const [fine, gone, put] = [
    story.linked(kept, bill, arrives),
    story.linked(cancelled, bill, wrong),
    story.linked(corrected, bill, arrives),
  ];
  await tell(fine, gone, put);
  expect(await linked('bills', bill.id)).toEqual([arrives.id, wrong.id, kept.id, cancelled.id, corrected.id]);
  const taken = about(gone, 'cancel', story.linked(cancelled, bill, wrong));
  await tell(taken, about(put, 'correct', story.linked(corrected, { ...bill, id: 'QXOTHER' }, arrives)));
  expect(await linked('bills', bill.id)).toEqual([arrives.id, kept.id]);
  expect(await linked('calls', wrong.id)).toEqual([]);
  expect(await linked('containers', cancelled.id)).toEqual([]);
  expect(await linked('containers', corrected.id)).toEqual(['QXOTHER', arrives.id]);
  expect((await shown('bills', bill.id)).links[0]).toEqual({ type: 'call', id: arrives.id, relation: 'import' });
  // The cancellation itself is taken back: the line counts again.
  await tell(about(taken, 'cancel', story.linked(cancelled, bill, wrong)));
  expect(await linked('containers', cancelled.id)).toEqual([bill.id, wrong.id]);
});

test('a bill says of which kind it is where it is known, a milestone who told it', async () => {
  await tell(
    story.tell(1, 'carrier.empty-release-ordered', booked, [], { sizeType: '22G1' }),
    story.tell(2, 'terminal.empty-picked-up', right, [booked], { full: false }),
  );
  expect((await shown('bills', booked.id)).kind).toBe('booking');
  expect((await shown('bills', bill.id)).kind).toBeUndefined();
  const { visits } = await rest.getVisits({ container: right.id });
  expect(visits[0]?.milestones['empty-picked-up']).toEqual({ actual: '2026-03-01T10:00:00+08:00', source: 'terminal-desk' });
});

test('a client asks for a visit and its timeline as they were known', async () => {
  const [before] = (await rest.getVisits({ container: kept.id })).visits;
  const visitId = before?.visitId ?? '';
  const known = (await rest.getTimeline(visitId)).entries;
  await tell(story.tell(12, 'terminal.discharged', kept, [arrives], { full: true }));
  const now = (await rest.getTimeline(visitId)).entries;
  // The last moment before the discharge was applied.
  const asOf = new Date(Date.parse(now.find((e) => e.event.code === 'terminal.discharged')?.appliedAt ?? '') - 1).toISOString();
  expect(await rest.getVisit(visitId, { asOf })).toEqual(before);
  expect((await rest.getTimeline(visitId, { asOf })).entries).toEqual(known);
  expect((await rest.getVisit(visitId)).status).toBe('open');
  expect(now).toHaveLength(known.length + 1);
});
