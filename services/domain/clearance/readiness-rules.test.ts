import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import { at, told } from '../visit/story.ts';
import { exportStories } from './export-stories.ts';
import { importStories } from './import-stories.ts';
import { readinessChangesAt } from './readiness-at.ts';
import { conditionsOf, findingsIn, holdsOf, periodsOf, readinessBy, stateOf, verdictBy } from './readiness-story.ts';

/** The plain import of S01 up to the moment before its gate-out: ready. */
const ready = importStories.plain().filter((e) => e.occurredAt <= at('54:10'));
const verdict = (...events: AcceptedEvent[]): readonly string[] => verdictBy([...ready, ...events], 'C1', '60:00');

test('short-landed and discharged at once leave the answer open', () => {
  expect(verdict(told('55:00', 'terminal.discrepancy-recorded', 'C1', '', { kind: 'short-landed' }))).toEqual([
    'unknown',
    'evidence-conflict',
  ]);
  expect(
    verdict(
      told('55:00', 'terminal.discrepancy-recorded', 'C1', '', { kind: 'short-landed' }),
      told('56:00', 'customs.documents-required', 'D1'),
    )[0],
  ).toBe('not-ready');
});

test('a delivery order counts up to and at its end, and the ready period ends there', () => {
  const order = told('55:00', 'carrier.delivery-order-issued', 'B1', '', { validUntil: '2026-03-03T10:00:00Z' });
  expect(verdictBy([...ready, order], 'C1', '58:00')).toEqual(['ready']);
  expect(verdictBy([...ready, order], 'C1', '58:01')).toEqual(['not-ready', 'delivery-order-expired B1']);
  const state = stateOf([...ready, order], 'C1');
  expect(periodsOf(state, 'pickup')).toEqual(['54:10-58:00']);
  expect(readinessChangesAt(state, instant(at('57:00')))).toBe(at('58:00') + 1);
  expect(verdict(order, told('59:00', 'carrier.delivery-order-issued', 'B1', '', { validUntil: '2026-03-09T10:00:00Z' }))).toEqual([
    'ready',
  ]);
});

test('a silent feed leaves the answer open only where everything else passes', () => {
  const silent = { silentAgencies: new Set(['customs'] as const) };
  expect(readinessBy(ready, 'C1', '60:00', silent)).toMatchObject({
    verdict: 'unknown',
    reasons: [{ code: 'source-silent', kind: 'customs' }],
  });
  expect(readinessBy(ready.slice(0, -1), 'C1', '60:00', silent)).toMatchObject({
    verdict: 'not-ready',
    reasons: [{ code: 'eir-missing' }],
  });
  expect(readinessBy(ready, 'C1', '60:00', { silentAgencies: new Set(['border-inspection'] as const) }).verdict).toBe('ready');
});

test('a withdrawn declaration leaves its bill undeclared until another one comes', () => {
  expect(verdict(told('55:00', 'customs.declaration-withdrawn', 'D1'))).toEqual(['not-ready', 'no-declaration B1']);
  expect(
    verdict(
      told('55:00', 'customs.declaration-withdrawn', 'D1'),
      told('56:00', 'customs.declaration-linked', 'D9', 'B1 C1'),
      told('57:00', 'customs.released', 'D9'),
    ),
  ).toEqual(['ready']);
});

test('a release of the bill or of the box counts without a declaration, for what it names', () => {
  const undeclared = ready.filter((e) => e.subject.type !== 'declaration');
  expect(verdictBy([...undeclared, told('55:00', 'customs.released', 'B1')], 'C1', '60:00')).toEqual(['ready']);
  expect(verdictBy([...undeclared, told('55:00', 'customs.released', 'C1')], 'C1', '60:00')).toEqual(['ready']);
  expect(
    verdictBy([...undeclared, told('55:00', 'customs.released', 'B1'), told('56:00', 'customs.release-revoked', 'B1')], 'C1', '60:00'),
  ).toEqual(['not-ready', 'customs-not-released B1', 'customs-hold release-revoked B1']);
});

test('a recalled delivery order is no release, and holds', () => {
  expect(verdict(told('55:00', 'carrier.hold-placed', 'B1', '', { kind: 'recall' }))).toEqual([
    'not-ready',
    'carrier-hold carrier:recall B1',
    'carrier-not-released B1',
  ]);
});

test('port access binds to a destination inspection unless it says no; a transfer only to the inspection site', () => {
  const unreleased = ready.filter((e) => e.code !== 'customs.released');
  expect(verdictBy([...unreleased, told('55:00', 'customs.port-access-granted', 'D1')], 'C1', '60:00')).toEqual([
    'ready-with-conditions',
    'destination-inspection',
  ]);
  expect(
    verdictBy(
      [...unreleased, told('55:00', 'customs.inspection-ordered', 'C1', 'D1'), told('56:00', 'customs.transfer-inspection', 'C1')],
      'C1',
      '60:00',
    ),
  ).toEqual(['ready-with-conditions', 'inspection-site-only']);
  expect(verdictBy([...unreleased, told('55:00', 'customs.onward-move-approved', 'B1', '', { kind: 'transit' })], 'C1', '60:00')).toEqual([
    'ready-with-conditions',
    'under-customs-control',
  ]);
});

