import { expect, test } from 'vitest';
import { createPartnerTable, type PartnerFile } from './partner.ts';

const table = (partner: Partial<PartnerFile['partners'][number]>) =>
  createPartnerTable({ default: 'p', partners: [{ id: 'p', ...partner }] });

test('what a partner leaves out has its default', () => {
  expect(table({}).fallback).toEqual({ id: 'p', senders: [], bareMessages: true, documentNumbers: 'unique', codes: [], places: {} });
  expect(table({}).find('q')).toBeUndefined();
});

test.each([
  ['a zone', { zone: 'Asia/Nowhere' }],
  ['a character set', { charset: 'ebcdic' }],
  ['a code', { codes: [{ message: 'CODECO', release: '*', bgm: '34', code: 'terminal.vanished' }] }],
  ['an id', { id: 'a b' }],
])('%s that does not exist stops the start', (_, settings) => {
  expect(() => table(settings)).toThrow();
});

test('a default that is not in the list stops the start', () => {
  expect(() => createPartnerTable({ default: 'q', partners: [{ id: 'p' }] })).toThrow('q');
});
