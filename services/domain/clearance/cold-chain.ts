import type { AcceptedEvent, Json } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { Entry } from '../visit/standing.ts';
import { eventLabel } from '../visit/standing.ts';
import { endOf, type Stretch, stretch } from './clock-intervals.ts';

/** A reefer that was too warm or too cold for an hour. */
export interface ReeferCondition {
  readonly code: 'reefer-out-of-range';
  /** The first reading out of range. */
  readonly since: Instant;
  /** The first reading in range again. */
  readonly until?: Instant;
  /** `source/id` of the reading that raised it. */
  readonly raisedBy: string;
}

/** A temperature may differ from the set point by so many kelvin (`events.md` section 11). */
const tolerance = 3;
const outFor = 60 * 60_000;
const gapOver = 2 * 60 * 60_000;

function numberOf(said: Json | undefined): number | undefined {
  if (typeof said === 'number') return said;
  // Partners also send text, and some of them a true minus sign.
  const text = typeof said === 'string' ? said.trim().replace('−', '-') : '';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const isReading = (event: AcceptedEvent): boolean => event.code === 'terminal.reefer-temperature-recorded' && event.classifier === 'actual';

/** The set point that holds before any event has said one: the first that anyone says. */
const firstSetPoint = (effective: readonly Entry[]): number | undefined => {
  for (const { event } of effective) {
    const said = numberOf(event.details?.['setPoint']);
    if (said !== undefined) return said;
  }
  return undefined;
};

/**
 * The stretches in which a reefer stood outside its set point by more than 3 °C, from readings an hour or more apart:
 * a single reading raises nothing. Return air is judged, else supply air; the set point is the one said last.
 */
export function reeferConditions(effective: readonly Entry[]): ReeferCondition[] {
  if (!effective.some(({ event }) => isReading(event))) return [];
  const found: ReeferCondition[] = [];
  let setPoint = firstSetPoint(effective);
  let since: Instant | undefined;
  let raisedBy: string | undefined;
  for (const { event } of effective) {
    setPoint = numberOf(event.details?.['setPoint']) ?? setPoint;
    if (!isReading(event)) continue;
    const reading = numberOf(event.details?.['return']) ?? numberOf(event.details?.['supply']);
    if (reading === undefined || setPoint === undefined) continue;
    // Tenths of a degree are told: without rounding -15.0 from -18.0 might come out as more than 3.
    if (Math.round(Math.abs(reading - setPoint) * 1000) > tolerance * 1000) {
      since ??= event.occurredAt;
      if (event.occurredAt - since >= outFor) raisedBy ??= eventLabel(event);
      continue;
    }
    if (since !== undefined && raisedBy) found.push({ code: 'reefer-out-of-range', since, until: event.occurredAt, raisedBy });
    since = undefined;
    raisedBy = undefined;
  }
  if (since !== undefined && raisedBy) found.push({ code: 'reefer-out-of-range', since, raisedBy });
  return found;
}

/** The stretches without power that readings tell with `power` `on` or `off` (or true and false). */
export function powerOffStretches(effective: readonly Entry[]): Stretch[] {
  const off: Stretch[] = [];
  let since: Instant | undefined;
  for (const { event } of effective) {
    if (!isReading(event)) continue;
    const power = event.details?.['power'];
    if (power === 'off' || power === false) since ??= event.occurredAt;
    else if ((power === 'on' || power === true) && since !== undefined) {
      off.push(stretch(since, event.occurredAt));
      since = undefined;
    }
  }
  return since === undefined ? off : [...off, stretch(since)];
}

/** The power-off gaps that are shown to a reader at a time: those over two hours, one that goes on counted up to then. */
export const longPowerGaps = (off: readonly Stretch[], now: Instant): Stretch[] =>
  off.filter((gap) => Math.min(endOf(gap), now) - gap.from > gapOver);
