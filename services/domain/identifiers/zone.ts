import { type Instant, instant } from './instant.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
/** Offsets by zone and quarter of an hour: no zone ever changed its clock at any other moment. */
const known = new Map<string, Map<number, number>>();
const hour = 3_600_000;

/** The offset from UTC in minutes that an IANA zone has at an instant; throws RangeError on an unknown zone. */
export function offsetMinutes(zone: string, at: number): number {
  const quarter = Math.floor(at / (hour / 4));
  let quarters = known.get(zone);
  if (!quarters) {
    quarters = new Map();
    known.set(zone, quarters);
  }
  const before = quarters.get(quarter);
  if (before !== undefined) return before;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
  const local = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
  const minutes = Math.round((local - Math.floor(at / 1000) * 1000) / 60_000);
  if (quarters.size > 10_000) quarters.clear();
  quarters.set(quarter, minutes);
  return minutes;
}

/** How a local time became an instant: plain, one of two equal clock readings, or a reading that the clock skipped. */
export type LocalReading = 'exact' | 'repeated' | 'skipped';

/**
 * The instant at which clocks of a zone show the given local time (as milliseconds of the same fields in UTC). A
 * reading that occurs twice gives the earlier instant; one that does not exist keeps the offset before the change.
 */
export function fromLocal(zone: string, localAsUtc: number): { readonly at: Instant; readonly reading: LocalReading } {
  const before = offsetMinutes(zone, localAsUtc - 24 * hour);
  const after = offsetMinutes(zone, localAsUtc + 24 * hour);
  const early = localAsUtc - before * 60_000;
  if (before === after) return { at: instant(early), reading: 'exact' };
  const late = localAsUtc - after * 60_000;
  const earlyHolds = offsetMinutes(zone, early) === before;
  const lateHolds = offsetMinutes(zone, late) === after;
  if (earlyHolds && lateHolds) return { at: instant(Math.min(early, late)), reading: 'repeated' };
  if (earlyHolds) return { at: instant(early), reading: 'exact' };
  return lateHolds ? { at: instant(late), reading: 'exact' } : { at: instant(early), reading: 'skipped' };
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
const day = 24 * hour;

/** Calendar dates by day number and offsets by minutes, as text: the parts of a time that hardly change. */
const dates = new Map<number, string>();
const offsets = new Map<number, string>();

function dateText(dayNumber: number): string {
  const known = dates.get(dayNumber);
  if (known !== undefined) return known;
  const text = new Date(dayNumber * day).toISOString().slice(0, 11);
  if (dates.size > 10_000) dates.clear();
  dates.set(dayNumber, text);
  return text;
}

function offsetText(minutes: number): string {
  const known = offsets.get(minutes);
  if (known !== undefined) return known;
  const abs = Math.abs(minutes);
  const text = minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
  offsets.set(minutes, text);
  return text;
}

/** Writes an instant as ISO 8601 with the offset that its zone has then, without milliseconds when they are zero. */
export function formatInstant(at: number, zone: string): string {
  const minutes = offsetMinutes(zone, at);
  const local = at + minutes * 60_000;
  const dayNumber = Math.floor(local / day);
  const inDay = local - dayNumber * day;
  const seconds = Math.floor(inDay / 1000);
  const ms = inDay - seconds * 1000;
  const fraction = ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`;
  return `${dateText(dayNumber)}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}${offsetText(minutes)}`;
}
