import { expect, test } from 'vitest';
import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import { told } from '../visit/story.ts';
import { holdRules } from './hold-rules.ts';
import { findingsIn, holdsOf, stateOf } from './readiness-story.ts';

/** An import box ashore under one bill and one declaration. */
const ashore = [
  told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import', boxes: 1 }),
  told('1:00', 'customs.declaration-linked', 'D1', 'B1 C1'),
  told('10:00', 'terminal.discharged', 'C1', 'K1'),
];
const held = (...events: AcceptedEvent[]): string[] => holdsOf(stateOf([...ashore, ...events], 'C1'));
const found = (...events: AcceptedEvent[]): string[] => findingsIn(stateOf([...ashore, ...events], 'C1'));

/** Subject, placement, lift and name of every hold on a box or its papers. */
const table: readonly (readonly [string, Code, Code, string])[] = [
  ['D1', 'customs.documents-required', 'customs.documents-satisfied', 'documents'],
  ['C1', 'customs.inspection-ordered', 'customs.inspection-passed', 'inspection'],
  ['C1', 'customs.inspection-failed', 'customs.inspection-passed', 'irregularity'],
  ['C1', 'customs.sampled', 'customs.lab-result-passed', 'sample'],
  ['D1', 'customs.release-revoked', 'customs.released', 'release-revoked'],
  ['C1', 'customs.seized', 'customs.seizure-lifted', 'seizure'],
  ['B1', 'customs.return-ordered', 'customs.return-permitted', 'return'],
  ['C1', 'maritime.dg-opening-ordered', 'maritime.dg-opening-passed', 'dg-opening'],
  ['C1', 'maritime.dg-case-opened', 'maritime.dg-case-closed', 'dg-case'],
  ['C1', 'quarantine.treatment-ordered', 'quarantine.treatment-completed', 'treatment'],
  ['B1', 'quarantine.coldchain-result-positive', 'quarantine.coldchain-released', 'cold-chain-positive'],
  ['B1', 'carrier.hold-placed', 'carrier.hold-lifted', 'carrier'],
  ['C1', 'terminal.hold-placed', 'terminal.hold-lifted', 'terminal'],
];

test.each(table)('a hold on %s by %s ends with %s', (subject, placed, lifted, kind) => {
  expect(held(told('20:00', placed, subject), told('22:00', lifted, subject))).toEqual([`${kind} ${subject} 20:00-22:00`]);
  // A lift older than its placement, or of the same moment, does not lift it.
  expect(held(told('20:00', placed, subject), told('19:00', lifted, subject))).toEqual([`${kind} ${subject} 20:00-`]);
  expect(held(told('20:00', placed, subject), told('20:00', lifted, subject))).toEqual([`${kind} ${subject} 20:00-`]);
});

test('the table of holds is the one of the design, and placing again while open is evidence only', () => {
  expect(holdRules).toHaveLength(17);
  expect(
    held(told('20:00', 'customs.seized', 'C1', '', { ground: 'ip' }), told('21:00', 'customs.seized', 'C1', '', { ground: 'ip' })),
  ).toEqual(['seizure:ip C1 20:00-']);
});

test('kind and ground are part of a hold: a lift ends only its own', () => {
  expect(
    held(
      told('20:00', 'customs.seized', 'C1', '', { ground: 'ip' }),
      told('21:00', 'customs.seized', 'C1', '', { ground: 'smuggling' }),
      told('22:00', 'customs.seizure-lifted', 'C1', '', { ground: 'ip' }),
      told('20:00', 'carrier.hold-placed', 'B1', '', { kind: 'freight' }),
      told('22:00', 'carrier.hold-lifted', 'B1', '', { kind: 'document' }),
    ),
  ).toEqual(['seizure:ip C1 20:00-22:00', 'carrier:freight B1 20:00-', 'seizure:smuggling C1 21:00-']);
});

test('a release lifts by implication on exactly the subjects that it names', () => {
  const orders = [
    told('20:00', 'customs.inspection-ordered', 'C1', 'D1'),
    told('20:10', 'customs.documents-required', 'D1'),
    told('20:20', 'customs.seized', 'C1'),
  ];
  expect(held(...orders, told('22:00', 'customs.released', 'D1'))).toEqual([
    'inspection C1 20:00-',
    'documents D1 20:10-22:00',
    'seizure C1 20:20-',
  ]);
  expect(held(...orders, told('22:00', 'customs.released', 'D1', 'C1'))).toEqual([
    'inspection C1 20:00-22:00',
    'documents D1 20:10-22:00',
    'seizure C1 20:20-',
  ]);
});

