import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { type Entry, settle } from '../visit/standing.ts';
import { told } from '../visit/story.ts';
import { parseFeeLists } from './fee-list.ts';
import { accountOf, hasOpenCharges } from './fees.ts';
import { readAmount, writeAmount } from './money.ts';

const lists = parseFeeLists(`version,valid_from,item,name,name_zh,payer,price,currency,basis,inspection
2025-1,2025-01-01T00:00:00+08:00,lift-off,Lift-off,提箱费,consignee,460.00,CNY,per box,no
2026-1,2026-01-01T00:00:00+08:00,lift-off,Lift-off,提箱费,consignee,620.00,CNY,per box,no
2026-1,2026-01-01T00:00:00+08:00,storage,Storage,堆存费,consignee,15.00,CNY,per box and day,no
2026-1,2026-01-01T00:00:00+08:00,weighing,Weighing,称重费,shipper,60.00,CNY,per box,no
2026-1,2026-01-01T00:00:00+08:00,gate-passage,Gate passage,道口通行费,none,free,CNY,per truck,no
2026-1,2026-01-01T00:00:00+08:00,inspection-moving,Moving for inspection,查验移位费,public funds,85.00,CNY,per box,yes
`);

const entries = (events: readonly AcceptedEvent[]): readonly Entry[] => settle('container:C1', events).entries;
const account = (...events: readonly AcceptedEvent[]) => accountOf(entries(events), lists);

const charged = (offset: string, item: string, amount: string, more: { currency?: string; listVersion?: string; id?: string } = {}) =>
  told(offset, 'terminal.fee-charged', 'C1', '', { item, amount, currency: 'CNY', classifier: 'actual', ...more });

test('S01: a listed charge and its payment leave nothing open', () => {
  const before = account(charged('54:30', 'lift-off', '620.00'));
  expect(before.lines).toEqual([{ currency: 'CNY', charged: '620.00', paid: '0.00', waived: '0.00', open: '620.00' }]);
  expect(hasOpenCharges(before)).toBe(true);
  const after = account(charged('54:30', 'lift-off', '620.00'), told('54:40', 'terminal.fee-paid', 'C1'));
  expect(after).toEqual({ lines: [{ currency: 'CNY', charged: '620.00', paid: '620.00', waived: '0.00', open: '0.00' }], findings: [] });
  expect(hasOpenCharges(after)).toBe(false);
});

test('quotations and duties are no part of the account', () => {
  const quotation = told('1:00', 'terminal.fee-charged', 'C1', '', { item: 'lift-off', amount: '620.00', classifier: 'planned' });
  const duty = told('2:00', 'customs.duty-assessed', 'D1', '', { amount: '18400.00', currency: 'CNY' });
  expect(account(quotation, duty).lines).toEqual([]);
});

test('a payment settles what it names: an item, an amount, or all that is open; too much is kept for later charges', () => {
  const two = [charged('1:00', 'lift-off', '620.00'), charged('2:00', 'storage', '45.00')];
  const open = (...payments: readonly AcceptedEvent[]): string | undefined => account(...two, ...payments).lines[0]?.open;
  expect(open(told('3:00', 'terminal.fee-paid', 'C1', '', { item: 'storage' }))).toBe('620.00');
  expect(open(told('3:00', 'terminal.fee-paid', 'C1', '', { item: 'storage', amount: '15.00', currency: 'CNY' }))).toBe('650.00');
  expect(open(told('3:00', 'terminal.fee-paid', 'C1'))).toBe('0.00');
  expect(open(told('0:30', 'terminal.fee-paid', 'C1', '', { amount: '700.00', currency: 'CNY' }))).toBe('0.00');
});

test('accounts are kept per currency, each in its own decimal places', () => {
  expect(account(charged('1:00', 'lift-off', '620.10'), charged('2:00', 'lift-off', '9800', { currency: 'JPY' })).lines).toEqual([
    { currency: 'CNY', charged: '620.10', paid: '0.00', waived: '0.00', open: '620.10' },
    { currency: 'JPY', charged: '9800', paid: '0', waived: '0', open: '9800' },
  ]);
});

