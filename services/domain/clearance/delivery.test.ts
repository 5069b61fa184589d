import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import { at, told } from '../visit/story.ts';
import { importStories } from './import-stories.ts';
import { deliveriesAt } from './readiness-at.ts';
import { offset, stateOf } from './readiness-story.ts';

/** The verdict of the delivery of a bill and its reasons, or since when it is ready, from what had occurred by a time. */
function deliveryBy(events: readonly AcceptedEvent[], bill: string, time: string): string[] {
  const state = stateOf(
    events.filter((e) => e.occurredAt <= at(time)),
    'C4',
  );
  const found = deliveriesAt(state, instant(at(time)))[bill];
  if (!found) return [];
  const { verdict, reasons, conditions, readySince } = found;
  return [verdict, ...reasons.map((r) => r.code), ...conditions, ...(readySince === undefined ? [] : [offset(readySince)])];
}

const groupage = importStories.groupage();

test('S04: the goods of a house bill leave the stripped box by their own papers alone', () => {
  expect(deliveryBy(groupage, 'H41', '37:00')).toEqual(['not-ready', 'not-stripped']);
  expect(deliveryBy(groupage, 'H41', '40:00')).toEqual(['ready', '40:00']);
  expect(deliveryBy(groupage, 'H42', '43:00')).toEqual(['not-ready', 'customs-not-released', 'customs-hold']);
  expect(deliveryBy(groupage, 'H42', '44:10')).toEqual(['ready', '44:10']);
  expect(deliveryBy(groupage, 'H43', '44:10')).toEqual(['not-ready', 'no-declaration', 'carrier-not-released']);
  // The master has houses that stand for it.
  expect(deliveryBy(groupage, 'M4', '44:10')).toEqual([]);
});

test('a hold on the box keeps all its goods, one on a bill or a condition of a declaration only those under it', () => {
  const seized = [...groupage, told('39:00', 'customs.seized', 'C4', '', { ground: 'ip' })];
  for (const bill of ['H41', 'H42'])
    expect(deliveryBy(seized, bill, '45:00').slice(0, 3)).toEqual(['not-ready', 'customs-not-released', 'customs-hold']);
  const freight = [...groupage, told('41:00', 'carrier.hold-placed', 'H41', '', { kind: 'freight' })];
  expect(deliveryBy(freight, 'H41', '45:00')).toEqual(['not-ready', 'carrier-hold']);
  expect(deliveryBy(freight, 'H42', '45:00')).toEqual(['ready', '44:10']);
  const conditional = groupage.map((e) =>
    e.code === 'customs.released' && e.subject.id === 'D41' ? told('36:00', 'customs.conditional-release', 'D41') : e,
  );
  expect(deliveryBy(conditional, 'H41', '45:00')).toEqual(['ready-with-conditions', 'no-sale-or-use', '40:00']);
  expect(deliveryBy(conditional, 'H42', '45:00')).toEqual(['ready', '44:10']);
});

test('a delivery order that expires ends its own delivery', () => {
  const order = told('41:00', 'carrier.delivery-order-issued', 'H41', '', { validUntil: '2026-03-03T00:00:00Z' });
  expect(deliveryBy([...groupage, order], 'H41', '48:01')).toEqual(['not-ready', 'delivery-order-expired']);
  expect(deliveryBy([...groupage, order], 'H42', '48:01')).toEqual(['ready', '44:10']);
});

test('the goods of a box that leaves whole are not asked about', () => {
  expect(stateOf(importStories.plain(), 'C1').deliveries).toEqual({});
});
