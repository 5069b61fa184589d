import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { told } from '../visit/story.ts';
import { holdsOf, offset, periodsOf, stateOf, verdictBy } from './readiness-story.ts';
import { accepted, ashore, box, replaced } from './replacement-story.ts';

test('releases of a replaced bill are those of the bill that took its place', () => {
  const story = [
    ...ashore,
    told('12:00', 'customs.released', 'B1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    accepted,
  ];
  expect(verdictBy(story, box, '20:30')).toEqual(['not-ready', 'manifest-not-accepted B2']);
  expect(verdictBy(story, box, '22:00')).toEqual(['ready']);
  const state = stateOf(story, box);
  expect(periodsOf(state, 'pickup')).toEqual(['13:00-20:00', '21:00-']);
  expect(state.bills).toEqual(['B2']);
  expect(state.lanes).toMatchObject({ customs: 'released', carrier: 'released' });
  // The release was never broken.
  const since = state.milestones['customs-released']?.actual;
  expect(since && offset(since)).toBe('12:00');
});

test('a bill into which several are merged is released when all of them were, and keeps the holds of each', () => {
  const merged = (...more: AcceptedEvent[]): AcceptedEvent[] => [
    ...ashore,
    told('0:00', 'carrier.bill-linked', box, 'B3 K1', { direction: 'import' }),
    told('1:00', 'customs.manifest-accepted', 'B3'),
    told('12:00', 'customs.released', 'B1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    told('14:00', 'carrier.hold-placed', 'B3', '', { kind: 'freight' }),
    replaced('20:00', ['B1', 'B2'], ['B3', 'B2']),
    accepted,
    ...more,
  ];
  expect(verdictBy(merged(), box, '22:00')).toEqual([
    'not-ready',
    'no-declaration B2',
    'carrier-hold carrier:freight B2',
    'carrier-not-released B2',
  ]);
  const both = [told('15:00', 'customs.released', 'B3'), told('15:30', 'carrier.e-release-confirmed', 'B3')];
  expect(verdictBy(merged(...both), box, '22:00')).toEqual(['not-ready', 'carrier-hold carrier:freight B2']);
  const lifted = merged(...both, told('23:00', 'carrier.hold-lifted', 'B2', '', { kind: 'freight' }));
  expect(holdsOf(stateOf(lifted, box))).toEqual(['carrier:freight B2 14:00-23:00']);
  expect(verdictBy(lifted, box, '24:00')).toEqual(['ready']);
});

test('a release of a replaced bill that is revoked stays revoked under the new one', () => {
  const story = [
    ...ashore,
    told('12:00', 'customs.released', 'B1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    told('14:00', 'customs.release-revoked', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    accepted,
  ];
  expect(stateOf(story, box).lanes.customs).toBe('revoked');
  const again = [...story, told('30:00', 'customs.released', 'B2')];
  expect(holdsOf(stateOf(again, box))).toEqual(['release-revoked B2 14:00-30:00']);
  expect(verdictBy(again, box, '31:00')).toEqual(['ready']);
});

test('bills merged one after the other are released when the last of them is', () => {
  const merged = [
    ...ashore,
    told('0:00', 'carrier.bill-linked', box, 'B4 K1', { direction: 'import' }),
    told('1:00', 'customs.manifest-accepted', 'B4'),
    told('12:00', 'customs.released', 'B1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    accepted,
    replaced('21:30', ['B4', 'B2']),
  ];
  expect(verdictBy(merged, box, '22:00')).toEqual(['not-ready', 'no-declaration B2', 'carrier-not-released B2']);
  const released = [...merged, told('23:00', 'customs.released', 'B2'), told('23:10', 'carrier.delivery-order-issued', 'B2')];
  expect(verdictBy(released, box, '24:00')).toEqual(['ready']);
  const recalled = [...released, told('25:00', 'carrier.hold-placed', 'B2', '', { kind: 'recall' })];
  expect(verdictBy(recalled, box, '26:00')).toEqual(['not-ready', 'carrier-hold carrier:recall B2', 'carrier-not-released B2']);
});

test('a bill that is renumbered back is the old one again', () => {
  const story = [
    ...ashore,
    told('12:00', 'customs.released', 'B1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    replaced('22:00', ['B2', 'B1']),
  ];
  expect(stateOf(story, box).bills).toEqual(['B1']);
  expect(verdictBy(story, box, '23:00')).toEqual(['ready']);
});

test('a bill that is said to replace itself stays as it is', () => {
  const story = [...ashore, told('12:00', 'customs.released', 'B1'), replaced('20:00', ['B1', 'B1'])];
  expect(stateOf(story, box)).toMatchObject({ bills: ['B1'], lanes: { customs: 'released' } });
});
