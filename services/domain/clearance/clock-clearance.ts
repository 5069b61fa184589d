import { type Instant, instant } from '../identifiers/instant.ts';
import type { OverallClock } from './clearance-targets.ts';
import { between, type Clock, type ClockLeg, type ClockName, notStarted, overLegs, signed, voided } from './clock.ts';
import { type ClockInput, isReturned, startIsGuessed } from './clock-input.ts';
import { type ClearancePart, clearanceParts } from './clock-parts.ts';
import { latest, type Release, type Releases, releasesOf } from './clock-release.ts';

/** A part with what customs has made of it. */
interface ClearedPart {
  readonly part: ClearancePart;
  readonly releases: Releases;
}

/** What customs has to clear on a box, read once for all clocks. */
export interface Clearance {
  readonly parts: readonly ClearedPart[];
  /** The release of the whole box, withdrawn declarations left out. */
  readonly full: Release;
  /** True when the figures of clearance leave the box out: returns, transhipment, empties, a guessed start. */
  readonly leftOut: boolean;
}

/** Reads the clearance of a box. */
export function clearanceOf(input: ClockInput): Clearance {
  const { direction, closedAs } = input.state;
  const parts = clearanceParts(input).map((part) => ({ part, releases: releasesOf(part, input) }));
  const living = parts.filter((p) => !p.part.withdrawn);
  const leftOut =
    direction === 'transhipment' || direction === 'empty' || closedAs === 'withdrawn' || startIsGuessed(input) || isReturned(input);
  return { parts, full: latest(living.map((p) => p.releases.full)), leftOut };
}

/** The overall clearance time of each part; a withdrawn declaration is left out. */
function overall(startAt: Instant | undefined, { parts }: Pick<Clearance, 'parts'>, pick: (r: Releases) => Release): Clock {
  return overLegs(
    parts.map(({ part, releases }): ClockLeg => {
      const { at, first } = pick(releases);
      return { name: part.name, ...(part.withdrawn ? voided : between(startAt, at, first)) };
    }),
  );
}

/** From the later of its declaration and the arrival to the release; a bill without a declaration has not begun. */
function processing(arrivedAt: Instant | undefined, { parts }: Clearance): Clock {
  return overLegs(
    parts.map(({ part, releases }): ClockLeg => {
      const { declaredAt } = part;
      if (part.withdrawn) return { name: part.name, ...voided };
      if (declaredAt === undefined || arrivedAt === undefined) return { name: part.name, ...notStarted };
      return { name: part.name, ...between(instant(Math.max(declaredAt, arrivedAt)), releases.full.at) };
    }),
  );
}

const firstDeclared = ({ parts }: Clearance): Instant | undefined => {
  const times = parts.flatMap(({ part }) => (part.withdrawn || part.declaredAt === undefined ? [] : [part.declaredAt]));
  return times.length === 0 ? undefined : instant(Math.min(...times));
};

type Name = 'clearance-import' | 'full-release' | 'clearance-export' | 'declare-wait' | 'customs-processing' | 'discharge-to-release';

const allVoid: Readonly<Record<Name, Clock>> = {
  'clearance-import': voided,
  'full-release': voided,
  'clearance-export': voided,
  'declare-wait': voided,
  'customs-processing': voided,
  'discharge-to-release': voided,
};

const arrivalOf = ({ direction, milestones }: ClockInput['state']): Instant | undefined =>
  direction === 'export'
    ? (milestones['arrival-accepted']?.actual ?? milestones['arrival-reported']?.actual)
    : milestones['vessel-arrived']?.actual;

/** The overall clearance time of some parts of a box, against the target of its port; nothing for a box that the figures leave out. */
export function overallClearance(
  { state, targetOf }: ClockInput,
  clearance: Pick<Clearance, 'parts' | 'leftOut'>,
): { readonly name: OverallClock; readonly clock: Clock } | undefined {
  if (clearance.leftOut) return undefined;
  const isExport = state.direction === 'export';
  const name: OverallClock = isExport ? 'clearance-export' : 'clearance-import';
  const clock = overall(arrivalOf(state), clearance, (r) => (isExport ? r.full : r.lift));
  const targetHours = clock.startAt === undefined ? undefined : targetOf?.(name, clock.startAt);
  return { name, clock: targetHours === undefined ? clock : { ...clock, targetHours } };
}

/** The clocks of customs clearance (整体通关时间 and its parts). Nothing is deducted for nights, holidays or the owner's delay. */
export function clearanceClocks(input: ClockInput, clearance: Clearance): Pick<Record<ClockName, Clock>, Name> {
  const { direction, milestones } = input.state;
  const found = overallClearance(input, clearance);
  if (!found) return allVoid;
  const measured = { ...allVoid, [found.name]: found.clock };
  if (direction === 'export') return { ...measured, 'customs-processing': processing(milestones['arrival-accepted']?.actual, clearance) };
  const arrivedAt = arrivalOf(input.state);
  return {
    ...measured,
    'full-release': overall(arrivedAt, clearance, (r) => r.full),
    'declare-wait': signed(arrivedAt, firstDeclared(clearance)),
    'customs-processing': processing(arrivedAt, clearance),
    'discharge-to-release': between(milestones['discharged']?.actual, clearance.full.at),
  };
}
