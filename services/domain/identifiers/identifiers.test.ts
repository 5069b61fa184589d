import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containerCheckDigit, parseContainerNumber } from './container-number.ts';
import { isImoNumber } from './imo-number.ts';
import { parseInstant } from './instant.ts';
import { createPortTable, parsePortRows } from './un-locode.ts';
import { formatInstant, fromLocal } from './zone.ts';

test.each(['LNPU1000018', 'YTPU2000016', 'LNPU3000022', 'JZPU6000011', 'CSQU3054383'])('%s has its right check digit', (number) => {
  expect(parseContainerNumber(number)).toEqual({ ok: true, value: number });
});

test.each([
  ['LNPU1000019', 'CQ_CONTAINER_CHECK_DIGIT'],
  ['lnpu1000018', 'CQ_CONTAINER_FORMAT'],
  ['LNPU 1000018', 'CQ_CONTAINER_FORMAT'],
  ['LNPU100001８', 'CQ_CONTAINER_FORMAT'],
  ['LNPU1000018\u200b', 'CQ_CONTAINER_FORMAT'],
  ['LNPA1000018', 'CQ_CONTAINER_FORMAT'],
  ['LNPU100001', 'CQ_CONTAINER_FORMAT'],
])('%s is refused with %s', (number, code) => {
  expect(parseContainerNumber(number)).toMatchObject({ ok: false, error: { code } });
});

test('exactly one check digit fits any owner and serial', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]{3}U[0-9]{6}$/), (ten) => {
      const fitting = [...'0123456789'].filter((digit) => parseContainerNumber(ten + digit).ok);
      expect(fitting).toEqual([String(containerCheckDigit(ten))]);
    }),
  );
});

test('IMO numbers carry a check digit', () => {
  expect(['9319466', '9321483', '9074729'].map(isImoNumber)).toEqual([true, true, true]);
  expect(['9319467', '931946', 'IMO9319466', ''].map(isImoNumber)).toEqual([false, false, false, false]);
});

test('an instant needs an offset and a calendar date that exists', () => {
  expect(parseInstant('2026-03-01T08:00:00+08:00')).toEqual({ ok: true, value: Date.UTC(2026, 2, 1) });
  expect(parseInstant('2026-03-01T00:00Z')).toEqual({ ok: true, value: Date.UTC(2026, 2, 1) });
  for (const text of [
    '2026-03-01T08:00:00',
    '2026-02-30T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-06-30T23:59:60Z',
    '2026-03-01',
    'yesterday',
  ])
    expect(parseInstant(text)).toMatchObject({ ok: false, error: { code: 'CQ_TIME_INVALID' } });
});

test('an instant is written with the offset of its zone and reads back the same', () => {
  expect(formatInstant(Date.UTC(2026, 2, 1, 1, 2, 3), 'Asia/Shanghai')).toBe('2026-03-01T09:02:03+08:00');
  expect(formatInstant(Date.UTC(2026, 6, 1, 0, 0, 0, 5), 'Europe/Rome')).toBe('2026-07-01T02:00:00.005+02:00');
  expect(formatInstant(Date.UTC(2026, 0, 1), 'UTC')).toBe('2026-01-01T00:00:00Z');
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1991, 0, 1), max: Date.UTC(2099, 0, 1) }),
      fc.constantFrom('Asia/Shanghai', 'Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'UTC'),
      (at, zone) => {
        expect(parseInstant(formatInstant(at, zone))).toEqual({ ok: true, value: at });
      },
    ),
  );
});

test('local times around a change of the clock: earlier of two, offset before a gap', () => {
  expect(fromLocal('Asia/Shanghai', Date.UTC(2026, 2, 1, 8))).toEqual({ at: Date.UTC(2026, 2, 1), reading: 'exact' });
  expect(fromLocal('Europe/Rome', Date.UTC(2026, 9, 25, 2, 30))).toEqual({ at: Date.UTC(2026, 9, 25, 0, 30), reading: 'repeated' });
  expect(fromLocal('Europe/Rome', Date.UTC(2026, 2, 29, 2, 30))).toEqual({ at: Date.UTC(2026, 2, 29, 1, 30), reading: 'skipped' });
});

test('every alias of a port means its canonical code', () => {
  const table = createPortTable(parsePortRows('code,aliases,name,name_zh,zone\nCNDLC,CNDAL CNDAG,Dalian,大连,Asia/Shanghai\n'));
  expect(['CNDLC', 'CNDAL', 'CNDAG'].map((code) => table.resolve(code)?.code)).toEqual(['CNDLC', 'CNDLC', 'CNDLC']);
  expect([table.resolve('cndlc'), table.resolve('XXXXX')]).toEqual([undefined, undefined]);
});
