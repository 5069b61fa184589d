import { expect, test } from 'vitest';
import { type AcceptedEvent, reviewSource } from '../events/status-event.ts';
import { outcomeOf } from '../history/event-outcome.ts';
import { confirmationOf } from '../operations/review-item.ts';
import { standings } from './standing.ts';
import { StoryPort, told } from './story.ts';

const line: AcceptedEvent = {
  ...told('2:00', 'carrier.bill-linked', 'C1', 'B1 K1', { id: 'line', direction: 'import' }),
  quarantined: true,
};
const fact = told('3:00', 'customs.manifest-accepted', 'B1', '', { id: 'fact' });
const decision = { decision: 'confirm', reason: 'asked', by: 'admin', at: line.receivedAt } as const;
const { quarantined: _, ...plain } = line;
const confirmation: AcceptedEvent = { ...plain, ...confirmationOf('q-1', plain, decision), quarantined: undefined };

const orders = <T>(items: readonly T[]): T[][] =>
  items.length < 2 ? [[...items]] : items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

/** What a box of a story says, however its events came. */
const saidOfBox = (events: readonly AcceptedEvent[]): object[] => {
  const port = new StoryPort();
  for (const event of events) port.apply(event);
  return port.visits('C1').map(({ state, timeline }) => ({ state, timeline: timeline.map((t) => [t.event.id, t.status, t.by]) }));
};

test('a confirmed event counts with its links, in every order of receipt', () => {
  const expected = saidOfBox([line, fact, confirmation]);
  expect(expected).toMatchObject([
    {
      state: { bills: ['B1'], calls: ['K1'] },
      timeline: [
        ['line', 'effective', `${reviewSource}/q-1`],
        ['fact', 'effective', undefined],
      ],
    },
  ]);
  for (const order of orders([line, fact, confirmation])) expect(saidOfBox(order)).toEqual(expected);
});

test('without its confirmation the event ties nothing, and neither does a confirmation without its target', () => {
  expect(saidOfBox([line, fact])).toEqual([]);
  expect(saidOfBox([confirmation, fact])).toEqual([]);
  expect(outcomeOf(confirmation, [confirmation])).toEqual({ status: 'parked' });
  expect(outcomeOf(line, [line])).toEqual({ status: 'quarantined' });
});

test('a correction of what nobody reported counts once it is confirmed, in every order, and goes on correcting what comes after all', () => {
  const target = { ...plain, id: 'never', references: [] };
  const alone: AcceptedEvent = { ...plain, id: 'alone', action: 'correct', replaces: { source: line.source, id: 'never' } };
  const letIn: AcceptedEvent = { ...alone, ...confirmationOf('r-1', alone, decision) };
  expect(saidOfBox([alone, fact])).toEqual([]);
  const expected = saidOfBox([alone, fact, letIn]);
  expect(expected).toMatchObject([
    {
      state: { bills: ['B1'], calls: ['K1'] },
      timeline: [
        ['alone', 'effective', `${reviewSource}/r-1`],
        ['fact', 'effective', undefined],
      ],
    },
  ]);
  for (const order of orders([alone, fact, letIn])) expect(saidOfBox(order)).toEqual(expected);
  expect(outcomeOf(alone, [alone, letIn])).toEqual({ status: 'applied', by: `${reviewSource}/r-1` });
  for (const order of orders([alone, target, letIn]))
    expect(
      standings(order)
        .map((s) => [s.event.id, s.status, s.by])
        .sort(),
    ).toEqual([
      ['alone', 'effective', undefined],
      ['never', 'superseded', `${line.source}/alone`],
    ]);
});

test('a confirmed event is taken out by a cancellation, and a correction counts whether or not it was confirmed', () => {
  const about = (id: string, action: 'correct' | 'cancel'): AcceptedEvent => ({
    ...plain,
    id,
    action,
    replaces: { source: line.source, id: 'line' },
  });
  expect(saidOfBox([line, confirmation, fact, about('x', 'cancel')])).toEqual([]);
  const standing = (...events: AcceptedEvent[]) => standings(events).map((s) => [s.event.id, s.status]);
  expect(standing(line, about('a', 'correct'))).toEqual([['a', 'effective']]);
  expect(standing(line, confirmation, about('a', 'correct'))).toEqual([
    ['line', 'superseded'],
    ['a', 'effective'],
  ]);
});
