import { expect, test } from 'vitest';
import type { AcceptedEvent, Reference } from '../events/status-event.ts';
import { at, StoryPort, told } from './story.ts';
import type { VisitState } from './visit.ts';

const port = (...events: AcceptedEvent[]): StoryPort => new StoryPort().apply(...events);
const naming = (event: AcceptedEvent, ...references: Reference[]): AcceptedEvent => ({ ...event, references });
const actual = (state: VisitState | undefined, name: keyof VisitState['milestones']): number | undefined => state?.milestones[name]?.actual;

test('a move that fits no open visit opens one, and says so; a closing move makes a closed one', () => {
  const loads = port(told('5:00', 'terminal.loaded', 'C1', 'K1', { full: true }));
  expect(loads.visits('C1').map((v) => v.state)).toMatchObject([
    { direction: 'export', status: 'open', onBoard: true, calls: ['K1'], findings: [{ code: 'opening-not-observed' }] },
  ]);
  expect(loads.visits('C1')[0]?.state.openedAt).toBeUndefined();
  const gone = port(told('5:00', 'terminal.gated-out', 'C1', '', { full: true }));
  expect(gone.visits('C1').map((v) => v.state)).toMatchObject([
    { direction: 'import', status: 'closed', closedAt: at('5:00'), findings: [{ code: 'opening-not-observed' }] },
  ]);
});

test('an opening told again is evidence of the same stay; half an hour apart by two sources is worth a look', () => {
  const story = port(
    told('10:02', 'terminal.discharged', 'C1', 'K1'),
    told('10:40', 'terminal.discharged', 'C1', 'K1', { source: 'tally' }),
  );
  expect(story.visits('C1').map((v) => v.state)).toMatchObject([{ openedAt: at('10:02'), findings: [{ code: 'time-conflict' }] }]);
});

test('a box at an inspection yard outside stays the same visit, off site, until it is back', () => {
  const story = port(
    told('1:00', 'terminal.discharged', 'C1', 'K1', { direction: 'import' }),
    told('2:00', 'terminal.gated-out', 'C1', '', { to: 'inspection-yard' }),
  );
  expect(story.visits('C1')[0]?.state).toMatchObject({ status: 'open', offSite: true, milestones: { discharged: { actual: at('1:00') } } });
  expect(story.visits('C1')[0]?.state.milestones['gated-out']).toBeUndefined();
  story.apply(told('9:00', 'terminal.gated-in', 'C1', '', { full: true }));
  expect(story.visits('C1').map((v) => v.state)).toMatchObject([{ status: 'open', offSite: false, directionGuessed: false }]);
  expect(story.visits('C1')[0]?.state.milestones['gated-in']).toBeUndefined();
});

test('a call is one by any of its names: the other voyage and the call sign join it (ruling 3)', () => {
  const story = port(
    {
      ...told('0:00', 'carrier.call-opened', 'K1', '', { callSign: 'BABC', inboundVoyage: '101E', outboundVoyage: '102W' }),
      subject: { type: 'call', id: '9319466:CNDLC:101E' },
    },
    { ...told('5:00', 'terminal.discharged', 'C1'), references: [{ type: 'call', id: 'BABC:CNDLC:101E' }] },
    { ...told('1:00', 'terminal.vessel-arrived', 'K1'), subject: { type: 'call', id: '9319466:CNDLC:102W' } },
  );
  expect(actual(story.visits('C1')[0]?.state, 'vessel-arrived')).toBe(at('1:00'));
  expect(story.visits('C1')[0]?.state.calls).toEqual(['9319466:CNDLC:101E']);
});

const inbound: Reference = { type: 'call', id: '9319466:CNDLC:101E' };
const outbound: Reference = { type: 'call', id: '9319466:CNDLC:102W' };

/** A manifest line for an import. */
const lineOf = (time: string, bill: string, call: Reference): AcceptedEvent =>
  naming(told(time, 'carrier.bill-linked', 'C1', '', { direction: 'import' }), { type: 'bill', id: bill }, call);

test('an unregistered second voyage is a call of its own, and both visits say so (ruling 3)', () => {
  const registered: AcceptedEvent = {
    ...told('9:00', 'carrier.call-opened', 'K1', '', { inboundVoyage: '101E', outboundVoyage: '102W' }),
    subject: inbound as AcceptedEvent['subject'],
  };
  const named = [lineOf('0:00', 'B1', outbound), naming(told('5:00', 'terminal.discharged', 'C1'), inbound)];
  const apart = port(...named).visits('C1');
  expect(apart.map((v) => [v.state.status, v.state.calls])).toEqual([
    ['open', [inbound.id]],
    ['expected', [outbound.id]],
  ]);
  for (const { state } of apart) expect(state.findings.map((f) => f.code)).toContain('call-unregistered');
  const joined = port(...named, registered).visits('C1');
  expect(joined.map((v) => [v.state.status, v.state.calls, v.state.bills])).toEqual([['open', [inbound.id], ['B1']]]);
  expect(joined[0]?.state.findings.map((f) => f.code)).not.toContain('call-unregistered');
});

test('a voyage number of more than a year ago names another call', () => {
  const stay = [naming(told('5:00', 'terminal.discharged', 'C1'), inbound), told('30:00', 'terminal.gated-out', 'C1')];
  const late = port(lineOf('0:00', 'B1', inbound), ...stay, lineOf('9600:00', 'B2', inbound)).visits('C1');
  expect(late.map((v) => [v.state.status, v.state.bills])).toEqual([
    ['closed', ['B1']],
    ['expected', ['B2']],
  ]);
});
