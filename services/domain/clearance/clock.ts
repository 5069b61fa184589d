import type { Instant } from '../identifiers/instant.ts';
import { endOf, type Stretch } from './clock-intervals.ts';

/** Every clock of a visit (`events.md` section 9). `full-release` is the import clock to full release; `…-hold` the hold time of one agency. */
export const clockNames = [
  'clearance-import',
  'full-release',
  'clearance-export',
  'declare-wait',
  'customs-processing',
  'inspection-move',
  'inspection-wait',
  'inspection-work',
  'inspection-total',
  'lab',
  'customs-hold',
  'maritime-hold',
  'border-hold',
  'quarantine-hold',
  'terminal-hold',
  'carrier-hold',
  'discharge-to-release',
  'release-to-gate-out',
  'dwell-import',
  'dwell-export',
  'dwell-transhipment',
  'dwell-empty',
  'off-site',
  'ship-side',
  'detention',
  'vessel-stay',
  'border-lead',
  'border-lag',
  'departure-confirm',
  'onward-rail',
] as const;

export type ClockName = (typeof clockNames)[number];

/** `void`: does not apply to the visit, or can no longer be measured. */
export type ClockState = 'not-started' | 'running' | 'stopped' | 'void';

/** The facts of one clock, without a reader's time. */
export interface Clock {
  readonly state: ClockState;
  readonly startAt?: Instant;
  readonly stopAt?: Instant;
  /** Where it stopped the very first time, when that stop did not last (a revoked release). */
  readonly firstStopAt?: Instant;
  /** Hours below which the port promises it to stay. */
  readonly targetHours?: number;
  /** The intervals that it counts when they are not simply start to stop: rounds, unions, time on site. */
  readonly rounds?: readonly Stretch[];
  /** Its values apart: one per declaration, or per leg of the way out. */
  readonly legs?: readonly ClockLeg[];
}

/** One value of a clock that has several, by the declaration, bill or leg that it is about. */
export interface ClockLeg extends Clock {
  readonly name: string;
}

export const notStarted: Clock = Object.freeze({ state: 'not-started' });
export const voided: Clock = Object.freeze({ state: 'void' });

/** A clock of a visit that ended unseen: what runs can no longer stop. */
export const endedUnseen = (clock: Clock): Clock => (clock.state === 'running' ? voided : clock);

/** A clock from a start to a stop, whichever is known; a stop before its start keeps its negative sign. */
export function signed(startAt: Instant | undefined, stopAt: Instant | undefined): Clock {
  if (startAt === undefined) return notStarted;
  return stopAt === undefined ? { state: 'running', startAt } : { state: 'stopped', startAt, stopAt };
}

const notBefore = (startAt: Instant, at: Instant): Instant => (at < startAt ? startAt : at);

/** A clock from a start to a stop; what had happened before the start counts 0. `firstStopAt` is kept when it differs. */
export function between(startAt: Instant | undefined, stopAt: Instant | undefined, firstStopAt?: Instant): Clock {
  if (startAt === undefined) return notStarted;
  const stop = stopAt === undefined ? undefined : notBefore(startAt, stopAt);
  const first = firstStopAt === undefined ? undefined : notBefore(startAt, firstStopAt);
  const clock = signed(startAt, stop);
  return first === undefined || first === stop ? clock : { ...clock, firstStopAt: first };
}

/** A clock that counts intervals; running while the last one is open. */
export function overRounds(rounds: readonly Stretch[]): Clock {
  const first = rounds[0];
  const last = rounds.at(-1);
  if (!first || !last) return notStarted;
  return { ...signed(first.from, last.to), ...(rounds.length > 1 && { rounds }) };
}

/**
 * A clock of several values: it runs while one of them runs and stops with the last; values that are void or never
 * began do not count. A single value needs no legs.
 */
export function overLegs(legs: readonly ClockLeg[]): Clock {
  const counted = legs.filter((l) => l.state === 'running' || l.state === 'stopped');
  const [only] = legs;
  if (only && legs.length === 1) {
    const { name: _, ...clock } = only;
    return clock;
  }
  if (counted.length === 0)
    return { state: legs.some((l) => l.state === 'not-started') || legs.length === 0 ? 'not-started' : 'void', legs };
  const starts = counted.map((l) => l.startAt ?? Number.POSITIVE_INFINITY);
  const stops = counted.map((l) => l.stopAt);
  const running = counted.some((l) => l.state === 'running');
  return {
    ...signed(Math.min(...starts) as Instant, running ? undefined : (Math.max(...stops.map((s) => s ?? 0)) as Instant)),
    legs,
  };
}

/** What a clock shows in milliseconds; a running one only to a reader who says what time it is. */
export function millisecondsOf(clock: Clock, now?: Instant): number | undefined {
  const { state, startAt, stopAt, rounds } = clock;
  if (startAt === undefined || (state !== 'stopped' && state !== 'running')) return undefined;
  if (state === 'running' && now === undefined) return undefined;
  if (!rounds) return (stopAt ?? Math.max(now ?? 0, startAt)) - startAt;
  let spent = 0;
  for (const round of rounds) spent += Math.max(0, Math.min(endOf(round), now === undefined || round.to ? endOf(round) : now) - round.from);
  return spent;
}

/** What a clock shows in hours with two decimals (`events.md` section 9); nothing for one that shows no time. */
export function hoursOf(clock: Clock, now?: Instant): number | undefined {
  const spent = millisecondsOf(clock, now);
  // Adding 0 turns the negative zero of a small negative value into 0.
  return spent === undefined ? undefined : Math.round(spent / 36_000) / 100 + 0;
}

/**
 * Every value of the clocks of a visit by the name under which it is shown: the clocks, and the legs of
 * `departure-confirm` each under its own name, as `departure-confirm-inland`.
 */
export function shownClocks(clocks: Readonly<Record<ClockName, Clock>>): [string, Clock][] {
  return clockNames.flatMap((name): [string, Clock][] => {
    const clock = clocks[name];
    const legs = name === 'departure-confirm' ? (clock.legs ?? []) : [];
    return [[name, clock], ...legs.map((leg): [string, Clock] => [`${name}-${leg.name}`, leg])];
  });
}
