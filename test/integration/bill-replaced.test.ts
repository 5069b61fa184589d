import { acceptEvent } from '@clearquay/domain/events/accept-event.ts';
import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { documentOf, foldPort } from '@clearquay/domain/fold-file/fold-document.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, testKey } from '../support/gateway-under-test.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { publishedLists } from '../support/published-lists.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let house: TestWarehouse;
beforeAll(async () => {
  house = await openTestWarehouse();
});
afterAll(() => house.stop());

const [one, two]: readonly Subject[] = [1, 2].map((serial): Subject => ({ type: 'container', id: boxNumber(serial) }));
const bill = (id: string): Subject & { type: 'bill' } => ({ type: 'bill', id });
const longAfter = instant(Date.UTC(2026, 5, 1));

/**
 * Two boxes under one declared bill, which is split; one of the new bills is merged with another, undeclared one. Nobody but
 * customs names the declaration again, and customs names no bill.
 */
function story(port: string, declaration: Subject): StatusEvent[] {
  const tale = new PortStory(port);
  const [first, split, merged, other] = ['QXR1', 'QXR2', 'QXR3', 'QXR4'].map(bill);
  if (!one || !two || !first || !split || !merged || !other) throw new Error('the story has two boxes and four bills');
  const map = (...rows: [Subject, Subject, Subject][]) => rows.map(([old, now, box]) => ({ old: old.id, new: now.id, boxes: [box.id] }));
  return [
    tale.tell(1, 'customs.declaration-linked', declaration, [first]),
    ...[one, two].map((box) => tale.linked(box, first)),
    tale.linked(two, other),
    tale.tell(2, 'customs.declaration-submitted', declaration),
    ...[first, split, merged, other].map((b) => tale.tell(3, 'customs.manifest-accepted', b)),
    ...[one, two].map((box) => tale.tell(12, 'terminal.discharged', box, [tale.call()], { full: true })),
    tale.tell(13, 'carrier.hold-placed', first, [], { kind: 'freight' }),
    // The second box is moved by an event about a bill that it never stood on.
    tale.tell(20, 'carrier.bill-replaced', first, [split], { map: map([first, split, one], [first, merged, two]) }),
    tale.tell(21, 'carrier.bill-replaced', split, [], { map: map([other, merged, two]) }),
    tale.tell(24, 'customs.released', declaration),
    ...[split, merged].map((b) => tale.tell(25, 'carrier.hold-lifted', b, [], { kind: 'freight' })),
    ...[split, merged].map((b) => tale.tell(26, 'carrier.delivery-order-issued', b)),
    tale.tell(27, 'customs.released', merged),
    ...[one, two].map((box) => tale.tell(28, 'carrier.eir-issued', box, [], { task: 'pick-up-full' })),
    ...[one, two].map((box) => tale.tell(30, 'terminal.gated-out', box, [], { full: true, to: 'consignee' })),
  ];
}

const nameless = (visit: VisitJson): object => ({ ...visit, version: '', visitId: '' });

test('a declaration follows its bill when every event comes alone to an owner that remembers nothing, in either order', async () => {
  for (const port of ['CNDLC', 'CNYTG']) {
    const declaration: Subject = { type: 'declaration', id: port === 'CNDLC' ? '090820261000000901' : '420120261000000901' };
    const told = story(port, declaration);
    const directory = await LogDirectory.open();
    const options = { maxBatchRecords: 1, cacheBytes: 1, batchesInFlight: 1 };
    const { processor, committed, metrics } = await startProcessor(
      { log: directory.log, warehouse: house.warehouse },
      directory.codec,
      options,
    );
    for (const [n, event] of (port === 'CNDLC' ? told : told.toReversed()).entries()) {
      await directory.send([event]);
      await committed(n + 1);
    }
    await processor.close();
    expect(await metrics()).not.toMatch(/misses_total [1-9]/);

    const events = told.map((e) => acceptEvent(e, e.occurredAt, e.occurredAt));
    const expected = documentOf(foldPort(port as UnLocode, events, publishedLists), { all: true }, longAfter, 'Asia/Shanghai');
    const sql = 'SELECT document FROM visits FINAL WHERE port = {port:String} AND gone = 0 ORDER BY container, visit_id';
    const stored = await house.warehouse.query<{ document: string }>(sql, { port });
    expect(stored.map(({ document }) => nameless(JSON.parse(document)))).toEqual(expected.visits.map(nameless));
    expect(expected.visits).toMatchObject([
      {
        bills: ['QXR2'],
        declarations: [declaration.id],
        status: 'closed',
        lanes: { customs: 'released', carrier: 'released' },
        findings: [],
      },
      {
        bills: ['QXR3'],
        declarations: [declaration.id],
        status: 'closed',
        lanes: { customs: 'released', carrier: 'released' },
        findings: [],
      },
    ]);

    const updates = await directory.updates(port);
    for (const box of [one, two]) expect(updates.findLast((u) => u.container === box?.id)?.declarations).toEqual([declaration.id]);
    const gateway = await startGateway(directory, house.warehouse);
    const response = await fetch(new URL(`/v1/declarations/${declaration.id}`, gateway.url), {
      headers: { authorization: `Bearer ${testKey}` },
    });
    expect(await response.json()).toMatchObject({
      n: 2,
      released: 2,
      state: 'released',
      visits: expected.visits.map((v) => ({ container: v.container })),
    });
    await gateway.stop();
    await directory.stop();
  }
}, 120_000);
