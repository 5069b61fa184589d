import { expect, test } from 'vitest';
import { linkStatements } from './links.ts';
import { told } from './story.ts';

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
