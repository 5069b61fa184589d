import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { told } from '../visit/story.ts';
import { holdsOf, periodsOf, stateOf, verdictBy } from './readiness-story.ts';
import { accepted, ashore, box, replaced, stateInAnyOrder } from './replacement-story.ts';

const sister = 'CAIU1234561';

/** A declaration of a bill, with the carrier's release of that bill. */
const declared = (declaration: string, bill: string): AcceptedEvent[] => [
  told('11:00', 'customs.declaration-linked', declaration, bill),
  told('11:10', 'customs.declaration-submitted', declaration),
  told('13:00', 'carrier.delivery-order-issued', bill),
];

/** A second bill of the box. */
const second = (bill: string): AcceptedEvent[] => [
  told('0:00', 'carrier.bill-linked', box, `${bill} K1`, { direction: 'import' }),
  told('1:00', 'customs.manifest-accepted', bill),
];

/** The state, which no order of receipt changes. */
function settled(story: readonly AcceptedEvent[], of = box) {
  const { state, others } = stateInAnyOrder(story, of);
  for (const other of others) expect(other).toEqual(state);
  return state;
}

test('a declaration of a renumbered bill is one of the new bill: its release, holds and clocks count', () => {
  const story = [
    ...ashore,
    ...declared('D1', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    accepted,
    told('22:00', 'customs.documents-required', 'D1'),
    told('24:00', 'customs.released', 'D1'),
  ];
  expect(verdictBy(story, box, '21:30')).toEqual(['not-ready', 'customs-not-released D1']);
  expect(verdictBy(story, box, '23:00')).toEqual(['not-ready', 'customs-not-released D1', 'customs-hold documents D1']);
  expect(verdictBy(story, box, '25:00')).toEqual(['ready']);
  const state = settled(story);
  expect(periodsOf(state, 'pickup')).toEqual(['24:00-']);
  expect(holdsOf(state)).toEqual(['documents D1 22:00-24:00']);
  expect(state).toMatchObject({ bills: ['B2'], declarations: ['D1'], lanes: { customs: 'released', carrier: 'released' } });
  expect(state.classes).toMatchObject({ bills: { B2: 'released' }, declarations: { D1: 'released' } });
  const hours = (name: keyof typeof state.clocks): number | undefined => {
    const { startAt, stopAt } = state.clocks[name];
    return startAt !== undefined && stopAt !== undefined ? (stopAt - startAt) / 3_600_000 : undefined;
  };
  expect([hours('clearance-import'), hours('discharge-to-release')]).toEqual([15, 14]);
});

test('a release that a declaration had before its bill was renumbered stands, and can be revoked after', () => {
  const story = [
    ...ashore,
    ...declared('D1', 'B1'),
    told('12:00', 'customs.released', 'D1'),
    replaced('20:00', ['B1', 'B2']),
    accepted,
    told('30:00', 'customs.release-revoked', 'D1'),
  ];
  expect(verdictBy(story, box, '22:00')).toEqual(['ready']);
  const state = settled(story);
  expect(periodsOf(state, 'pickup')).toEqual(['13:00-20:00', '21:00-30:00']);
  expect(state.lanes.customs).toBe('revoked');
  expect(state.clocks['clearance-import']).toMatchObject({ state: 'running' });
});

test('a release of a renumbered bill stops the clocks as if it had been of the new one', () => {
  const state = settled([...ashore, told('12:00', 'customs.released', 'B1'), replaced('20:00', ['B1', 'B2'])]);
  expect(state.clocks['clearance-import']).toMatchObject({ state: 'stopped' });
  const { startAt = 0, stopAt = 0 } = state.clocks['clearance-import'];
  expect((stopAt - startAt) / 3_600_000).toBe(3);
});

test('both bills into which one is split stay under its declaration', () => {
  const story = [
    ...ashore,
    told('0:00', 'carrier.bill-linked', sister, 'B1 K1', { direction: 'import' }),
    told('10:00', 'terminal.discharged', sister, 'K1'),
    ...declared('D1', 'B1'),
    replaced('20:00', ['B1', 'B2'], ['B1', 'B3', sister]),
    accepted,
    told('30:00', 'customs.released', 'D1'),
  ];
  for (const [of, bill] of [
    [box, 'B2'],
    [sister, 'B3'],
  ] as const) {
    const state = settled(story, of);
    expect(state).toMatchObject({ bills: [bill], declarations: ['D1'], lanes: { customs: 'released' } });
    expect(state.classes.declarations).toEqual({ D1: 'released' });
  }
});

test('what is merged into a declared bill without a declaration needs one of its own', () => {
  const merged = (...more: AcceptedEvent[]): AcceptedEvent[] => [
    ...ashore,
    ...declared('D1', 'B1'),
    ...second('B3'),
    told('12:00', 'customs.released', 'D1'),
    told('13:00', 'carrier.delivery-order-issued', 'B3'),
    replaced('20:00', ['B1', 'B2'], ['B3', 'B2']),
    accepted,
    ...more,
  ];
  expect(verdictBy(merged(), box, '22:00')).toEqual(['not-ready', 'no-declaration B2']);
  expect(settled(merged()).classes.bills).toEqual({ B2: 'pending' });
  // By the new number or by the old one.
  for (const bill of ['B2', 'B3']) {
    const late = merged(told('23:00', 'customs.declaration-linked', 'D3', bill), told('23:10', 'customs.declaration-submitted', 'D3'));
    expect(verdictBy(late, box, '24:00')).toEqual(['not-ready', 'customs-not-released D3']);
    const released = [...late, told('25:00', 'customs.released', 'D3')];
    expect(verdictBy(released, box, '26:00')).toEqual(['ready']);
    expect(settled(released).declarations).toEqual(['D1', 'D3']);
  }
  // Or by a release of the bill itself; the first declaration can still be withdrawn.
  const byBill = merged(told('23:00', 'customs.released', 'B2'));
  expect(verdictBy(byBill, box, '24:00')).toEqual(['ready']);
  expect(periodsOf(settled(byBill), 'pickup')).toEqual(['23:00-']);
  expect(settled(byBill).clocks['clearance-import'].legs?.map((l) => l.name)).toEqual(['D1', 'B2']);
});

test('goods that are merged into a bill that stood before do not come under its declaration', () => {
  const story = [
    ...ashore,
    ...second('B3'),
    ...declared('D3', 'B3'),
    told('12:00', 'customs.released', 'D3'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    replaced('20:00', ['B1', 'B3']),
  ];
  expect(verdictBy(story, box, '21:00')).toEqual(['not-ready', 'no-declaration B3']);
  const late = [...story, told('25:00', 'customs.declaration-linked', 'D1', 'B1'), told('26:00', 'customs.released', 'D1')];
  expect(verdictBy(late, box, '25:30')).toEqual(['not-ready', 'customs-not-released D1']);
  expect(periodsOf(settled(late), 'pickup')).toEqual(['26:00-']);
  expect(settled(late)).toMatchObject({ bills: ['B3'], declarations: ['D1', 'D3'] });
});

test('a declaration follows its bill through every number that it takes, and back', () => {
  const story = [
    ...ashore,
    ...declared('D1', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    accepted,
    // A second one, of a number that is itself replaced.
    told('22:00', 'customs.declaration-linked', 'D2', 'B2'),
    replaced('24:00', ['B2', 'B3']),
    told('24:30', 'customs.manifest-accepted', 'B3'),
    told('26:00', 'customs.released', 'D1'),
  ];
  expect(verdictBy(story, box, '27:00')).toEqual(['not-ready', 'customs-not-released D2']);
  const released = [...story, told('28:00', 'customs.released', 'D2')];
  expect(periodsOf(settled(released), 'pickup')).toEqual(['28:00-']);
  expect(settled(released)).toMatchObject({ bills: ['B3'], declarations: ['D1', 'D2'] });
  const back = [...released, replaced('40:00', ['B3', 'B1']), told('41:00', 'customs.release-revoked', 'D2')];
  expect(verdictBy(back, box, '40:30')).toEqual(['ready']);
  expect(settled(back)).toMatchObject({ bills: ['B1'], lanes: { customs: 'revoked' } });
});

test('a declaration of the new bill says nothing of the time before it', () => {
  const story = [
    ...ashore,
    told('12:00', 'customs.released', 'B1'),
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    replaced('20:00', ['B1', 'B2']),
    // The manifest tells the new line too: the box does not stand on it any earlier.
    told('20:30', 'carrier.bill-linked', box, 'B2 K1', { direction: 'import' }),
    accepted,
    told('25:00', 'customs.declaration-linked', 'D2', 'B2'),
    told('30:00', 'customs.released', 'D2'),
  ];
  expect(periodsOf(settled(story), 'pickup')).toEqual(['13:00-20:00', '30:00-']);
});

test('goods of one box that are split over two bills go on apart', () => {
  const story = [
    ...ashore,
    told('13:00', 'carrier.delivery-order-issued', 'B1'),
    told('14:00', 'carrier.hold-placed', 'B1', '', { kind: 'freight' }),
    replaced('20:00', ['B1', 'B2'], ['B1', 'B3']),
    accepted,
    told('21:00', 'customs.manifest-accepted', 'B3'),
    told('22:00', 'customs.released', 'B2'),
    told('23:00', 'carrier.hold-lifted', 'B3', '', { kind: 'freight' }),
  ];
  expect(verdictBy(story, box, '24:00')).toEqual(['not-ready', 'no-declaration B3', 'carrier-hold carrier:freight B2']);
  expect(holdsOf(settled(story))).toEqual(['carrier:freight B2 14:00-', 'carrier:freight B3 14:00-23:00']);
  const covered = [...story, told('25:00', 'customs.declaration-linked', 'D1', 'B1')];
  expect(settled(covered).classes.bills).toEqual({ B2: 'pending', B3: 'pending' });
});

test('what holds the goods of one new bill leaves those of the other', () => {
  const story = [
    ...ashore,
    told('12:00', 'customs.inspection-ordered', 'B1'),
    replaced('20:00', ['B1', 'B2'], ['B1', 'B3']),
    told('22:00', 'customs.inspection-passed', box, 'B2'),
    told('23:00', 'customs.released', box, 'B2'),
  ];
  const state = settled(story);
  expect(holdsOf(state)).toEqual(['inspection B2 12:00-22:00', 'inspection B3 12:00-']);
  expect(state.classes.bills).toEqual({ B2: 'released', B3: 'held' });
});

test('a declaration of a master covers the house bill that took the place of another', () => {
  const story = [
    told('0:00', 'carrier.bill-linked', box, 'H1 M1 K1', { direction: 'import' }),
    told('0:00', 'carrier.bill-linked', box, 'H2 M1 K1', { direction: 'import' }),
    told('10:00', 'terminal.discharged', box, 'K1'),
    told('11:00', 'customs.declaration-linked', 'D1', 'M1'),
    replaced('20:00', ['H1', 'H3']),
    told('24:00', 'customs.released', 'D1'),
  ];
  const state = settled(story);
  expect(state.classes.bills).toEqual({ H2: 'released', H3: 'released', M1: 'released' });
  expect(state.lanes.customs).toBe('released');
});

test('a master or booking that is renumbered stays one', () => {
  const story = [
    told('0:00', 'carrier.bill-linked', box, 'H1 M1 K1', { direction: 'export' }),
    told('0:00', 'carrier.packing-list-submitted', box, 'BK1'),
    told('11:00', 'customs.declaration-linked', 'D1', 'H1'),
    replaced('20:00', ['M1', 'M2']),
    replaced('20:00', ['BK1', 'BK2']),
  ];
  expect(settled(story)).toMatchObject({ bills: ['H1', 'M2'], bookings: ['BK2'] });
  const released = settled([...story, told('24:00', 'customs.released', 'D1')]);
  expect(released.classes.bills).toEqual({ H1: 'released', M2: 'released' });
  expect(released.clocks['customs-processing'].legs).toBeUndefined();
});

test('a merge that is told of another bill reaches every box that it moves', () => {
  const story = [
    ...ashore,
    told('0:00', 'carrier.bill-linked', sister, 'B3 K1', { direction: 'import' }),
    told('10:00', 'terminal.discharged', sister, 'K1'),
    told('11:00', 'customs.declaration-linked', 'D3', 'B3'),
    told('12:00', 'customs.inspection-ordered', 'B3'),
    // Nothing but its map says which boxes it is about.
    { ...replaced('20:00', ['B1', 'B2'], ['B3', 'B2', sister]), references: [] },
  ];
  const state = settled(story, sister);
  expect(state).toMatchObject({ bills: ['B2'], declarations: ['D3'], lanes: { customs: 'held' } });
  expect(holdsOf(state)).toEqual(['inspection B2 12:00-']);
});

test('a cancelled replacement leaves the declaration where it was', () => {
  const move = replaced('20:00', ['B1', 'B2']);
  const story = [...ashore, ...declared('D1', 'B1'), told('30:00', 'customs.released', 'D1')];
  const cancelled: AcceptedEvent = { ...move, id: 'void', action: 'cancel', replaces: { source: move.source, id: move.id } };
  expect(settled([...story, move, cancelled])).toEqual(stateOf(story, box));
});
