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
