import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { presentEvent } from '@clearquay/domain/events/event-json.ts';
import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { foldDocument } from '@clearquay/domain/fold-file/fold-document.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { publishedLists } from '../support/published-lists.ts';
import { openTestWarehouse } from '../support/warehouse.ts';

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const zone = 'Asia/Shanghai';

/** A box at a freight station that asks for payment, with a charge outside the list and a job whose limit only the list knows. */
function story(): StatusEvent[] {
  const port = new PortStory('CNDLC');
  const box: Subject = { type: 'container', id: boxNumber(1) };
  const bill: Subject = { type: 'bill', id: 'QXB1' };
  return [
    port.linked(box, bill),
    port.tell(1, 'customs.manifest-accepted', bill),
    { ...port.tell(2, 'terminal.discharged', box, [port.call()], { full: true }), location: { facility: 'DLC-CFS-1' } },
    port.tell(3, 'customs.released', bill),
    port.tell(4, 'carrier.delivery-order-issued', bill),
    port.tell(5, 'terminal.fee-charged', box, [], { item: 'wishful-thinking', amount: '99.00', currency: 'CNY' }),
    { ...port.tell(6, 'terminal.service-limit-set', box, [], { operation: 'pick-up' }), classifier: 'planned' },
  ];
}

test('what is written of a visit follows the published lists, as the fold of a file does', async () => {
  const [house, directory] = await Promise.all([openTestWarehouse(), LogDirectory.open()]);
  const told = story();
  const { processor, committed } = await startProcessor({ log: directory.log, warehouse: house.warehouse }, directory.codec);
  await directory.send(told);
  await committed(told.length);
  await processor.close();
  const [row] = await house.warehouse.query<{ document: string; applied: string }>(
    'SELECT document, toUnixTimestamp64Milli(applied_at) AS applied FROM visits FINAL',
  );
  await directory.stop();
  await house.stop();
  const written = JSON.parse(row?.document ?? '{}') as VisitJson;
  const text = told.map((e) => JSON.stringify(presentEvent(e, zone))).join('\n');
  const [folded] = foldDocument(text, { ports, lists: publishedLists, now: instant(Number(row?.applied)) }).visits;
  expect({ ...written, visitId: '', version: '' }).toEqual({ ...folded, visitId: '', version: '' });
  expect(written.readiness.pickup?.reasons.map((r) => r.code)).toEqual(['fees-unpaid']);
  expect(written.findings.map((f) => f.code)).toContain('fee-not-listed');
  expect(written.deadlines).toContainEqual({ kind: 'pick-up', dueAt: '2026-03-01T15:00:00+08:00', state: 'missed' });
});
