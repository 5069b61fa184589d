import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { expect, test } from 'vitest';
import { defaultMessRates, tidy } from './mess-rates.ts';
import { generatePortDay } from './port-day.ts';

const options = { seed: 'mess', port: 'CNDLC', start: instant(Date.UTC(2026, 2, 1)), containers: 2000 };
const day = generatePortDay(options);
const first = new Map<string, StatusEventJson>();
for (const { event } of day) if (!first.has(event.id)) first.set(event.id, event);
const share = (count: number) => count / first.size;

test('one delivery in fifty is a repeat with the same id and the same body', () => {
  const repeats = day.length - first.size;
  expect(share(repeats)).toBeGreaterThan(defaultMessRates.duplicate * 0.8);
  expect(share(repeats)).toBeLessThan(defaultMessRates.duplicate * 1.2);
  for (const { event } of day) expect(event).toEqual(first.get(event.id));
});

test('half a percent of events is corrected or cancelled, and each names the event it replaces', () => {
  const changes = [...first.values()].filter((e) => e.action !== 'report');
  expect(share(changes.length)).toBeGreaterThan(0.0035);
  expect(share(changes.length)).toBeLessThan(0.0065);
  expect(new Set(changes.map((e) => e.action))).toEqual(new Set(['correct', 'cancel']));
  for (const e of changes) {
    const target = first.get(e.replaces?.id ?? '');
    expect(target).toMatchObject({ source: e.replaces?.source, code: e.code, subject: e.subject });
  }
});

test('some events are received hours late, so the order of receipt is not the order of writing', () => {
  const lags = day.map(({ event, receivedAt }) => receivedAt - Date.parse(event.recordedAt ?? ''));
  const late = lags.filter((lag) => lag > 20 * 60_000).length / day.length;
  expect(late).toBeGreaterThan(0.01);
  expect(late).toBeLessThan(0.04);
  expect(Math.max(...lags.filter((lag) => lag < 200 * 3_600_000))).toBeGreaterThan(12 * 3_600_000);
});

test('a few links of bills and declarations arrive a day or more after they were made', () => {
  const links = day.filter(({ event }) => event.code === 'carrier.bill-linked' || event.code === 'customs.declaration-linked');
  const late = links.filter(({ event, receivedAt }) => receivedAt - Date.parse(event.recordedAt ?? '') >= 24 * 3_600_000).length;
  expect(late / links.length).toBeGreaterThan(0.02);
  expect(late / links.length).toBeLessThan(0.05);
});

test('some boxes are told discharged by terminal and tally more than half an hour apart', () => {
  const told = Map.groupBy(
    [...first.values()].filter((e) => e.code === 'terminal.discharged' && e.classifier === 'actual' && e.action === 'report'),
    (e) => e.subject.id,
  );
  const apart = [...told.values()].filter((all) => {
    const tally = all.find((e) => e.source === 'dlc-tally');
    const terminal = all.find((e) => e.source !== 'dlc-tally');
    return tally && terminal && Math.abs(Date.parse(tally.occurredAt) - Date.parse(terminal.occurredAt)) > 30 * 60_000;
  });
  expect(apart.length / told.size).toBeGreaterThan(0.004);
  expect(apart.length / told.size).toBeLessThan(0.025);
});

test('without mess each event is delivered once, within minutes', () => {
  const calm = generatePortDay({ ...options, mess: tidy });
  expect(new Set(calm.map(({ event }) => event.id)).size).toBe(calm.length);
  for (const { event, receivedAt } of calm) expect(receivedAt - Date.parse(event.recordedAt ?? '')).toBeLessThan(5 * 60_000);
});

test('every day has an omitted call, a shut-out, a roll-over, a revoked release, a seizure and a short-landed box', () => {
  const codes = new Set([...first.values()].map((e) => e.code));
  for (const code of ['carrier.call-omitted', 'terminal.shut-out', 'carrier.rolled-over', 'customs.release-revoked', 'customs.seized'])
    expect(codes).toContain(code);
  expect([...first.values()].some((e) => e.details?.['kind'] === 'short-landed')).toBe(true);
});
