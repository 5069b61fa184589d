import { type Problem, problem } from '../problems/problem.ts';
import { ok, type Result, refuse } from '../result.ts';

declare const brand: unique symbol;

/** A moment in milliseconds since 1970-01-01T00:00Z, without leap seconds. */
export type Instant = number & { readonly [brand]: 'Instant' };

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);
const iso = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Trusts a number of milliseconds that was checked before. */
export const instant = (ms: number): Instant => ms as Instant;

/** True from 1990 up to 2100: outside it no port event can be meant, and the event is quarantined. */
export const isPlausible = (at: Instant): boolean => at >= earliest && at < latest;

/**
 * The milliseconds since the epoch of calendar fields read as UTC, or nothing when the fields are no date
 * (30 February, 24:00, second 60).
 */
export function utcOf(year: number, month: number, day: number, hour: number, minute: number, second = 0, ms = 0): number | undefined {
  if (year < 1000) return undefined;
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day < 1 || (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate())) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

/** Reads an ISO 8601 date-time that carries an offset. A time without one is refused, never guessed. */
export function parseInstant(text: string, pointer?: string): Result<Instant, Problem> {
  const m = iso.exec(text);
  const fields =
    m &&
    utcOf(Number(m[1]), Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6] ?? 0), Number(`${m[7] ?? ''}000`.slice(0, 3)));
  if (!m || fields === undefined || fields === null)
    return refuse(problem('CQ_TIME_INVALID', 'Send an ISO 8601 date and time with an offset, such as 2026-03-01T08:00:00+08:00.', pointer));
  const zone = m[8] as string;
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return ok(instant(fields - offset * 60_000));
}
