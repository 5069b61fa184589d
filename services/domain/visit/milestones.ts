import type { Code } from '../events/catalogue.generated.ts';
import { codeRules, type Milestone } from '../events/codes.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { CutVisit } from './cut.ts';
import type { Entry } from './standing.ts';
import type { MilestoneTimes } from './visit.ts';
import type { VisitCall } from './visit-calls.ts';

type Times = Partial<Record<Milestone, MilestoneTimes>>;

/** Steps of a call that belong to its leaving; a box that came by the call does not wait for them. */
const leaving: ReadonlySet<Milestone> = new Set<Milestone>(['vessel-departed', 'maritime-exit', 'border-exit', 'customs-vessel-exit']);

/** Facts that can be undone: what breaks the state that a milestone names (`events.md` 2.5). */
const brokenBy: Readonly<Partial<Record<Milestone, readonly Code[]>>> = {
  'carrier-released': ['carrier.hold-placed'],
  'inspection-positioned': ['customs.inspection-ordered', 'customs.empty-inspection-ordered'],
  'inspection-passed': ['customs.inspection-ordered', 'customs.empty-inspection-ordered', 'customs.inspection-failed'],
};

/** Where two codes tell one milestone, the one to believe (`events.md` section 8): the terminal for the berth. */
const believed: Readonly<Partial<Record<Milestone, Code>>> = { 'vessel-departed': 'terminal.vessel-departed' };

/** The milestone that an event sets: an empty gate-in is an empty return (ruling 10), a packing list tells the stuffing. */
function milestoneOf(event: AcceptedEvent): Milestone | undefined {
  if (event.code === 'terminal.gated-in' && event.details?.['full'] === false) return 'empty-returned';
  if (event.code === 'carrier.packing-list-submitted') return 'stuffed';
  return codeRules[event.code].milestone;
}

/** The milestones that a code can break. */
const breaks: ReadonlyMap<Code, readonly Milestone[]> = (() => {
  const map = new Map<Code, Milestone[]>();
  for (const [milestone, codes] of Object.entries(brokenBy) as [Milestone, readonly Code[]][])
    for (const code of codes) map.set(code, [...(map.get(code) ?? []), milestone]);
  return map;
})();

/** The milestones that an event breaks; of the carrier's holds only a recall does. */
function brokenIn(event: AcceptedEvent): readonly Milestone[] | undefined {
  return event.code === 'carrier.hold-placed' && event.details?.['kind'] !== 'recall' ? undefined : breaks.get(event.code);
}

const told = (e: AcceptedEvent): number => e.recordedAt ?? e.occurredAt;

/** True when the call through which a step came is one whose steps the visit keeps. */
function keeps(milestone: Milestone, call: VisitCall | undefined, visit: CutVisit): boolean {
  if (!call) return true;
  if (!call.current) return false;
  const isLeaving = leaving.has(milestone);
  if (call.role === 'arriving') return !isLeaving;
  return isLeaving || !visit.calls.some((c) => c.role === 'arriving' && c.current);
}

/** Builds the times of one milestone from its events in order. */
class Track {
  readonly #milestone: Milestone;
  #actual: AcceptedEvent | undefined;
  #first: AcceptedEvent | undefined;
  #estimated: AcceptedEvent | undefined;
  #planned: AcceptedEvent | undefined;

  constructor(milestone: Milestone) {
    this.#milestone = milestone;
  }

  forecast(event: AcceptedEvent): void {
    const newer = (old: AcceptedEvent | undefined): AcceptedEvent =>
      !old || told(event) > told(old) || (told(event) === told(old) && event.id > old.id) ? event : old;
    if (event.classifier === 'estimated') this.#estimated = newer(this.#estimated);
    else this.#planned = newer(this.#planned);
  }

  happened(event: AcceptedEvent): void {
    const preferred = believed[this.#milestone];
    if (!this.#actual || (preferred === event.code && this.#actual.code !== preferred)) this.#actual = event;
    this.#first ??= event;
  }

  broken(): void {
    this.#actual = undefined;
  }

  times(): MilestoneTimes | undefined {
    const stands = this.#actual ?? this.#estimated ?? this.#planned ?? this.#first;
    if (!stands) return undefined;
    // Most are told once, as actual: the fold makes a dozen of them for every box.
    if (stands === this.#actual && stands === this.#first && !this.#estimated && !this.#planned)
      return { actual: stands.occurredAt, source: stands.source };
    const first = this.#first && this.#first !== this.#actual && brokenBy[this.#milestone] ? this.#first.occurredAt : undefined;
    return {
      ...(this.#actual && { actual: this.#actual.occurredAt }),
      ...(this.#estimated && { estimated: this.#estimated.occurredAt }),
      ...(this.#planned && { planned: this.#planned.occurredAt }),
      ...(first !== undefined && { first }),
      source: stands.source,
    };
  }
}

/** The milestones of a visit but for `customs-released`, which depends on all its papers (`customs-lane.ts`). */
export function milestonesOf(visit: CutVisit, effective: readonly Entry[]): Times {
  const tracks = new Map<Milestone, Track>();
  const callOf = new Map(visit.calls.flatMap((call) => call.names.map((name) => [name, call] as const)));
  for (const { event, via } of effective) {
    for (const name of brokenIn(event) ?? []) tracks.get(name)?.broken();
    const milestone = milestoneOf(event);
    if (!milestone || milestone === 'customs-released' || visit.carriage.stay?.silent.has(event)) continue;
    if (!keeps(milestone, callOf.get(via), visit)) continue;
    let track = tracks.get(milestone);
    if (!track) {
      track = new Track(milestone);
      tracks.set(milestone, track);
    }
    if (event.classifier === 'actual') track.happened(event);
    else track.forecast(event);
  }
  const times: Times = {};
  for (const [milestone, track] of tracks) {
    const found = track.times();
    if (found) times[milestone] = found;
  }
  return times;
}