test("a pass for one box ends that box's share of a hold on its declaration, and no other share", () => {
  const events = [
    ...['C1', 'C2'].map((box) => told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import' })),
    told('1:00', 'customs.declaration-linked', 'D1', 'B1 C1 C2'),
    told('20:00', 'customs.inspection-ordered', 'D1'),
    told('22:00', 'customs.inspection-passed', 'C1'),
    told('23:00', 'customs.inspection-passed', 'D1', 'C1'),
  ];
  expect(holdsOf(stateOf(events, 'C1'))).toEqual(['inspection D1 20:00-22:00']);
  expect(holdsOf(stateOf(events, 'C2'))).toEqual(['inspection D1 20:00-']);
  expect(findingsIn(stateOf(events, 'C1'))).toEqual([]);
});

test('an order for the boxes that it selects holds those alone, and a release of the declaration leaves it', () => {
  const events = [
    ...['C1', 'C2'].map((box) => told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import' })),
    told('1:00', 'customs.declaration-linked', 'D1', 'B1 C1 C2'),
    told('20:00', 'customs.inspection-ordered', 'D1', 'C2'),
    told('21:00', 'customs.released', 'D1'),
  ];
  expect(findingsIn(stateOf([...events, told('22:00', 'customs.inspection-passed', 'D1')], 'C1'))).toEqual([]);
  expect(holdsOf(stateOf(events, 'C1'))).toEqual([]);
  expect(holdsOf(stateOf(events, 'C2'))).toEqual(['inspection D1 20:00-']);
});

test('a recall ends with a later delivery order, a fee hold with payment in full', () => {
  expect(
    held(
      told('20:00', 'carrier.hold-placed', 'B1', '', { kind: 'recall' }),
      told('21:00', 'carrier.delivery-order-issued', 'B1'),
      told('20:00', 'terminal.fee-charged', 'C1', '', { item: 'storage', amount: '100.00', currency: 'CNY' }),
      told('20:30', 'terminal.hold-placed', 'C1', '', { kind: 'fee' }),
      told('21:00', 'terminal.fee-paid', 'C1', '', { item: 'storage', amount: '40.00', currency: 'CNY' }),
      told('22:00', 'terminal.fee-paid', 'C1', '', { item: 'storage', amount: '60.00', currency: 'CNY' }),
    ),
  ).toEqual(['carrier:recall B1 20:00-21:00', 'terminal:fee C1 20:30-22:00']);
});

test('a lift without a hold, or of a hold of another agency, is a finding; some lifts stand alone', () => {
  expect(found(told('20:00', 'customs.inspection-passed', 'C1'))).toEqual(['lift-without-hold']);
  expect(
    found(
      told('20:00', 'carrier.hold-placed', 'B1', '', { kind: 'other' }),
      told('21:00', 'terminal.hold-lifted', 'C1', '', { kind: 'other' }),
    ),
  ).toEqual(['wrong-agency']);
  expect(
    found(
      told('20:00', 'quarantine.treatment-completed', 'C1'),
      told('20:00', 'quarantine.vessel-passed', 'K1'),
      told('20:00', 'quarantine.coldchain-released', 'B1'),
    ),
  ).toEqual([]);
  // Lifted by implication already: the pass that follows had its hold.
  expect(
    found(
      told('20:00', 'customs.inspection-ordered', 'D1'),
      told('21:00', 'customs.released', 'D1'),
      told('22:00', 'customs.inspection-passed', 'D1'),
    ),
  ).toEqual([]);
});

test('a waiver lets the move go on without lifting: before or after the hold is placed', () => {
  const ordered = told('20:00', 'customs.inspection-ordered', 'C1');
  expect(held(ordered, told('21:00', 'customs.transfer-inspection', 'D1'))).toEqual(['inspection C1 20:00- ~21:00']);
  expect(held(ordered, told('19:00', 'customs.inspection-mode-set', 'D1', '', { mode: 'release-then-inspect' }))).toEqual([
    'inspection C1 20:00- ~20:00',
  ]);
  expect(held(told('20:00', 'customs.sampled', 'C1'), told('21:00', 'customs.conditional-release', 'D1'))).toEqual([
    'sample C1 20:00- ~21:00',
  ]);
  expect(held(told('20:00', 'customs.inspection-failed', 'C1'), told('21:00', 'customs.transfer-inspection', 'D1'))).toEqual([
    'irregularity C1 20:00-',
  ]);
  const loading = stateOf(
    [...ashore, ordered, told('21:00', 'customs.inspection-mode-set', 'D1', '', { mode: 'load-while-inspect' })],
    'C1',
  );
  expect(loading.holds[0]?.waives).toEqual(['load']);
});

test('a held vessel holds the boxes that are not yet past the step that it stops', () => {
  const before = told('9:00', 'border.vessel-held', 'K1');
  expect(held(before, told('12:00', 'border.vessel-hold-lifted', 'K1'))).toEqual(['border-vessel K1 9:00-12:00']);
  expect(held(told('11:00', 'border.vessel-held', 'K1'))).toEqual([]);
  expect(held(told('9:00', 'maritime.vessel-detained', 'K1'))).toEqual([]);
  expect(held(before, told('12:00', 'border.vessel-exit-cleared', 'K1'))).toEqual(['border-vessel K1 9:00-12:00']);
});
