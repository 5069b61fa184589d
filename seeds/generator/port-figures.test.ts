import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { expect, test } from 'vitest';
import { tidy } from './mess-rates.ts';
import { generatePortDay } from './port-day.ts';

const hour = 3_600_000;
const days = ['one', 'two', 'three', 'four'].flatMap((seed, i) =>
  generatePortDay({
    seed,
    port: 'CNDLC',
    start: instant(Date.UTC(2026, 2, 1)),
    containers: 2000,
    series: i,
    idPrefix: `${seed}-`,
    mess: tidy,
  }).map(({ event }) => event),
);
const actual = days.filter((e) => e.classifier !== 'planned' && e.classifier !== 'estimated');
const of = (code: string) => actual.filter((e) => e.code === code);
const reference = (e: StatusEventJson, type: string) => e.references.find((r) => r.type === type)?.id ?? '';
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** First time of each subject of some codes. */
const firsts = (...codes: string[]) => {
  const times = new Map<string, number>();
  for (const e of codes.flatMap(of)) {
    const at = Date.parse(e.occurredAt);
    times.set(e.subject.id, Math.min(at, times.get(e.subject.id) ?? at));
  }
  return times;
};

const linkedBill = new Map(of('customs.declaration-linked').map((e) => [e.subject.id, reference(e, 'bill')]));
const released = firsts('customs.released', 'customs.port-access-granted');

test('import clearance from arrival to release is 36 to 42 hours on average, and spread', () => {
  const arrived = firsts('terminal.vessel-arrived');
  const call = new Map(
    of('carrier.bill-linked')
      .filter((e) => e.details?.['direction'] === 'import')
      .map((e) => [reference(e, 'bill'), reference(e, 'call')]),
  );
  const hours = [...released].flatMap(([declaration, at]) => {
    const start = arrived.get(call.get(linkedBill.get(declaration) ?? '') ?? '');
    return start === undefined ? [] : [Math.max(0, at - start) / hour];
  });
  expect(hours.length).toBeGreaterThan(2000);
  expect(mean(hours)).toBeGreaterThan(36);
  expect(mean(hours)).toBeLessThan(42);
  const sorted = hours.sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length * 0.1)]).toBeLessThan(16);
  expect(sorted[Math.floor(sorted.length * 0.9)]).toBeGreaterThan(60);
});

test('export clearance from the accepted arrival to release is under one hour on average', () => {
  const accepted = firsts('customs.arrival-report-accepted');
  const boxes = Map.groupBy(
    of('carrier.bill-linked').filter((e) => e.details?.['direction'] === 'export'),
    (e) => reference(e, 'bill'),
  );
  const hours = [...released].flatMap(([declaration, at]) => {
    const start = Math.min(
      ...(boxes.get(linkedBill.get(declaration) ?? '') ?? []).map((e) => accepted.get(e.subject.id) ?? Number.POSITIVE_INFINITY),
    );
    return Number.isFinite(start) ? [Math.max(0, at - start) / hour] : [];
  });
  expect(hours.length).toBeGreaterThan(1500);
  expect(mean(hours)).toBeGreaterThan(0.5);
  expect(mean(hours)).toBeLessThan(1);
});

test('about 74 of 100 export declarations are sent in advance', () => {
  const isExport = (e: StatusEventJson) => e.subject.id[8] === '0';
  const advance = of('customs.advance-declared').filter(isExport).length;
  const share = advance / (advance + of('customs.declaration-submitted').filter(isExport).length);
  expect(share).toBeGreaterThan(0.7);
  expect(share).toBeLessThan(0.78);
});

test('three to five of 100 full import and export boxes are inspected, few of them with a finding', () => {
  const traded = new Set(
    of('carrier.bill-linked')
      .filter((e) => ['import', 'export'].includes(String(e.details?.['direction'])))
      .map((e) => e.subject.id),
  );
  const inspected = new Set(of('customs.inspection-ordered').map((e) => e.subject.id)).size;
  expect(inspected / traded.size).toBeGreaterThan(0.03);
  expect(inspected / traded.size).toBeLessThan(0.05);
  expect(of('customs.inspection-failed').length / inspected).toBeLessThan(0.25);
});

test('imports, exports, transhipments and empties come in the proportions of the port', () => {
  const boxes = Map.groupBy(of('carrier.bill-linked'), (e) => String(e.details?.['direction']));
  const share = (direction: string) => new Set(boxes.get(direction)?.map((e) => e.subject.id)).size / 8000;
  expect(share('import')).toBeCloseTo(0.45, 1);
  expect(share('export')).toBeCloseTo(0.37, 1);
  expect(share('transhipment')).toBeCloseTo(0.12, 2);
  expect(share('empty')).toBeCloseTo(0.08, 2);
});

test('no box leaves for its consignee before customs, carrier and terminal have let it go', () => {
  const out = of('terminal.gated-out').filter((e) => e.details?.['to'] === 'consignee' && reference(e, 'bill') !== '');
  const carrier = firsts('carrier.delivery-order-issued', 'carrier.e-release-confirmed');
  const discharged = firsts('terminal.discharged');
  const eir = firsts('carrier.eir-issued');
  const declaration = new Map([...linkedBill].map(([id, bill]) => [bill, id]));
  expect(out.length).toBeGreaterThan(3000);
  for (const e of out) {
    const at = Date.parse(e.occurredAt);
    const cleared = released.get(declaration.get(reference(e, 'bill')) ?? '') ?? 0;
    for (const before of [cleared, carrier.get(reference(e, 'bill')), discharged.get(e.subject.id), eir.get(e.subject.id)])
      expect(before).toBeLessThan(at);
  }
});
