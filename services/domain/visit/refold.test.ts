import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { at, StoryPort, told } from './story.ts';
import type { VisitState } from './visit.ts';

const port = (...events: AcceptedEvent[]): StoryPort => new StoryPort().apply(...events);
const actual = (state: VisitState | undefined, name: keyof VisitState['milestones']): number | undefined => state?.milestones[name]?.actual;

/** S01: plain import, declared in advance. */
const plainImport = [
  told('0:00', 'carrier.call-opened', 'K1'),
  told('6:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import', boxes: 1 }),
  told('8:00', 'customs.manifest-accepted', 'B1'),
  told('20:00', 'customs.declaration-linked', 'D1', 'B1 C1'),
  told('20:00', 'customs.advance-declared', 'D1'),
  told('20:05', 'customs.declaration-accepted', 'D1'),
  told('47:30', 'border.vessel-entry-cleared', 'K1'),
  told('48:00', 'terminal.vessel-arrived', 'K1'),
  told('50:00', 'terminal.vessel-berthed', 'K1'),
  told('53:00', 'terminal.discharged', 'C1', 'K1', { to: 'yard' }),
  told('53:20', 'customs.released', 'D1'),
  told('54:00', 'carrier.delivery-order-issued', 'B1'),
  told('54:10', 'carrier.eir-issued', 'C1', '', { task: 'pick-up-full' }),
  told('60:20', 'terminal.gated-out', 'C1', '', { to: 'consignee' }),
  told('60:25', 'customs.gate-passed', 'C1'),
  told('84:20', 'terminal.empty-returned', 'C1'),
];

test('a plain import opens with discharge, closes with gate-out, and its empty return opens an empty visit', () => {
  const [first, second, ...rest] = port(...plainImport).visits('C1');
  expect(rest).toEqual([]);
  expect(first?.state).toMatchObject({
    direction: 'import',
    directionGuessed: false,
    status: 'closed',
    closedAs: 'gated-out',
    openedAt: at('53:00'),
    closedAt: at('60:20'),
    bills: ['B1'],
    declarations: ['D1'],
    calls: ['K1'],
  });
  expect(actual(first?.state, 'vessel-arrived')).toBe(at('48:00'));
  expect(actual(first?.state, 'customs-released')).toBe(at('53:20'));
  expect(actual(first?.state, 'carrier-released')).toBe(at('54:00'));
  expect(actual(first?.state, 'declared')).toBe(at('20:00'));
  expect(actual(first?.state, 'empty-returned')).toBe(at('84:20'));
  expect(actual(first?.state, 'customs-gate')).toBe(at('60:25'));
  expect(first?.state.lanes).toMatchObject({
    logistics: 'empty-returned',
    customs: 'released',
    carrier: 'released',
    border: 'entry-cleared',
    maritime: 'not-applicable',
  });
  expect(first?.state.findings).toEqual([]);
  expect(second?.state).toMatchObject({ direction: 'empty', status: 'open', openedAt: at('84:20') });
  expect(second?.state.lanes.customs).toBe('not-applicable');
});

