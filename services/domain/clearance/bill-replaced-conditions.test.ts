import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { eventLabel } from '../visit/standing.ts';
import { told } from '../visit/story.ts';
import { conditionsOf, holdsOf, offset, readinessBy, stateOf, verdictBy } from './readiness-story.ts';
import { accepted, ashore, box, replaced, stateInAnyOrder } from './replacement-story.ts';

const released = [told('12:00', 'customs.released', 'B1'), told('13:00', 'carrier.delivery-order-issued', 'B1')];
const renumbered = [replaced('20:00', ['B1', 'B2']), accepted];
const second = [
  told('0:00', 'carrier.bill-linked', box, 'B3 K1', { direction: 'import' }),
  told('1:00', 'customs.manifest-accepted', 'B3'),
];
const merged = [replaced('20:00', ['B1', 'B2'], ['B3', 'B2']), accepted];

function settled(story: readonly AcceptedEvent[]) {
  const { state, others } = stateInAnyOrder(story);
  for (const other of others) expect(other).toEqual(state);
  return state;
}

test('a condition of a replaced bill ends with the word on the one that took its place, and names its first evidence', () => {
  const conditional = told('12:00', 'customs.conditional-release', box, 'B1');
  const story = [...ashore, conditional, told('13:00', 'carrier.delivery-order-issued', 'B1'), ...renumbered];
  expect(verdictBy(story, box, '22:00')).toEqual(['ready-with-conditions', 'no-sale-or-use']);
  expect(settled(story).conditions.map((c) => c.events)).toEqual([[eventLabel(conditional)]]);
  const after = [...story, told('30:00', 'customs.market-access-granted', box, 'B2')];
  expect(verdictBy(after, box, '31:00')).toEqual(['ready']);
  expect(conditionsOf(settled(after))).toEqual(['no-sale-or-use 12:00-30:00']);
});

