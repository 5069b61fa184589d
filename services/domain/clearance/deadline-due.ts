import type { AcceptedEvent, Json } from '../events/status-event.ts';
import { type Instant, instant, parseInstant, utcOf } from '../identifiers/instant.ts';
import { fromLocal } from '../identifiers/zone.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A moment some milliseconds after another. */
export const after = (at: Instant, ms: number): Instant => instant(at + ms);

/** The end of a calendar day, 24:00 local time of the zone: `2026-03-08`, or the date of a date-time as written. */
export function endOfDay(said: Json | undefined, zone: string): Instant | undefined {
  const m = typeof said === 'string' ? /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(said) : null;
  const start = m && utcOf(Number(m[1]), Number(m[2]), Number(m[3]), 0, 0);
  return start === null || start === undefined ? undefined : fromLocal(zone, start + day).at;
}

/** A due time as details give it: a date-time with its offset, or a date, which lasts to the end of that day. */
export function dueTime(said: Json | undefined, zone: string): Instant | undefined {
  if (typeof said !== 'string') return undefined;
  if (!said.includes('T')) return endOfDay(said, zone);
  const parsed = parseInstant(said);
  return parsed.ok ? parsed.value : undefined;
}

const told = (e: AcceptedEvent): number => e.recordedAt ?? e.occurredAt;

/** True when an event was told after another: of several due times for one thing the last word counts. */
export const isNewer = (a: AcceptedEvent, b: AcceptedEvent | undefined): boolean =>
  !b || told(a) > told(b) || (told(a) === told(b) && (a.id > b.id || (a.id === b.id && a.source > b.source)));
