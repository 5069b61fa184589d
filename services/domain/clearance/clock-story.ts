import type { AcceptedEvent, Agency, SubjectType } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import { cut } from '../visit/cut.ts';
import { at, named, StoryPort } from '../visit/story.ts';
import { subjectKey } from '../visit/visit.ts';
import { BoxPapers } from './box-papers.ts';
import { type ClockName, hoursOf } from './clock.ts';
import type { ClockInput } from './clock-input.ts';
import { clocksOf } from './clocks.ts';
import type { HeldMove, Hold } from './hold.ts';
import type { ReadyPeriod } from './ready-period.ts';

/** The instant of an offset of a story. */
export const when = (offset: string): Instant => instant(at(offset));

/** What a story says of holds and ready periods, when clocks are read without the fold that finds them. */
export interface Told {
  readonly holds?: readonly Hold[];
  readonly ready?: readonly ReadyPeriod[];
  /** Which visit of the box, 0 for the oldest. */
  readonly visit?: number;
}

/** A hold of a story: `hold('customs', 'inspection', 'C2', '30:30', '37:30')`. */
export function hold(
  agency: Agency,
  kind: string,
  subject: string,
  placed: string,
  lifted?: string,
  more: { readonly waivedFrom?: string; readonly waives?: readonly HeldMove[]; readonly acts?: readonly HeldMove[] } = {},
): Hold {
  const { type, id }: { type: SubjectType; id: string } = named(subject);
  return {
    agency,
    kind,
    subject: { type, id },
    acts: more.acts ?? ['pick-up', 'load'],
    placedAt: when(placed),
    placedBy: `${agency}/placed-${placed}`,
    ...(lifted && { liftedAt: when(lifted), liftedBy: `${agency}/lifted-${lifted}` }),
    ...(more.waivedFrom && { waivedFrom: when(more.waivedFrom) }),
    ...(more.waives && { waives: more.waives }),
  };
}

/** A ready period of a story; open at the end without `to`. */
export const ready = (from: string, to?: string): ReadyPeriod => ({
  from: when(from),
  ...(to && { to: when(to) }),
  withConditions: false,
});

/** What clocks and deadlines read of one visit of a story. */
export function inputOf(events: readonly AcceptedEvent[], box: string, { holds = [], ready = [], visit = 0 }: Told = {}): ClockInput {
  const port = new StoryPort().apply(...events);
  const found = cut(subjectKey(named(box)), port)[visit];
  const state = port.visits(box)[visit]?.state;
  if (!found || !state) throw new Error(`The story has no visit ${visit} of ${box}.`);
  const effective = found.entries.filter((e) => e.status === 'effective');
  return {
    visit: found,
    effective,
    papers: new BoxPapers(subjectKey(named(box)), found, effective),
    state: { ...state, holds },
    readyPeriods: ready,
  };
}

/** The named clocks of a visit of a story as people see them: hours, or the state of one that shows none. */
export function shown<const N extends ClockName>(input: ClockInput, ...names: readonly N[]): Record<N, number | string> {
  const clocks = clocksOf(input);
  return Object.fromEntries(names.map((n) => [n, hoursOf(clocks[n]) ?? clocks[n].state])) as Record<N, number | string>;
}