test('any order and any batching of receipt gives the same visits', () => {
  const expected = port(...plainImport)
    .visits('C1')
    .map((v) => v.state);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(plainImport, { minLength: plainImport.length }),
      fc.array(fc.nat(4), { maxLength: 16 }),
      (events, cuts) => {
        const story = new StoryPort();
        let from = 0;
        for (const length of cuts) {
          story.apply(...events.slice(from, from + length));
          from += length;
        }
        story.apply(...events.slice(from));
        expect(story.visits('C1').map((v) => v.state)).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('an event of a call, bill or declaration reaches exactly the linked boxes, whichever comes first', () => {
  const links = ['C1', 'C2', 'C3'].map((box) =>
    told('0:00', 'carrier.bill-linked', box, box === 'C3' ? 'B2 K2' : 'B1 K1', { direction: 'import' }),
  );
  const later = [
    told('1:00', 'customs.manifest-accepted', 'B1'),
    told('5:00', 'terminal.vessel-arrived', 'K1'),
    told('6:00', 'border.vessel-entry-cleared', 'K1'),
  ];
  for (const story of [port(...links, ...later), port(...later, ...links), port(...later).apply(...links)]) {
    for (const box of ['C1', 'C2']) {
      expect(story.visits(box).map((v) => v.timeline.map((t) => t.event.code))).toEqual([
        ['carrier.bill-linked', 'customs.manifest-accepted', 'terminal.vessel-arrived', 'border.vessel-entry-cleared'],
      ]);
      expect(story.visits(box)[0]?.timeline.map((t) => t.via.type)).toEqual(['container', 'bill', 'call', 'call']);
    }
    expect(story.visits('C3')[0]?.timeline.map((t) => t.event.code)).toEqual(['carrier.bill-linked']);
  }
});

test('a declaration without a list reaches the boxes of its bill; a list replaces that', () => {
  const links = ['C1', 'C2'].map((box) => told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import' }));
  const inferred = port(
    ...links,
    told('1:00', 'customs.declaration-linked', 'D1', 'B1'),
    told('2:00', 'customs.declaration-submitted', 'D1'),
  );
  expect([actual(inferred.visits('C1')[0]?.state, 'declared'), actual(inferred.visits('C2')[0]?.state, 'declared')]).toEqual([
    at('2:00'),
    at('2:00'),
  ]);
  const listed = port(
    ...links,
    told('1:00', 'customs.declaration-linked', 'D1', 'B1 C1'),
    told('2:00', 'customs.declaration-submitted', 'D1'),
  );
  expect([actual(listed.visits('C1')[0]?.state, 'declared'), actual(listed.visits('C2')[0]?.state, 'declared')]).toEqual([
    at('2:00'),
    undefined,
  ]);
});

test('one selected box of a released declaration stays held until its inspection is passed (S03)', () => {
  const links = ['C1', 'C2'].map((box) => told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import' }));
  const held = [
    ...links,
    told('24:00', 'terminal.discharged', 'C1'),
    told('24:10', 'terminal.discharged', 'C2'),
    told('25:00', 'customs.declaration-linked', 'D1', 'B1 C1 C2'),
    told('25:00', 'customs.declaration-submitted', 'D1'),
    told('25:30', 'customs.inspection-ordered', 'C2', 'D1'),
    told('27:00', 'customs.released', 'D1'),
  ];
  const story = port(...held);
  expect(story.visits('C1')[0]?.state.lanes.customs).toBe('released');
  expect(story.visits('C2')[0]?.state.lanes.customs).toBe('held');
  expect(actual(story.visits('C2')[0]?.state, 'customs-released')).toBeUndefined();
  story.apply(told('31:00', 'customs.inspection-passed', 'C2'), told('31:15', 'customs.released', 'C2', 'D1'));
  expect(story.visits('C2')[0]?.state.lanes.customs).toBe('released');
  expect(actual(story.visits('C2')[0]?.state, 'customs-released')).toBe(at('31:00'));
});

test('a less-than-container box under three houses is stripped: its import visit closes and an empty one opens (S04)', () => {
  const story = port(
    told('0:00', 'carrier.bill-linked', 'C4', 'M4 K4', { direction: 'import' }),
    told('0:10', 'carrier.bill-linked', 'C4', 'H41 M4'),
    told('0:10', 'carrier.bill-linked', 'C4', 'H42 M4'),
    told('2:00', 'customs.manifest-accepted', 'M4'),
    told('30:00', 'terminal.vessel-arrived', 'K4'),
    told('33:00', 'terminal.discharged', 'C4'),
    told('34:00', 'customs.declaration-linked', 'D41', 'H41'),
    told('36:00', 'customs.released', 'D41'),
    told('40:00', 'terminal.stripped', 'C4'),
  );
  const [importVisit, emptyVisit] = story.visits('C4');
  expect(importVisit?.state).toMatchObject({
    direction: 'import',
    closedAs: 'stripped',
    closedAt: at('40:00'),
    bills: ['H41', 'H42', 'M4'],
    declarations: ['D41'],
  });
  expect(emptyVisit?.state).toMatchObject({ direction: 'empty', status: 'open', openedAt: at('40:00') });
});

test('a plain export is expected from the empty pick-up, opens with gate-in and closes with departure (S08)', () => {
  const story = port(
    told('0:00', 'carrier.empty-release-ordered', 'BK8'),
    told('5:00', 'carrier.eir-issued', 'C8', '', { task: 'pick-up-empty' }),
    told('6:00', 'terminal.empty-picked-up', 'C8', 'BK8'),
  );
  expect(story.visits('C8')[0]?.state).toMatchObject({ direction: 'export', status: 'expected', bookings: ['BK8'] });
  const { visitId } = story.visits('C8')[0] ?? {};
  story.apply(
    told('21:00', 'carrier.bill-linked', 'C8', 'B8 BK8 K8', { direction: 'export' }),
    told('22:00', 'customs.manifest-accepted', 'B8', 'K8'),
    told('23:00', 'customs.declaration-linked', 'D8', 'B8 C8'),
    told('23:00', 'customs.advance-declared', 'D8'),
    told('30:02', 'terminal.gated-in', 'C8', '', { full: true }),
    told('30:20', 'customs.arrival-report-accepted', 'C8'),
    told('30:50', 'customs.released', 'D8'),
    told('70:00', 'terminal.loaded', 'C8', 'K8'),
  );
  expect(story.visits('C8')[0]?.state).toMatchObject({ status: 'open', onBoard: true });
  story.apply(
    told('75:00', 'terminal.vessel-departed', 'K8'),
    told('75:10', 'maritime.departure-reported', 'K8'),
    told('81:00', 'customs.departure-confirmed', 'D8'),
  );
  expect(story.visits('C8')).toHaveLength(1);
  const visit = story.visits('C8')[0];
  expect(visit?.visitId).toBe(visitId);
  expect(visit?.state).toMatchObject({
    direction: 'export',
    status: 'closed',
    closedAs: 'departed',
    openedAt: at('30:02'),
    closedAt: at('75:00'),
    bills: ['B8'],
    bookings: ['BK8'],
    onBoard: false,
    findings: [],
  });
  expect(actual(visit?.state, 'departure-confirmed')).toBe(at('81:00'));
  expect(actual(visit?.state, 'customs-released')).toBe(at('30:50'));
});

test('a transhipment box keeps one visit from its discharge to its departure on another call (S10)', () => {
  const story = port(
    told('0:00', 'carrier.bill-linked', 'C10', 'B10 K10', { direction: 'transhipment' }),
    told('10:00', 'terminal.vessel-arrived', 'K10'),
    told('13:00', 'terminal.discharged', 'C10', 'K10'),
    told('14:00', 'terminal.vessel-departed', 'K10'),
    told('15:00', 'customs.onward-move-approved', 'B10', '', { kind: 'transhipment' }),
    told('24:00', 'carrier.bill-linked', 'C10', 'B10 K11'),
    told('26:00', 'customs.manifest-accepted', 'B10', 'K11'),
    told('60:00', 'terminal.loaded', 'C10', 'K11'),
    told('64:00', 'terminal.vessel-departed', 'K11'),
  );
  const [visit, ...rest] = story.visits('C10');
  expect(rest).toEqual([]);
  expect(visit?.state).toMatchObject({
    direction: 'transhipment',
    status: 'closed',
    closedAs: 'departed',
    openedAt: at('13:00'),
    closedAt: at('64:00'),
    calls: ['K10', 'K11'],
    findings: [],
  });
  expect(actual(visit?.state, 'vessel-arrived')).toBe(at('10:00'));
  expect(visit?.state.lanes.customs).toBe('onward');
});

test('an empty box is discharged, inspected and picked up; its booking makes an export visit expected (S11)', () => {
  const story = port(
    told('0:00', 'carrier.bill-linked', 'C11', 'K12', { direction: 'empty' }),
    told('24:00', 'terminal.discharged', 'C11', '', { full: false }),
    told('24:20', 'customs.empty-inspection-ordered', 'C11'),
  );
  expect(story.visits('C11').map((v) => v.state)).toMatchObject([{ direction: 'empty', status: 'open', lanes: { customs: 'held' } }]);
  story.apply(
    told('27:15', 'customs.empty-inspection-passed', 'C11'),
    told('40:00', 'carrier.empty-release-ordered', 'BK11'),
    told('46:00', 'terminal.empty-picked-up', 'C11', 'BK11'),
  );
  const [empty, expected] = story.visits('C11');
  expect(empty?.state).toMatchObject({
    direction: 'empty',
    status: 'closed',
    closedAs: 'picked-up',
    openedAt: at('24:00'),
    closedAt: at('46:00'),
    lanes: { customs: 'not-applicable' },
  });
  expect(expected?.state).toMatchObject({ direction: 'export', status: 'expected', bookings: ['BK11'] });
});

test('a revoked release reopens: the release in force stands and the first one is kept (S12)', () => {
  const story = port(
    told('0:00', 'carrier.bill-linked', 'C12', 'B12 K13', { direction: 'import' }),
    told('13:00', 'terminal.discharged', 'C12'),
    told('14:00', 'customs.declaration-linked', 'D12', 'B12 C12'),
    told('14:00', 'customs.declaration-submitted', 'D12'),
    told('15:00', 'customs.released', 'D12'),
    told('18:00', 'customs.release-revoked', 'D12'),
  );
  expect(story.visits('C12')[0]?.state.lanes.customs).toBe('revoked');
  story.apply(told('19:00', 'customs.seized', 'C12', '', { ground: 'ip' }));
  expect(story.visits('C12')[0]?.state.lanes.customs).toBe('seized');
  story.apply(told('60:00', 'customs.seizure-lifted', 'C12', '', { ground: 'ip' }));
  expect(story.visits('C12')[0]?.state.lanes.customs).toBe('revoked');
  story.apply(told('61:00', 'customs.released', 'D12'));
  expect(story.visits('C12')[0]?.state.milestones['customs-released']).toMatchObject({ actual: at('61:00'), first: at('15:00') });
});

test('late links, a correction and a cancellation end in the state that the corrected facts tell (S13)', () => {
  const discharged = told('6:00', 'terminal.discharged', 'C13', '', { id: 'x4' });
  const ordered = told('10:00', 'customs.inspection-ordered', 'C13', '', { id: 'x7' });
  const story = port(told('2:00', 'terminal.vessel-arrived', 'K14'), discharged, ordered, told('11:00', 'customs.released', 'D13'));
  expect(story.visits('C13')[0]?.state).toMatchObject({
    direction: 'import',
    directionGuessed: true,
    openedAt: at('6:00'),
    declarations: [],
    lanes: { customs: 'held' },
  });
  const { visitId } = story.visits('C13')[0] ?? {};
  story.apply(
    { ...ordered, id: 'x7c', action: 'cancel', replaces: { source: ordered.source, id: 'x7' } },
    told('2:30', 'carrier.bill-linked', 'C13', 'B13 K14', { direction: 'import' }),
    told('8:00', 'customs.declaration-linked', 'D13', 'B13'),
    told('8:00', 'customs.declaration-submitted', 'D13'),
    {
      ...discharged,
      ...told('6:20', 'terminal.discharged', 'C13', '', { id: 'x4c' }),
      action: 'correct',
      replaces: { source: discharged.source, id: 'x4' },
    },
  );
  const visit = story.visits('C13')[0];
  expect(visit?.visitId).toBe(visitId);
  expect(visit?.state).toMatchObject({
    directionGuessed: false,
    openedAt: at('6:20'),
    declarations: ['D13'],
    lanes: { customs: 'released' },
  });
  expect(actual(visit?.state, 'customs-released')).toBe(at('11:00'));
  expect(visit?.timeline.find((t) => t.event.id === 'x7')).toMatchObject({ status: 'cancelled', by: 'customs/x7c' });
  expect(visit?.timeline.find((t) => t.event.id === 'x4')).toMatchObject({ status: 'superseded', by: 'terminal/x4c' });
});

test('a box that comes back before its loading is reported opens a second visit, whose id a late loading leaves alone (S14)', () => {
  const story = port(
    told('0:00', 'carrier.bill-linked', 'C14', 'B14 K15', { direction: 'export' }),
    told('0:30', 'terminal.gated-in', 'C14'),
    told('0:50', 'customs.arrival-report-accepted', 'C14'),
    told('1:00', 'customs.declaration-linked', 'D14', 'B14 C14'),
    told('1:00', 'customs.declaration-submitted', 'D14'),
    told('1:10', 'customs.released', 'D14'),
    told('30:00', 'terminal.vessel-departed', 'K15'),
    told('720:00', 'carrier.bill-linked', 'C14', 'B15 K16', { direction: 'import' }),
    told('740:00', 'terminal.vessel-arrived', 'K16'),
    told('743:00', 'terminal.discharged', 'C14', 'K16'),
  );
  const before = story.visits('C14');
  expect(before.map((v) => v.state)).toMatchObject([
    { direction: 'export', closedAs: 'unobserved', closedAt: at('1:10'), bills: ['B14'] },
    { direction: 'import', status: 'open', openedAt: at('743:00'), bills: ['B15'] },
  ]);
  story.apply(told('26:30', 'terminal.loaded', 'C14', 'K15'));
  const after = story.visits('C14');
  expect(after.map((v) => v.visitId)).toEqual(before.map((v) => v.visitId));
  expect(after[0]?.state).toMatchObject({ closedAs: 'departed', closedAt: at('30:00') });
  expect(after[1]?.state).toEqual(before[1]?.state);
});

test('a box shut out and rolled over twice stays one export visit and leaves with the last call (S15)', () => {
  const story = port(
    told('0:00', 'carrier.bill-linked', 'C15', 'B16 K17', { direction: 'export' }),
    told('4:00', 'terminal.cutoff-set', 'K17', '', { kind: 'gate-in' }),
    told('10:00', 'terminal.gated-in', 'C15'),
    told('24:00', 'terminal.shut-out', 'C15', 'K17'),
  );
  expect(story.visits('C15')[0]?.state).toMatchObject({ status: 'open', calls: [] });
  story.apply(
    told('26:00', 'terminal.vessel-departed', 'K17'),
    told('30:00', 'carrier.rolled-over', 'C15', 'B16 K17 K18', { classifier: 'actual' }),
  );
  expect(story.visits('C15')[0]?.state).toMatchObject({ status: 'open', calls: ['K18'] });
  expect(story.visits('C15')[0]?.timeline.map((t) => t.event.code)).toContain('terminal.cutoff-set');
  expect(story.visits('C15')[0]?.timeline.map((t) => t.event.code)).not.toContain('terminal.vessel-departed');
  story.apply(
    told('62:00', 'carrier.rolled-over', 'C15', 'B16 K18 K19', { classifier: 'actual' }),
    told('90:00', 'terminal.loaded', 'C15', 'K19'),
    told('93:00', 'terminal.vessel-departed', 'K19'),
  );
  expect(story.visits('C15').map((v) => v.state)).toMatchObject([
    { direction: 'export', status: 'closed', openedAt: at('10:00'), closedAt: at('93:00'), calls: ['K19'], findings: [] },
  ]);
});
