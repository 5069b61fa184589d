import { expect, test } from 'vitest';
import { told } from '../visit/story.ts';
import { exportStories } from './export-stories.ts';
import { importStories } from './import-stories.ts';
import { conditionsOf, findingsIn, holdsOf, periodsOf, readinessBy, stateOf, verdictBy } from './readiness-story.ts';

test('S01: a plain import is ready from the receipt to the gate-out, and the terminal agrees', () => {
  const events = importStories.plain();
  expect(verdictBy(events, 'C1', '52:00')).toEqual([
    'not-ready',
    'not-discharged',
    'customs-not-released D1',
    'carrier-not-released B1',
    'eir-missing',
  ]);
  expect(verdictBy(events, 'C1', '53:00')).toEqual(['not-ready', 'customs-not-released D1', 'carrier-not-released B1', 'eir-missing']);
  expect(verdictBy(events, 'C1', '53:20')).toEqual(['not-ready', 'carrier-not-released B1', 'eir-missing']);
  expect(verdictBy(events, 'C1', '54:10')).toEqual(['ready']);
  expect(readinessBy(events, 'C1', '54:10').hints).toEqual(['no-appointment', 'advance-declared']);
  expect(readinessBy(events, 'C1', '55:00').hints).toEqual(['advance-declared']);
  expect(verdictBy(events, 'C1', '60:20')).toEqual(['not-applicable', 'already-left']);
  const state = stateOf(events, 'C1');
  expect([periodsOf(state, 'pickup'), holdsOf(state), findingsIn(state)]).toEqual([['54:10-60:20'], [], []]);
});

test('S02: an inspection holds, and its reasons stand in the order of the table', () => {
  const events = importStories.inspected();
  expect(verdictBy(events, 'C2', '34:30')).toEqual([
    'not-ready',
    'customs-not-released D2',
    'customs-hold inspection C2',
    'carrier-not-released B2',
    'eir-missing',
  ]);
  const state = stateOf(events, 'C2');
  expect([periodsOf(state, 'pickup'), holdsOf(state)]).toEqual([['39:10-45:10'], ['inspection C2 30:30-37:30']]);
});

test('S03: the selected box waits while the other four are ready', () => {
  const events = importStories.partial();
  for (const box of ['C31', 'C32', 'C34', 'C35']) expect(verdictBy(events, box, '27:20')).toEqual(['ready']);
  expect(verdictBy(events, 'C33', '27:20')).toEqual(['not-ready', 'customs-not-released D3', 'customs-hold inspection C33']);
  expect(periodsOf(stateOf(events, 'C33'), 'pickup')).toEqual(['31:00-']);
  expect(periodsOf(stateOf(events, 'C31'), 'pickup')).toEqual(['27:20-']);
});

test('S04: every house bill answers for itself, the master only for its manifest and its release', () => {
  const events = importStories.groupage();
  expect(verdictBy(events, 'C4', '37:00')).toEqual([
    'not-ready',
    'no-declaration H43',
    'customs-not-released D42',
    'customs-hold documents D42',
    'carrier-not-released H43',
    'eir-missing',
  ]);
  expect(holdsOf(stateOf(events, 'C4'))).toEqual(['documents D42 36:20-44:00']);
});

test('S05: a conditional release lets the box go under a condition that outlives the visit', () => {
  const events = importStories.conditional();
  expect(verdictBy(events, 'C5', '30:10')).toEqual(['ready-with-conditions', 'no-sale-or-use']);
  const state = stateOf(events, 'C5');
  expect(periodsOf(state, 'pickup')).toEqual(['30:10-33:00*']);
  expect(holdsOf(state)).toEqual(['inspection C5 26:30-29:10', 'sample C5 29:00-120:00 ~29:40']);
  expect(conditionsOf(state)).toEqual(['no-sale-or-use 29:40-122:10']);
});

test('S06: with the approval and the vessel berthed a box is ready before it is discharged', () => {
  const events = importStories.shipSide();
  expect(verdictBy(events, 'C6', '30:10')).toEqual(['not-ready', 'not-discharged']);
  expect(verdictBy(events, 'C6', '31:30')).toEqual(['ready']);
  const state = stateOf(events, 'C6');
  expect([periodsOf(state, 'pickup'), conditionsOf(state)]).toEqual([['31:30-33:40'], ['ship-side 8:00-33:40']]);
});

test('S07: cold chain goes to a supervised warehouse only', () => {
  const events = importStories.coldChain();
  expect(verdictBy(events, 'C7', '25:40')).toEqual(['ready-with-conditions', 'supervised-warehouse-only']);
  const state = stateOf(events, 'C7');
  expect([periodsOf(state, 'pickup'), findingsIn(state)]).toEqual([['25:40-30:00*'], []]);
  expect(conditionsOf(state)).toEqual(['supervised-warehouse-only 2:00-58:00', 'reefer-out-of-range 28:00-']);
});

