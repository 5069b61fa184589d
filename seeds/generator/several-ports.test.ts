import { readFileSync } from 'node:fs';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import { createPortTable, parsePortRows } from '@clearquay/domain/identifiers/un-locode.ts';
import { expect, test } from 'vitest';
import { generatePorts } from './several-ports.ts';

const table = createPortTable(parsePortRows(readFileSync(new URL('../reference/ports.csv', import.meta.url), 'utf8')));
const zones: Readonly<Record<string, string>> = { NLRTM: 'Europe/Amsterdam', SGSIN: 'Asia/Singapore' };

test('each port tells a day of its own, in its own zone, with events that parse', () => {
  const ports = ['CNDLC', 'NLRTM', 'SGSIN'];
  const told = [...generatePorts({ seed: 1, ports, containersEach: 120, zoneOf: (port) => zones[port] ?? 'Asia/Shanghai' })];
  const counts = Map.groupBy(told, ({ event }) => event.port);
  expect([...counts.keys()]).toEqual(ports);
  for (const [, events] of counts) expect(events.length).toBeGreaterThan(2000);
  expect(told.filter(({ event }) => !parseStatusEvent(event, table).ok)).toEqual([]);
  expect(counts.get('NLRTM')?.[0]?.event.occurredAt).toMatch(/\+01:00$/);
});

test('no id of an event and no box is told twice across ports and days', () => {
  const told = [...generatePorts({ seed: 2, ports: ['CNDLC', 'CNYTG'], containersEach: 2100, mess: { duplicate: 0 } })];
  expect(new Set(told.map(({ event }) => `${event.port} ${event.id}`)).size).toBe(told.length);
  const days = Map.groupBy(
    told.filter(({ event }) => event.subject.type === 'container'),
    ({ event }) => `${event.port} ${event.id.split('-')[1]}`,
  );
  expect(days.size).toBe(4);
  const boxes = [...days.values()].map((events) => new Set(events.map(({ event }) => event.subject.id)));
  const all = new Set(boxes.flatMap((one) => [...one]));
  expect(all.size).toBe(boxes.reduce((sum, one) => sum + one.size, 0));
});

test('the first events come before the run is made: it is a stream', () => {
  const stream = generatePorts({ seed: 3, ports: ['CNDLC'], containersEach: 1_000_000_000 });
  expect(stream.next().value?.event.port).toBe('CNDLC');
  stream.return();
});

test('ports that are busy at once tell the same days, each in its order', () => {
  const options = { seed: 4, ports: ['CNDLC', 'CNYTG', 'NLRTM'], containersEach: 40 };
  const [inTurns, atOnce] = [options, { ...options, boxesAtOnce: 40 }].map((o) => [...generatePorts(o)]);
  expect(new Set(atOnce?.slice(0, 3).map(({ event }) => event.port))).toEqual(new Set(options.ports));
  const byPort = (told: typeof atOnce) => Map.groupBy(told ?? [], ({ event }) => event.port);
  expect(byPort(atOnce)).toEqual(byPort(inTurns));
});
