import { utcOf } from '@clearquay/domain/identifiers/instant.ts';
import type { FindingCode } from './finding.ts';

/** A time as its digits say: the fields read as if they were UTC, and the offset when the text carries one. */
export interface TimeReading {
  /** Milliseconds since the epoch of the same fields in UTC. */
  readonly localAsUtc: number;
  /** Minutes east of UTC. */
  readonly offsetMinutes?: number;
  readonly findings: readonly FindingCode[];
}

/** Number of digits of each format (2379). 303 and 304 carry a zone behind them. */
const digitsOf: Readonly<Record<string, number>> = { '101': 6, '102': 8, '201': 10, '203': 12, '204': 14, '303': 12, '304': 14 };

const zoned = /^([0-9]+)\s*(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$/;
const withZoneText = /^([0-9]{12}|[0-9]{14})\s*([A-Z]{1,4})$/;

/** The century of a two-digit year: 70 and later are of the last one. */
const century = (twoDigits: number): number => twoDigits + (twoDigits >= 70 ? 1900 : 2000);

function fieldsOf(digits: string): number | undefined {
  const short = digits.length === 6 || digits.length === 10;
  const year = short ? century(Number(digits.slice(0, 2))) : Number(digits.slice(0, 4));
  const rest = digits.slice(short ? 2 : 4);
  const field = (i: number): number => Number(rest.slice(i * 2, i * 2 + 2) || 0);
  return utcOf(year, field(0), field(1), field(2), field(3), field(4));
}

function offsetOf(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return zone.startsWith('-') ? -minutes : minutes;
}

/**
 * Reads a DTM value by its format (`101 102 201 203 204 303 304`). When code and length disagree, the length decides
 * with a finding. Nothing comes back for digits that form no time, such as 24:00 or second 60.
 */
export function readTime(value: string, format: string): TimeReading | undefined {
  const findings: FindingCode[] = [];
  const withOffset = zoned.exec(value);
  const withText = withOffset ? null : withZoneText.exec(value);
  const digits = withOffset?.[1] ?? withText?.[1] ?? value;
  if (!/^(?:[0-9]{6}|[0-9]{8}|[0-9]{10}|[0-9]{12}|[0-9]{14})$/.test(digits)) return undefined;
  const localAsUtc = fieldsOf(digits);
  if (localAsUtc === undefined) return undefined;
  const carriesZone = withOffset !== null || withText !== null;
  if (digitsOf[format] !== digits.length || (format === '303' || format === '304') !== carriesZone) findings.push('time-format-mismatch');
  if (digits.length <= 8) findings.push('time-date-only');
  if (withText) findings.push('time-zone-unknown');
  return { localAsUtc, ...(withOffset && { offsetMinutes: offsetOf(withOffset[2] as string) }), findings };
}