test('dangerous goods need an approval; a suspicion only while an opening is ordered', () => {
  const suspect = told('55:00', 'maritime.dg-checked', 'C1', '', { step: 2, result: 'suspect' });
  expect(verdict(suspect)).toEqual(['ready']);
  expect(verdict(suspect, told('56:00', 'maritime.dg-opening-ordered', 'C1'))).toEqual([
    'not-ready',
    'maritime-hold dg-opening C1',
    'dangerous-goods-not-approved',
  ]);
  expect(verdict(told('55:00', 'maritime.dangerous-goods-declared', 'B1'))).toEqual(['not-ready', 'dangerous-goods-not-approved']);
  expect(
    verdict(
      told('55:00', 'maritime.dangerous-goods-declared', 'B1'),
      told('56:00', 'maritime.dangerous-goods-approved', 'B1', '', { basis: 'exemption-961' }),
    ),
  ).toEqual(['ready']);
});

test('a direct load needs the approval and the box at the gate; a missed cut-off is told beside the failing step', () => {
  const early = exportStories.plain().filter((e) => e.occurredAt < at('30:02'));
  const story = [
    ...early,
    told('25:00', 'customs.direct-load-approved', 'D8'),
    told('29:00', 'terminal.gate-recognised', 'C8'),
    told('29:10', 'customs.arrival-report-accepted', 'C8'),
    told('29:20', 'customs.released', 'D8'),
  ];
  expect(verdictBy(story, 'C8', '28:00')).toContain('not-in-port');
  expect(verdictBy(story, 'C8', '29:20')).toEqual(['ready']);
  const cutoff = told('24:00', 'terminal.cutoff-set', 'K8', '', { kind: 'gate-in', due: '2026-03-02T04:00:00Z' });
  expect(verdictBy([...early, cutoff], 'C8', '28:00')).not.toContain('cutoff-missed gate-in K8');
  expect(verdictBy([...early, cutoff], 'C8', '28:01').at(-1)).toContain('cutoff-missed gate-in');
  expect(verdictBy([...exportStories.plain(), cutoff], 'C8', '60:00')).toEqual(['ready']);
});

test('a box that left under a hold or without a release is a serious finding, and the hold stays open', () => {
  const gone = told('61:00', 'terminal.gated-out', 'C1', '', { to: 'consignee' });
  const state = stateOf([...ready, told('60:00', 'customs.seized', 'C1', '', { ground: 'ip' }), gone], 'C1');
  expect(state.findings).toMatchObject([{ code: 'left-under-hold', severity: 'high' }]);
  expect([state.status, holdsOf(state)]).toEqual(['closed', ['seizure:ip C1 60:00-']]);
  expect(findingsIn(stateOf([...ready.filter((e) => e.code !== 'customs.released'), gone], 'C1'))).toEqual(['left-under-hold']);
  expect(findingsIn(stateOf([...ready, gone], 'C1'))).toEqual([]);
});

test('the terminal disagrees when it says available against a refusal', () => {
  const early = told('53:10', 'terminal.available-for-pickup', 'C1');
  expect(findingsIn(stateOf([...ready, early], 'C1'))).toEqual(['terminal-disagrees']);
  expect(findingsIn(stateOf([...ready, told('55:00', 'terminal.available-for-pickup', 'C1')], 'C1'))).toEqual([]);
});

test('a release of a box that is on no bill is kept, with a finding', () => {
  const state = stateOf([told('53:00', 'terminal.discharged', 'C1', 'K1'), told('54:00', 'customs.released', 'C1')], 'C1');
  expect([findingsIn(state), state.lanes.customs]).toEqual([['release-without-manifest'], 'released']);
});

test('seals that differ between packing list and gate are shown both', () => {
  const state = stateOf(
    [
      told('1:00', 'carrier.bill-linked', 'C8', 'B8 K8', { direction: 'export' }),
      told('2:00', 'carrier.packing-list-submitted', 'C8', '', { seals: ['A1'] }),
      told('3:00', 'terminal.gated-in', 'C8', '', { full: true, seals: [{ number: 'B2', by: 'carrier' }] }),
    ],
    'C8',
  );
  expect(conditionsOf(state)).toEqual(['seal-mismatch 3:00-']);
  expect(state.conditions[0]?.about).toEqual(['A1', 'B2']);
});

test('free time that has ended is a hint and never a reason', () => {
  const free = told('54:00', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-03' });
  expect(readinessBy([...ready, free], 'C1', '60:00').hints).not.toContain('free-time-ended');
  expect(readinessBy([...ready, free], 'C1', '90:00')).toMatchObject({
    verdict: 'ready',
    hints: ['no-appointment', 'advance-declared', 'free-time-ended'],
  });
});

test('a missing truck appointment is a hint only where a truck is awaited', () => {
  const hintsBy = (events: readonly AcceptedEvent[], box: string, time: string): readonly string[] => readinessBy(events, box, time).hints;
  expect(hintsBy(exportStories.transhipment(), 'C10', '1:00')).toEqual([]);
  const booked = [told('1:00', 'carrier.bill-linked', 'C8', 'B8 K8', { direction: 'export' })];
  expect(hintsBy(booked, 'C8', '2:00')).toEqual(['no-appointment']);
  const gatedIn = told('3:00', 'terminal.gated-in', 'C8', 'K8', { full: true });
  expect(hintsBy([...booked, gatedIn], 'C8', '4:00')).toEqual([]);
});
