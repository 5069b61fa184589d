import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { linkStatements } from './links.ts';
import { StoryPort, told } from './story.ts';

const replaced = (boxes: string[]): string[] =>
  linkStatements(told('1:00', 'carrier.bill-replaced', 'B1', 'B2', { map: [{ old: 'B1', new: 'B2', boxes }] })).map(
    (s) => `${s.op} ${s.from} ${s.to}`,
  );

test('a replaced bill moves the boxes of its map, and makes no box of what is no container number', () => {
  expect(replaced(['LNPU1000018'])).toEqual(['unlink container:LNPU1000018 bill:B1', 'link container:LNPU1000018 bill:B2']);
  for (const wrong of ['LNPU1000019', 'lnpu1000018', 'a box', '']) expect(replaced([wrong]).join()).not.toContain('container:');
});

test('an event that says one thing twice states it once', () => {
  expect(linkStatements(told('1:00', 'terminal.discharged', 'C1', 'K1 K1'))).toHaveLength(1);
});

/** The call of a box, when another box of its bill was manifested for a wrong one and this was taken back or put right. */
function callsAfter(...messages: AcceptedEvent[]): readonly string[] | undefined {
  const wrong = told('3:00', 'carrier.bill-linked', 'C3', 'B1 K9', { id: 'wrong', direction: 'import' });
  const lines = [told('2:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }), wrong];
  const port = new StoryPort();
  for (const event of [...lines, ...messages]) port.apply(event);
  return port.visits('C1')[0]?.state.calls;
}

const about = (target: string, action: 'cancel' | 'correct', event: AcceptedEvent): AcceptedEvent => ({
  ...event,
  action,
  replaces: { source: 'carrier', id: target },
});

test('a manifest line of another box that was cancelled or corrected ties the bill to no call', () => {
  const line = (id: string, references: string): AcceptedEvent => told('3:00', 'carrier.bill-linked', 'C3', references, { id });
  expect(callsAfter()).toEqual(['K9']);
  expect(callsAfter(about('wrong', 'cancel', line('gone', '')))).toEqual(['K1']);
  const right = about('wrong', 'correct', line('right', 'B1 K1'));
  expect(callsAfter(right)).toEqual(['K1']);
  // The correction itself is taken back: the first word stands again.
  expect(callsAfter(right, about('right', 'cancel', line('no', '')))).toEqual(['K9']);
});

test('a move that names all bills of a groupage box makes no masters of its houses', () => {
  const port = new StoryPort();
  port.apply(told('0:00', 'carrier.bill-linked', 'C1', 'M1 K1', { direction: 'import', load: 'LCL' }));
  for (const house of ['H1', 'H2']) port.apply(told('0:10', 'carrier.bill-linked', 'C1', `${house} M1`));
  port.apply(told('33:00', 'terminal.discharged', 'C1', 'K1'));
  for (const n of [1, 2])
    port.apply(told('34:00', 'customs.declaration-linked', `D${n}`, `H${n}`), told('35:00', 'customs.released', `D${n}`));
  port.apply(told('40:00', 'terminal.stripped', 'C1', 'M1 H1 H2'));
  const [stripped] = port.visits('C1');
  expect(stripped?.state.lanes.customs).toBe('released');
  expect(stripped?.state.classes.bills).toEqual({ H1: 'released', H2: 'released', M1: 'released' });
});

/** What C1 and C2 of one bill stand on after an unlinking that comes last, and the standing of the bill's hold. */
function afterUnlinking(unlinked: AcceptedEvent): readonly unknown[] {
  const port = new StoryPort().apply(
    told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }),
    told('0:00', 'carrier.bill-linked', 'C2', 'B1 K1', { direction: 'import' }),
    told('1:00', 'customs.declaration-linked', 'D1', 'B1'),
    told('2:00', 'carrier.hold-placed', 'B1', '', { kind: 'freight', id: 'hold' }),
    unlinked,
  );
  return ['C1', 'C2'].map((box) => {
    const [visit] = port.visits(box);
    const told = visit?.timeline.map((e) => e.event.id) ?? [];
    return [visit?.state.bills, visit?.state.declarations, told.includes('hold'), told.includes(unlinked.id)];
  });
}

test('a box that left its bill has left its declaration too, and knows by which message, whoever is its subject', () => {
  const stays = [['B1'], ['D1'], true];
  const left = [[], [], false, true];
  expect(afterUnlinking(told('1:30', 'carrier.bill-unlinked', 'C2', 'B1', { id: 'cut' }))).toEqual([[...stays, false], left]);
  expect(afterUnlinking(told('1:30', 'carrier.bill-unlinked', 'B1', 'C2', { id: 'cut' }))).toEqual([[...stays, true], left]);
});

test('a withdrawn declaration is tied to no box any more: what is told of it later reaches none', () => {
  const linked = [
    told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }),
    told('1:00', 'customs.declaration-linked', 'D1', 'B1 C1'),
    told('5:00', 'customs.released', 'D1', '', { id: 'late' }),
  ];
  const withdrawn = told('3:00', 'customs.declaration-withdrawn', 'D1', '', { id: 'withdrawn' });
  const shown = (...events: AcceptedEvent[]) => {
    const [visit] = new StoryPort().apply(...events).visits('C1');
    return [visit?.state.declarations, visit?.state.lanes.customs, visit?.timeline.map((e) => e.event.id).slice(2)];
  };
  expect(shown(...linked)).toEqual([['D1'], 'released', ['late']]);
  expect(shown(...linked, withdrawn)).toEqual([[], 'none', ['withdrawn']]);
  const taken = {
    ...told('3:10', 'customs.declaration-withdrawn', 'D1'),
    action: 'cancel',
    replaces: { source: 'customs', id: 'withdrawn' },
  } as const;
  expect(shown(...linked, withdrawn, taken)[0]).toEqual(['D1']);
});
