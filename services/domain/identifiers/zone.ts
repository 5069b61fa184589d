import { type Instant, instant } from './instant.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
const cache = new Map<string, number>();
const hour = 3_600_000;

/** The offset from UTC in minutes that an IANA zone has at an instant; throws RangeError on an unknown zone. */
export function offsetMinutes(zone: string, at: number): number {
  const slot = `${zone}${Math.floor(at / (hour / 4))}`;
  const known = cache.get(slot);
  if (known !== undefined) return known;
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
  if (cache.size > 10_000) cache.clear();
  cache.set(slot, minutes);
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

/** Writes an instant as ISO 8601 with the offset that its zone has then, without milliseconds when they are zero. */
export function formatInstant(at: number, zone: string): string {
  const minutes = offsetMinutes(zone, at);
  const local = new Date(at + minutes * 60_000).toISOString();
  const stamp = local.endsWith('.000Z') ? local.slice(0, 19) : local.slice(0, 23);
  if (minutes === 0) return `${stamp}Z`;
  const abs = Math.abs(minutes);
  return `${stamp}${minutes < 0 ? '-' : '+'}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}