test('a charge outside the published list is a finding; the version it names, else the one in force, is the list', () => {
  const findings = (event: AcceptedEvent) => account(event).findings;
  expect(findings(charged('1:00', 'night-surcharge', '50.00', { id: 'n1' }))).toEqual([
    { code: 'fee-not-listed', severity: 'warning', events: ['terminal/n1'] },
  ]);
  expect(findings(charged('1:00', 'weighing', '60.00'))).toEqual([]);
  expect(findings(charged('1:00', 'weighing', '60.00', { listVersion: '2025-1', id: 'w' })).map((f) => f.code)).toEqual(['fee-not-listed']);
  expect(accountOf(entries([charged('1:00', 'night-surcharge', '50.00')]), []).findings).toEqual([]);
});

const waived = (offset: string, amounts?: Record<string, string>) =>
  told(offset, 'customs.exam-fee-waived', 'C1', '', amounts ? { amounts, currency: 'CNY' } : {});

test('S02: after a waiver an inspection charge is a finding, plain storage is not', () => {
  for (const waiver of [waived('38:00', { lifting: '120.00', moving: '85.00', storage: '40.00' }), waived('38:00')]) {
    expect(account(waiver, charged('40:00', 'inspection-moving', '85.00', { id: 'm' })).findings).toEqual([
      { code: 'fee-waived', severity: 'warning', events: ['terminal/m'] },
    ]);
    expect(account(waiver, charged('40:00', 'lift-off', '620.00')).findings).toEqual([]);
  }
  expect(account(waived('38:00'), charged('40:00', 'storage', '45.00')).findings).toEqual([]);
  expect(account(charged('37:00', 'inspection-moving', '85.00'), waived('38:00')).findings).toEqual([]);
});

test('a waiver clears the inspection charges that came before it, and a new inspection is a new occasion', () => {
  const cleared = account(charged('37:00', 'inspection-moving', '85.00'), waived('38:00', { lifting: '120.00', moving: '85.00' }));
  expect(cleared.lines).toEqual([{ currency: 'CNY', charged: '85.00', paid: '0.00', waived: '205.00', open: '0.00' }]);
  const again = told('50:00', 'customs.inspection-ordered', 'C1');
  expect(account(waived('38:00'), again, charged('52:00', 'inspection-moving', '85.00')).findings).toEqual([]);
});

test('amounts are exact, in any order: a thousand payments of ten cents are a hundred', () => {
  const cents = fc.array(fc.integer({ min: 1, max: 99_999_999 }), { minLength: 1, maxLength: 20 });
  const text = (n: number): string => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`;
  fc.assert(
    fc.property(cents, (amounts) => {
      const events = amounts.map((n, i) => charged(`${i}:00`, 'lift-off', text(n)));
      const total = text(amounts.reduce((a, b) => a + b, 0));
      expect(account(...events).lines[0]?.charged).toBe(total);
    }),
  );
  const dimes = Array.from({ length: 1000 }, () => charged('1:00', 'lift-off', '0.10'));
  expect(account(...dimes).lines[0]?.charged).toBe('100.00');
});

test('an amount is decimal text or a number; anything else is none', () => {
  expect([readAmount('620.00'), readAmount(620.5), readAmount('-1.25')]).toEqual([620_000_000n, 620_500_000n, -1_250_000n]);
  expect([readAmount('1,000'), readAmount('1e3'), readAmount(''), readAmount(Number.NaN), readAmount(null)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([writeAmount(-1_250_000n, 'CNY'), writeAmount(1_005_000n, 'CNY'), writeAmount(5n, 'CNY')]).toEqual(['-1.25', '1.005', '0.000005']);
});

test('a list is read by versions, a free service has no price', () => {
  expect(lists.map((l) => [l.version, l.items.length])).toEqual([
    ['2025-1', 1],
    ['2026-1', 5],
  ]);
  const [passage] = lists[1]?.items.filter((i) => i.item === 'gate-passage') ?? [];
  expect(passage).toEqual({
    item: 'gate-passage',
    name: 'Gate passage',
    nameZh: '道口通行费',
    payer: 'none',
    currency: 'CNY',
    basis: 'per truck',
    inspection: false,
  });
});
