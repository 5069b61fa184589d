import type { ZoneRule } from '@clearquay/domain/events/status-event.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Port } from '@clearquay/domain/identifiers/un-locode.ts';
import { fromLocal, type LocalReading } from '@clearquay/domain/identifiers/zone.ts';
import type { TimeReading } from './date-time.ts';
import type { FindingCode } from './finding.ts';

/** Where the zone of a local time may come from, in order of preference. */
export interface ZoneSources {
  /** The zone set for the partner. */
  readonly partner?: string | undefined;
  /** The port in which the move took place. */
  readonly activity?: Port | undefined;
  /** The port of call of the vessel. */
  readonly call?: Port | undefined;
}

/** An instant, the rule that gave its zone, and what was odd about it. */
export interface ResolvedTime {
  readonly at: Instant;
  readonly rule: ZoneRule;
  readonly findings: readonly FindingCode[];
}

const readingFindings: Readonly<Record<LocalReading, readonly FindingCode[]>> = {
  exact: [],
  repeated: ['time-repeated-hour'],
  skipped: ['time-skipped-hour'],
};

/** Turns a local time into an instant; nothing comes back when no source knows a zone. */
export function resolveTime(reading: TimeReading, sources: ZoneSources): ResolvedTime | undefined {
  if (reading.offsetMinutes !== undefined)
    return { at: instant(reading.localAsUtc - reading.offsetMinutes * 60_000), rule: 'offset', findings: reading.findings };
  const found: [ZoneRule, string | undefined][] = [
    ['partner', sources.partner],
    ['activity', sources.activity?.zone],
    ['port', sources.call?.zone],
  ];
  const [rule, zone] = found.find(([, z]) => z) ?? [];
  if (!rule || !zone) return undefined;
  const { at, reading: how } = fromLocal(zone, reading.localAsUtc);
  return { at, rule, findings: [...reading.findings, ...readingFindings[how]] };
}
