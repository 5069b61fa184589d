import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { catalogue } from '@clearquay/domain/events/catalogue.generated.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import { isImoNumber } from '@clearquay/domain/identifiers/imo-number.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { createPortTable, parsePortRows } from '@clearquay/domain/identifiers/un-locode.ts';
import { expect, test } from 'vitest';
import { tidy } from './mess-rates.ts';
import type { PlayedEvent } from './played-event.ts';
import { generatePortDay } from './port-day.ts';

const start = instant(Date.UTC(2026, 2, 1));
const options = { seed: 'dalian', port: 'CNDLC', start, containers: 2000 };
const day = generatePortDay(options);
const ports = createPortTable(parsePortRows(readFileSync(new URL('../reference/ports.csv', import.meta.url), 'utf8')));

const digest = (played: readonly PlayedEvent[]) => createHash('sha256').update(JSON.stringify(played)).digest('hex');
const parse = (played: readonly PlayedEvent[]): StatusEvent[] =>
  played.map(({ event }) => {
    const parsed = parseStatusEvent(event, ports);
    if (!parsed.ok) throw new Error(`${event.id} ${event.code}: ${JSON.stringify(parsed.error)}`);
    return parsed.value;
  });
const events = parse(day);
const calm = parse(generatePortDay({ ...options, mess: tidy }));
const referenced = (event: StatusEvent, type: string) => event.references.filter((r) => r.type === type).map((r) => r.id);

test('the same options give the same bytes, another seed other ones', () => {
  expect(digest(generatePortDay(options))).toBe(digest(day));
  expect(digest(generatePortDay({ ...options, seed: 'other' }))).not.toBe(digest(day));
});

test('a day of 2,000 boxes has 45,000 to 55,000 deliveries in order of receipt', () => {
  expect(day.length).toBeGreaterThan(45_000);
  expect(day.length).toBeLessThan(55_000);
  expect(day.every((one, i) => i === 0 || (day[i - 1] as PlayedEvent).receivedAt <= one.receivedAt)).toBe(true);
});

test('nothing is received before it was written, and no actual event is written before it happened', () => {
  for (const [i, event] of events.entries()) {
    expect(event.recordedAt ?? 0).toBeLessThanOrEqual((day[i] as PlayedEvent).receivedAt);
    if (event.classifier === 'actual') expect(event.occurredAt).toBeLessThanOrEqual(event.recordedAt ?? 0);
  }
});

test('all seven agencies speak, in all but a few of the codes of the catalogue', () => {
  expect(new Set(events.map((e) => e.agency)).size).toBe(7);
  expect(new Set(events.map((e) => e.code)).size).toBeGreaterThan(Object.keys(catalogue).length - 6);
});

test('times are written with the offset of Dalian', () => {
  expect(day.every(({ event }) => event.occurredAt.endsWith('+08:00'))).toBe(true);
});

test('every vessel has a valid IMO number and is registered', () => {
  const calls = events.filter((e) => e.code === 'carrier.call-opened').map((e) => e.subject.id);
  expect(new Set(calls).size).toBeGreaterThan(10);
  expect(calls.every((id) => isImoNumber(id.split(':')[0] ?? ''))).toBe(true);
  const known = new Set(calls);
  expect(events.flatMap((e) => referenced(e, 'call')).filter((id) => !known.has(id))).toEqual([]);
});

test('every bill of a container, declaration or step was linked to a box', () => {
  const linked = new Set(calm.filter((e) => e.code === 'carrier.bill-linked').flatMap((e) => referenced(e, 'bill')));
  const replaced = new Set(calm.filter((e) => e.code === 'carrier.bill-replaced').flatMap((e) => referenced(e, 'bill')));
  const drawn = new Set(calm.filter((e) => e.code === 'carrier.empty-release-ordered').map((e) => e.subject.id));
  const named = calm.flatMap((e) => [...referenced(e, 'bill'), ...(e.subject.type === 'bill' ? [e.subject.id] : [])]);
  expect(named.filter((id) => !linked.has(id) && !drawn.has(id) && !replaced.has(id))).toEqual([]);
});

test('every declaration that is spoken of was linked to a bill', () => {
  const linked = new Set(calm.filter((e) => e.code === 'customs.declaration-linked').map((e) => e.subject.id));
  const named = calm.filter((e) => e.subject.type === 'declaration').map((e) => e.subject.id);
  expect(named.filter((id) => !linked.has(id))).toEqual([]);
  expect([...linked].every((id) => /^0908\d{14}$/.test(id))).toBe(true);
});

test('a tidy day tells each event once', () => {
  expect(new Set(calm.map((e) => e.id)).size).toBe(calm.length);
  expect(calm.every((e) => e.action === 'report')).toBe(true);
});

test('numbers come back: some boxes are discharged full, returned empty and gated in for export', () => {
  const boxes = (code: string) => new Set(calm.filter((e) => e.code === code && e.classifier === 'actual').map((e) => e.subject.id));
  const [emptied, left] = [boxes('terminal.empty-returned'), boxes('terminal.gated-in')];
  const back = [...boxes('terminal.discharged')].filter((id) => emptied.has(id) && left.has(id));
  expect(back.length).toBeGreaterThan(20);
});
