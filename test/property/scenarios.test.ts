import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import type { ExpectedVisit, Moment, Move, Scenario } from '@clearquay/seeds/scenarios/scenario.ts';
import { loadScenarios } from '@clearquay/seeds/scenarios/scenario-files.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { receiptsOf } from '../support/deliveries-in-any-order.ts';
import { expectSame, received, statesOf } from '../support/port-states.ts';
import { accepted, knownAt, momentsOf, paperOf, seenPaper, seenPeriods, seenVisit, toldPeriods } from '../support/scenario-view.ts';
import { seededRuns } from '../support/seeded-run.ts';

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const scenarios = loadScenarios();

/** A moment as the scenario's file writes it. */
function offset({ start }: Scenario, moment: Moment): string {
  if (moment.kind === 'end') return 'at the end';
  const minutes = (moment.time - start) / 60_000;
  return `${moment.kind === 'known' ? 'known ' : ''}at ${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

describe.each(scenarios.map((scenario) => ({ scenario, title: `${scenario.name} ${scenario.title}` })))('$title', ({ scenario }) => {
  const expectations = scenario.expectations.map((expectation) => ({ expectation, when: offset(scenario, expectation.moment) }));

  test.each(expectations)('is as told $when', ({ expectation }) => {
    const known = knownAt(scenario, expectation.moment, ports);
    for (const { ready: _, ...visit } of expectation.visits) expect(seenVisit(known, visit)).toEqual(visit);
    for (const paper of expectation.papers) expect(seenPaper(paperOf(known, paper), paper)).toEqual(paper);
  });

  const withPeriods = scenario.expectations.flatMap((e) => e.visits).filter((v) => v.ready !== undefined);
  const movesOf = ({ ready = [] }: ExpectedVisit): Move[] => [...new Set(ready.map((p) => p.move))];

  test('tells in the end exactly the stretches in which it was ready', () => {
    const known = knownAt(scenario, { kind: 'end' }, ports);
    for (const visit of withPeriods) expect(toldPeriods(known, visit, movesOf(visit))).toEqual(visit.ready);
  });

  test('tells readers of each moment whether it is ready', () => {
    const moments = [...momentsOf(scenario, ports)];
    // The order under which an empty is drawn becomes known only with its pick-up (decision 0010).
    for (const visit of withPeriods.filter((v) => !movesOf(v).includes('emptyPickup')))
      expect(seenPeriods(moments, visit, movesOf(visit))).toEqual(visit.ready);
  });

  test('ends in the same states in 200 orders of receipt, with repetitions and in any batches', () => {
    const events = [...new Map(scenario.deliveries.map((d) => [d.event.id, accepted(d, ports)])).values()];
    const { port } = knownAt(scenario, { kind: 'end' }, ports);
    const expected = statesOf(port);
    fc.assert(
      fc.property(receiptsOf(events), ({ batches }) => expectSame(statesOf(received(port.port, batches)), expected)),
      seededRuns(200),
    );
  });
});