test('S12: a revoked release fails rules 6 and 7, and a new one is needed after the seizure', () => {
  const events = importStories.revoked();
  expect(verdictBy(events, 'C12', '18:00')).toEqual(['not-ready', 'customs-not-released D12', 'customs-hold release-revoked D12']);
  expect(verdictBy(events, 'C12', '19:00')).toEqual([
    'not-ready',
    'customs-not-released D12',
    'customs-hold release-revoked D12',
    'customs-hold seizure:ip C12',
  ]);
  expect(verdictBy(events, 'C12', '60:00')).toEqual(['not-ready', 'customs-not-released D12', 'customs-hold release-revoked D12']);
  expect(periodsOf(stateOf(events, 'C12'), 'pickup')).toEqual(['15:40-18:00', '61:00-64:00']);
});

test('S13: known by their receipt, facts without papers leave the pick-up not ready', () => {
  const early = [told('6:00', 'terminal.discharged', 'C13'), told('10:00', 'customs.inspection-ordered', 'C13')];
  expect(verdictBy(early, 'C13', '11:05')).toEqual([
    'not-ready',
    'manifest-not-accepted',
    'no-declaration',
    'customs-hold inspection C13',
    'carrier-not-released',
    'eir-missing',
  ]);
});

test('S14: a box that came back needs its own papers', () => {
  const events = [
    told('720:00', 'carrier.bill-linked', 'C14', 'B15 K16', { direction: 'import' }),
    told('721:00', 'customs.manifest-accepted', 'B15'),
    told('743:00', 'terminal.discharged', 'C14', 'K16'),
  ];
  expect(verdictBy(events, 'C14', '744:00')).toEqual(['not-ready', 'no-declaration B15', 'carrier-not-released B15', 'eir-missing']);
});

test('S08: a plain export is ready from its release to its loading', () => {
  const events = exportStories.plain();
  expect(verdictBy(events, 'C8', '30:20')).toEqual(['not-ready', 'customs-not-released D8']);
  expect(verdictBy(events, 'C8', '70:00')).toEqual(['not-applicable', 'already-loaded']);
  expect(periodsOf(stateOf(events, 'C8'), 'loading')).toEqual(['30:50-70:00']);
});

test('S09: an opening holds the box, a held vessel the loading', () => {
  const events = exportStories.dangerous();
  expect(verdictBy(events, 'C9', '4:00')).toContain('dangerous-goods-not-approved');
  expect(verdictBy(events, 'C9', '20:40')).toEqual(['not-ready', 'maritime-hold dg-opening C9']);
  expect(verdictBy(events, 'C9', '30:00')).toEqual(['not-ready', 'vessel-held border-vessel K9']);
  const state = stateOf(events, 'C9');
  expect(periodsOf(state, 'loading')).toEqual(['25:00-30:00', '32:00-40:00']);
  expect(holdsOf(state)).toEqual(['dg-opening C9 13:00-25:00', 'border-vessel K9 30:00-32:00']);
});

test('S10: a transhipment needs its second call, its manifest there, and the onward move', () => {
  const events = exportStories.transhipment();
  expect(verdictBy(events, 'C10', '13:00')).toEqual(['not-ready', 'no-call', 'manifest-not-accepted B10', 'onward-not-approved']);
  expect(verdictBy(events, 'C10', '15:00')).toEqual(['not-ready', 'no-call', 'manifest-not-accepted B10']);
  expect(verdictBy(events, 'C10', '24:00')).toEqual(['not-ready', 'manifest-not-accepted B10']);
  expect(periodsOf(stateOf(events, 'C10'), 'loading')).toEqual(['26:00-60:00']);
});

test('S11: an empty waits for its release order, holds first', () => {
  const events = exportStories.empty();
  expect(verdictBy(events, 'C11', '24:00')).toEqual(['not-ready', 'no-release-order']);
  expect(verdictBy(events, 'C11', '24:20')).toEqual(['not-ready', 'customs-hold empty-inspection C11', 'no-release-order']);
  expect(verdictBy(events, 'C11', '27:15')).toEqual(['not-ready', 'no-release-order']);
  const state = stateOf(events, 'C11');
  expect([periodsOf(state, 'emptyPickup'), state.lanes.customs]).toEqual([['40:00-46:00'], 'not-applicable']);
});

test('S15: shut out, rolled over and omitted, loading is ready only with a call and its manifest', () => {
  const events = exportStories.rolled();
  expect(verdictBy(events, 'C15', '24:00')).toEqual(['not-ready', 'no-call', 'manifest-not-accepted B16']);
  expect(verdictBy(events, 'C15', '30:00')).toEqual(['not-ready', 'manifest-not-accepted B16']);
  expect(verdictBy(events, 'C15', '60:00')).toEqual(['not-ready', 'call-omitted K18']);
  expect(verdictBy(events, 'C15', '62:00')).toEqual(['not-ready', 'manifest-not-accepted B16']);
  const state = stateOf(events, 'C15');
  expect(periodsOf(state, 'loading')).toEqual(['11:00-24:00', '31:00-60:00', '63:00-90:00']);
  expect(conditionsOf(state)).toEqual(['filing-rejected 30:40-31:00']);
});

test('S16: released inland, a rail export waits only for its arrival in port', () => {
  const events = exportStories.rail();
  expect(verdictBy(events, 'C16', '16:00')).toEqual(['not-ready', 'not-in-port']);
  expect(periodsOf(stateOf(events, 'C16'), 'loading')).toEqual(['17:00-40:00']);
});
