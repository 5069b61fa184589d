import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import { MemoryPort } from '../visit/memory-port.ts';
import { at, named, told } from '../visit/story.ts';
import { subjectKey, type VisitState } from '../visit/visit.ts';
import { facilityRulesOf, parseFacilityTable } from './facility-rules.ts';
import { importStories } from './import-stories.ts';
import { readinessAt } from './readiness-at.ts';
import { periodsOf } from './readiness-story.ts';

const facilities = parseFacilityTable(`port,facility,asks_for_eir,asks_for_payment,asks_for_onward_move
CNDLC,NO-EIR,no,no,yes
CNDLC,PAY-FIRST,no,yes,yes
`);

/** The plain import of S01, its discharge at a facility and without an equipment receipt. */
const discharged = (facility: string): AcceptedEvent[] =>
  importStories
    .plain()
    .filter((e) => e.code !== 'carrier.eir-issued')
    .map((e) => (e.code === 'terminal.discharged' ? { ...e, location: { facility } } : e));

function stateOf(events: readonly AcceptedEvent[]): VisitState {
  const port = new MemoryPort('CNDLC' as UnLocode, { facilities });
  port.applyBatch(events);
  return port.folded(subjectKey(named('C1')))?.visits[0]?.state as VisitState;
}

const beforePickUp: Instant = instant(at('54:15'));
const reasons = (events: readonly AcceptedEvent[]): readonly string[] =>
  readinessAt(stateOf(events.filter((e) => e.occurredAt <= beforePickUp)), beforePickUp).pickup?.reasons.map((r) => r.code) ?? [];

test('a facility that is not listed asks for the defaults', () => {
  const defaults = { asksForEir: true, asksForPayment: false, asksForOnwardMove: true };
  for (const [port, facility] of [
    ['CNDLC', 'ELSEWHERE'],
    ['CNYTG', 'NO-EIR'],
    ['CNDLC', undefined],
  ] as const)
    expect(facilityRulesOf(facilities, port, facility)).toEqual(defaults);
});

test('what a pick-up needs is what its facility asks for', () => {
  const charge = told('54:00', 'terminal.fee-charged', 'C1', '', {
    item: 'lift-off',
    amount: '620.00',
    currency: 'CNY',
    classifier: 'actual',
  });
  expect(reasons([...discharged('ELSEWHERE'), charge])).toEqual(['eir-missing']);
  expect(reasons([...discharged('NO-EIR'), charge])).toEqual([]);
  expect(reasons([...discharged('PAY-FIRST'), charge])).toEqual(['fees-unpaid']);
});

test('the depot that takes the empty back does not change whether the box could be picked up', () => {
  const returned = { ...told('90:00', 'terminal.empty-returned', 'C1'), location: { facility: 'ELSEWHERE' } };
  const story = discharged('NO-EIR').filter((e) => e.code !== 'terminal.empty-returned');
  expect(periodsOf(stateOf([...story, returned]), 'pickup')).toEqual(periodsOf(stateOf(story), 'pickup'));
  expect(periodsOf(stateOf(story), 'pickup')).toHaveLength(1);
});
