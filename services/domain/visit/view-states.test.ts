import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import { presentVisit } from './present.ts';
import { at, StoryPort, told } from './story.ts';
import { viewFor } from './view-for.ts';

/** A box of H1, which is the caller's with D1, and of H2 with D2 and BK2, which are another's. */
const linked = (): AcceptedEvent[] => [
  told('0:00', 'carrier.bill-linked', 'C1', 'M9 K1', { direction: 'import', load: 'LCL' }),
  told('0:10', 'carrier.bill-linked', 'C1', 'H1 M9'),
  told('0:20', 'carrier.bill-linked', 'C1', 'H2 BK2 M9'),
  told('1:00', 'customs.declaration-linked', 'D1', 'H1'),
  told('1:10', 'customs.declaration-linked', 'D2', 'H2'),
  told('1:20', 'customs.declaration-submitted', 'D2'),
];
const released = (): AcceptedEvent[] => [
  ...linked(),
  told('33:00', 'terminal.discharged', 'C1', 'K1'),
  told('36:00', 'customs.released', 'D2'),
];

const states: Readonly<Record<string, () => AcceptedEvent[]>> = {
  expected: linked,
  open: () => [...linked(), told('33:00', 'terminal.discharged', 'C1', 'K1')],
  'held by documents of another': () => [...released(), told('37:00', 'customs.documents-required', 'D2')],
  'held by freight of another': () => [...released(), told('37:00', 'carrier.hold-placed', 'H2', '', { kind: 'freight' })],
  'held by a booking of another': () => [...released(), told('37:00', 'carrier.hold-placed', 'BK2', '', { kind: 'freight' })],
  'held and let go': () => [
    ...released(),
    told('37:00', 'customs.documents-required', 'D2'),
    told('38:00', 'customs.documents-satisfied', 'D2'),
  ],
  waived: () => [...released(), told('37:00', 'customs.sampled', 'D2', 'C1'), told('38:00', 'customs.conditional-release', 'D2')],
  revoked: () => [...released(), told('37:00', 'customs.release-revoked', 'D2')],
  seized: () => [...released(), told('37:00', 'customs.seized', 'D2', 'C1', { ground: 'ip' })],
  'rejected filing': () => [...released(), told('37:00', 'customs.filing-rejected', 'H2', '', { filing: 'manifest' })],
  'expired order': () => [...released(), told('37:00', 'carrier.delivery-order-issued', 'H2', '', { validUntil: '2026-03-02T16:00:00Z' })],
  'left under a hold of another': () => [
    ...released(),
    told('37:00', 'customs.documents-required', 'D2'),
    told('40:00', 'terminal.gated-out', 'C1', '', { full: true }),
  ],
  stripped: () => [...released(), told('40:00', 'terminal.stripped', 'C1')],
  unlinked: () => [...released(), told('40:00', 'carrier.bill-unlinked', 'C1', 'H2')],
};

const sight = { all: false, bills: new Set(['H1']), declarations: new Set(['D1']), bookings: new Set<string>() } as const;
const foreign = /\b(?:H2|D2|BK2|M9)\b/;

test.each(Object.entries(states))('a shared box that is %s names no paper of another, nor does its present form', (_, events) => {
  const visits = new StoryPort().apply(...events()).visits('C1');
  const views = visits.flatMap(({ visitId, state }) => {
    const view = viewFor(state, sight);
    return view ? [{ visitId, state: view }] : [];
  });
  expect(views.length).toBeGreaterThan(0);
  expect(JSON.stringify(visits)).toMatch(foreign);
  for (const view of views) {
    expect(JSON.stringify(view)).not.toMatch(foreign);
    expect(JSON.stringify(presentVisit(view, 1n, 'Asia/Shanghai', instant(at('60:00'))))).not.toMatch(foreign);
  }
});

test.each(Object.keys(states).filter((name) => /^(held by|waived|revoked|seized)/.test(name)))(
  'a box that is %s is kept by other cargo',
  (name) => {
    const [visit] = new StoryPort().apply(...(states[name]?.() ?? [])).visits('C1');
    const reasons = visit && viewFor(visit.state, sight)?.readiness.pickup?.reasons;
    expect(reasons?.map((r) => r.code)).toContain('other-cargo-in-box');
    expect(reasons?.filter((r) => r.subject?.type !== 'container').flatMap((r) => r.subject?.id ?? [])).not.toContain('D2');
  },
);

test('a booking that the caller does not see is named by no hold, reason or class, though every bill is its own', () => {
  const port = new StoryPort().apply(
    told('0:00', 'carrier.bill-linked', 'C1', 'H1 BK2 K1', { direction: 'export' }),
    told('1:00', 'terminal.gated-in', 'C1', 'K1', { full: true }),
    told('2:00', 'carrier.hold-placed', 'BK2', '', { kind: 'freight' }),
  );
  const [visit] = port.visits('C1');
  const view = visit && viewFor(visit.state, sight);
  expect(JSON.stringify(visit?.state.holds)).toMatch(foreign);
  expect(JSON.stringify(view)).not.toMatch(foreign);
  expect(view?.readiness.loading?.reasons).toContainEqual({ code: 'carrier-hold', kind: 'carrier:freight', events: [] });
});
