import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import { generatePortDay } from '@clearquay/seeds/generator/port-day.ts';
import fc from 'fast-check';

const start = instant(Date.UTC(2026, 2, 1, 16));

/**
 * The events of a generated day of Dalian with a handful of boxes, each once, in order of receipt. Only calls that some
 * box has to do with are kept, so that a day has some hundred events.
 */
export function portDay(seed: number, containers: number, ports: PortTable): AcceptedEvent[] {
  const seen = new Set<string>();
  const events = generatePortDay({ seed, port: 'CNDLC', start, containers }).flatMap(({ event, receivedAt }): AcceptedEvent[] => {
    const key = `${event.source}/${event.id}`;
    const parsed = parseStatusEvent(event, ports);
    // Repeated deliveries and those that intake refuses are part of a day's mess.
    if (seen.has(key) || !parsed.ok) return [];
    seen.add(key);
    return [{ ...parsed.value, receivedAt, appliedAt: receivedAt }];
  });
  const calls = new Set(
    events.flatMap((e) => (e.subject.type === 'call' ? [] : e.references.filter((r) => r.type === 'call').map((r) => r.id))),
  );
  return events.filter((e) => e.subject.type !== 'call' || calls.has(e.subject.id));
}

/** Days of two to four boxes, each of which is told by some forty events. */
export const portDays = (ports: PortTable): fc.Arbitrary<readonly AcceptedEvent[]> =>
  fc.tuple(fc.nat(1_000_000), fc.integer({ min: 2, max: 4 })).map(([seed, containers]) => portDay(seed, containers, ports));