test('a condition by a declaration of the replaced bill ends by that declaration', () => {
  const story = [
    ...ashore,
    told('11:00', 'customs.declaration-linked', 'D1', 'B1'),
    told('12:00', 'customs.conditional-release', 'D1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    ...renumbered,
    told('30:00', 'customs.market-access-granted', 'D1'),
  ];
  expect(verdictBy(story, box, '22:00')).toEqual(['ready-with-conditions', 'no-sale-or-use']);
  expect(conditionsOf(settled(story))).toEqual(['no-sale-or-use 12:00-30:00']);
});

test('a market access for other goods of a merged bill leaves the condition', () => {
  const story = [
    ...ashore,
    ...second,
    told('11:00', 'customs.declaration-linked', 'D1', 'B1'),
    told('11:00', 'customs.declaration-linked', 'D3', 'B3'),
    told('12:00', 'customs.conditional-release', 'D1'),
    ...merged,
    told('30:00', 'customs.market-access-granted', 'D3'),
    told('32:00', 'customs.market-access-granted', box, 'B2'),
  ];
  expect(conditionsOf(settled(story))).toEqual(['no-sale-or-use 12:00-32:00']);
});

test('a rejected filing of the old number is put right by the line of the new one', () => {
  const story = [...ashore, told('14:00', 'customs.filing-rejected', 'B1', '', { filing: 'manifest' }), ...renumbered];
  expect(conditionsOf(settled(story))).toEqual(['filing-rejected 14:00-21:00']);
});

const mode = (bill: string): AcceptedEvent => told('11:30', 'customs.inspection-mode-set', bill, '', { mode: 'release-then-inspect' });
const ordered = told('22:00', 'customs.inspection-ordered', 'B2');

test('a hold on the new bill is waived as it would have been on the old one', () => {
  const story = [...ashore, mode('B1'), ...released, ...renumbered, ordered];
  expect(holdsOf(settled(story))).toEqual(['inspection B2 22:00- ~22:00']);
  expect(verdictBy(story, box, '23:00')).toEqual(['ready']);
  expect(conditionsOf(settled(story))).toEqual(['inspection-mode:release-then-inspect 11:30-']);
});

test('a hold on a merged bill is waived when it was for every part', () => {
  const story = [...ashore, ...second, mode('B1'), ...merged, ordered];
  expect(holdsOf(settled(story))).toEqual(['inspection B2 22:00-']);
  expect(holdsOf(settled([...story, mode('B3')]))).toEqual(['inspection B2 22:00- ~22:00']);
  const later = told('26:00', 'customs.inspection-mode-set', 'B2', '', { mode: 'release-then-inspect' });
  expect(holdsOf(settled([...story, later]))).toEqual(['inspection B2 22:00- ~26:00']);
});

test('inspection costs that were waived stay so under the new number', () => {
  const fee = { item: 'inspection-moving', amount: '300.00', currency: 'CNY' };
  const story = [
    ...ashore,
    told('14:00', 'terminal.fee-charged', box, 'B1', fee),
    told('15:00', 'customs.exam-fee-waived', box, 'B1'),
    ...renumbered,
    told('22:00', 'terminal.fee-charged', box, 'B2', fee),
  ];
  expect(settled(story).account).toEqual([{ currency: 'CNY', charged: '600.00', paid: '0.00', waived: '300.00', open: '300.00' }]);
  expect(settled(story).findings.map((f) => f.code)).toEqual(['fee-waived']);
});

test('dangerous goods of a replaced bill are approved by the word on either number', () => {
  const goods = told('2:00', 'maritime.dangerous-goods-declared', 'B1');
  const story = [...ashore, goods, ...released, ...renumbered];
  expect(verdictBy(story, box, '22:00')).toEqual(['not-ready', 'dangerous-goods-not-approved']);
  const after = [...story, told('23:00', 'maritime.dangerous-goods-approved', 'B2')];
  expect(verdictBy(after, box, '24:00')).toEqual(['ready']);
  expect(settled(after).lanes.maritime).toBe('approved');
  const before = [...story, told('3:00', 'maritime.dangerous-goods-approved', 'B1')];
  expect(verdictBy(before, box, '22:00')).toEqual(['ready']);
  const rejected = [...before, told('25:00', 'maritime.dangerous-goods-rejected', 'B2')];
  expect(verdictBy(rejected, box, '26:00')).toEqual(['not-ready', 'dangerous-goods-not-approved']);
});

test('dangerous goods of a merged bill are approved when all of them are', () => {
  const story = [
    ...ashore,
    ...second,
    told('2:00', 'maritime.dangerous-goods-declared', 'B1'),
    told('2:00', 'maritime.dangerous-goods-declared', 'B3'),
    told('3:00', 'maritime.dangerous-goods-approved', 'B1'),
    told('12:00', 'customs.released', box),
    told('13:00', 'carrier.e-release-confirmed', box),
    ...merged,
  ];
  expect(verdictBy(story, box, '22:00')).toEqual(['not-ready', 'dangerous-goods-not-approved']);
  expect(verdictBy([...story, told('23:00', 'maritime.dangerous-goods-approved', 'B2')], box, '24:00')).toEqual(['ready']);
});

test('an onward move of a replaced bill is approved for the new one', () => {
  const story = [
    told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'transhipment' }),
    told('0:10', 'carrier.bill-linked', 'B1', 'K2', { direction: 'transhipment' }),
    told('10:00', 'terminal.discharged', box, 'K1'),
    told('12:00', 'customs.onward-move-approved', 'B1', '', { kind: 'transhipment' }),
    replaced('20:00', ['B1', 'B2']),
  ];
  const reasons = (time: string): string[] => readinessBy(story, box, time).reasons.map((r) => r.code);
  expect(reasons('11:00')).toContain('onward-not-approved');
  expect(reasons('13:00')).not.toContain('onward-not-approved');
  expect(reasons('21:00')).not.toContain('onward-not-approved');
  expect(settled(story).bills).toEqual(['B2']);
});

test('a delivery order runs out under the new number, the shortest of a merged bill first, until there is a new one', () => {
  const until = (bill: string, time: string, validUntil: string): AcceptedEvent =>
    told(time, 'carrier.delivery-order-issued', bill, '', { validUntil });
  const story = [...ashore, ...second, until('B1', '13:00', '2026-03-05'), until('B3', '13:00', '2026-03-04'), ...merged];
  const orders = (events: readonly AcceptedEvent[]): string[] =>
    settled(events).deadlines.flatMap((d) => (d.kind === 'delivery-order' ? [`${d.subject?.id} ${offset(d.dueAt)}`] : []));
  expect(orders(story)).toEqual(['B2 88:00']);
  expect(orders([...story, until('B2', '23:00', '2026-03-09')])).toEqual(['B2 208:00']);
});

test('the carrier lane of a merged bill is released when every part was', () => {
  const story = [...ashore, ...second, ...released, ...merged];
  expect(stateOf(story, box).lanes.carrier).toBe('none');
  const both = [...story, told('14:00', 'carrier.e-release-confirmed', 'B3')];
  expect(stateOf(both, box).lanes.carrier).toBe('released');
  expect(stateOf([...both, told('25:00', 'carrier.hold-placed', 'B2', '', { kind: 'recall' })], box).lanes.carrier).toBe('held');
});
