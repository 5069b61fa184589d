import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { documentOf } from '@clearquay/domain/fold-file/fold-document.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { at, StoryPort, told } from '@clearquay/domain/visit/story.ts';
import { viewFor } from '@clearquay/domain/visit/view-for.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRuns } from '../support/seeded-run.ts';

/** What may be told about one house bill of a shared box, beside that it is linked. */
const houseFacts = [
  'declared',
  'documents',
  'released',
  'revoked',
  'seized',
  'delivery',
  'freight-hold',
  'rejected',
  'booked',
  'fee',
] as const;

type HouseFact = (typeof houseFacts)[number];

/** The events of one fact about house `n`: its bill is `H{n}`, its declaration `D{n}`. */
function tell(fact: HouseFact, n: number): AcceptedEvent[] {
  const [bill, declaration] = [`H${n}`, `D${n}`];
  const linked = told('34:00', 'customs.declaration-linked', declaration, bill);
  switch (fact) {
    case 'declared':
      return [linked, told('34:10', 'customs.declaration-submitted', declaration)];
    case 'documents':
      return [linked, told('35:00', 'customs.documents-required', declaration)];
    case 'released':
      return [linked, told('36:00', 'customs.released', declaration)];
    case 'revoked':
      return [linked, told('36:00', 'customs.released', declaration), told('37:00', 'customs.release-revoked', declaration)];
    case 'seized':
      return [told('38:00', 'customs.seized', 'C1', bill, { ground: 'ip' })];
    case 'delivery':
      return [told('39:00', 'carrier.delivery-order-issued', bill, '', { validUntil: '2026-03-04' })];
    case 'freight-hold':
      return [told('33:30', 'carrier.hold-placed', bill, '', { kind: 'freight' })];
    case 'rejected':
      return [told('33:40', 'customs.filing-rejected', bill, '', { filing: 'manifest' })];
    case 'booked':
      return [told('1:00', 'carrier.bill-linked', 'C1', `${bill} BK${n}`)];
    case 'fee':
      return [told('39:30', 'terminal.fee-charged', bill, '', { item: 'A03', amount: '620.00', currency: 'CNY' })];
    default:
      return fact satisfies never;
  }
}

/** A box under a master with two to four houses, about each of which other facts are told; it may have left. */
const sharedBoxes = fc
  .tuple(fc.array(fc.subarray([...houseFacts]), { minLength: 2, maxLength: 4 }), fc.constantFrom('in yard', 'stripped', 'gone'))
  .map(([houses, end]) => [
    told('0:00', 'carrier.bill-linked', 'C1', 'M9 K1', { direction: 'import', load: 'LCL' }),
    told('20:00', 'terminal.vessel-arrived', 'K1'),
    told('33:00', 'terminal.discharged', 'C1', 'K1'),
    told('33:10', 'customs.inspection-ordered', 'C1', 'D1'),
    ...houses.flatMap((facts, i) => [told('0:10', 'carrier.bill-linked', 'C1', `H${i + 1} M9`), ...facts.flatMap((f) => tell(f, i + 1))]),
    ...(end === 'in yard' ? [] : [told('40:00', end === 'gone' ? 'terminal.gated-out' : 'terminal.stripped', 'C1')]),
  ]);

const foreign = /\b(?:[HD][1-4]|BK[1-4]|M9)\b/g;

test('what a party sees of a shared box names no paper of another', () => {
  fc.assert(
    fc.property(sharedBoxes, fc.boolean(), (events, declares) => {
      const port = new StoryPort().apply(...events);
      const sight = {
        all: false,
        bills: new Set(['H1']),
        declarations: new Set(declares ? ['D1'] : []),
        bookings: new Set<string>(),
      } as const;
      const own = declares ? ['H1', 'D1'] : ['H1'];
      const views = port.visits('C1').flatMap((v) => viewFor(v.state, sight) ?? []);
      const document = documentOf(port, sight, instant(at('100:00')), 'Asia/Shanghai');
      expect(views.length).toBeGreaterThan(0);
      for (const shown of [views, document]) {
        const named = JSON.stringify(shown).match(foreign) ?? [];
        expect(named.filter((id) => !own.includes(id))).toEqual([]);
      }
    }),
    seededRuns(2_000),
  );
});
