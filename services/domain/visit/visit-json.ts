import type { StatusEventJson } from '../events/event-json.ts';

/** A visit as everybody outside sees it (`protocol.md`, Reading). Times are ISO 8601 with the offset of the port. */
export interface VisitJson {
  readonly visitId: string;
  /** The revision as a decimal string: strictly increasing per visit; apply when greater. */
  readonly version: string;
  readonly port: string;
  readonly container: string;
  readonly direction: string;
  readonly directionGuessed: boolean;
  readonly status: string;
  readonly onBoard?: true;
  readonly offSite?: true;
  readonly closedAs?: string;
  readonly openedAt?: string;
  readonly closedAt?: string;
  readonly facility?: string;
  readonly sizeType?: string;
  readonly full?: boolean;
  readonly calls: readonly string[];
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly bookings: readonly string[];
  readonly lanes: Readonly<Record<string, string>>;
  readonly milestones: Readonly<Record<string, MilestoneJson>>;
  readonly holds: readonly HoldJson[];
  readonly conditions: readonly ConditionJson[];
  /** The seals of customs: when each was put on, last found on the box, and taken off. */
  readonly seals?: readonly SealJson[];
  readonly readiness: { readonly pickup?: ReadinessJson; readonly loading?: ReadinessJson; readonly emptyPickup?: ReadinessJson };
  /** Of an import box that is emptied in the port: may the goods of each bill be handed out, by its number. */
  readonly deliveries?: Readonly<Record<string, ReadinessJson>>;
  readonly clocks: ClocksJson;
  /** What the box adds to the clocks of its papers, by number: of all boxes together as the bill or declaration shows them. */
  readonly paperClocks: {
    readonly bills: Readonly<Record<string, ClocksJson>>;
    readonly declarations: Readonly<Record<string, ClocksJson>>;
  };
  readonly deadlines: readonly DeadlineJson[];
  /** Charges and payments by currency; amounts are decimal text. */
  readonly account?: readonly Readonly<Record<'currency' | 'charged' | 'paid' | 'waived' | 'open', string>>[];
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly events: readonly string[] }[];
  readonly nextChangeAt?: string;
}

/** One hold, kept for ever; on a bill or declaration it is this box's share of it. */
export interface HoldJson {
  readonly agency: string;
  readonly kind: string;
  readonly subject: { readonly type: string; readonly id: string };
  /** What it stops: `pick-up`, `load`, `discharge`, `sail`. */
  readonly acts: readonly string[];
  readonly placedAt: string;
  readonly liftedAt?: string;
  /** From when it stands without stopping the moves of `waives`. */
  readonly waivedFrom?: string;
  readonly waives?: readonly string[];
  /** `source/id` of the events. */
  readonly placedBy: string;
  readonly liftedBy?: string;
}

export interface ConditionJson {
  readonly code: string;
  readonly since: string;
  readonly until?: string;
  readonly about?: readonly string[];
}

export interface SealJson {
  readonly number: string;
  readonly affixedAt?: string;
  readonly verifiedAt?: string;
  readonly removedAt?: string;
}

/** May the box move: the verdict and, headline first, every rule that fails. */
export interface ReadinessJson {
  readonly verdict: string;
  readonly reasons: readonly ReasonJson[];
  readonly conditions: readonly string[];
  readonly hints: readonly string[];
  readonly readySince?: string;
  /** The stretches of event time in which the move was allowed. */
  readonly periods: readonly { readonly from: string; readonly to?: string; readonly withConditions: boolean }[];
}

export interface ReasonJson {
  readonly code: string;
  readonly kind?: string;
  readonly subject?: { readonly type: string; readonly id: string };
  readonly events: readonly string[];
}

/** Clocks by name; one that does not apply is left out. */
export type ClocksJson = Readonly<Record<string, ClockJson>>;

export interface ClockJson {
  readonly state: string;
  readonly hours?: number;
  readonly startAt?: string;
  readonly stopAt?: string;
  /** Where it stopped the very first time, when that stop did not last. */
  readonly firstStopAt?: string;
  /** Hours up to `firstStopAt`. */
  readonly firstHours?: number;
  /** Hours below which the port promises it to stay. */
  readonly targetHours?: number;
  /** The intervals that it counts, when there are several. */
  readonly rounds?: readonly { readonly from: string; readonly to?: string }[];
}

export interface DeadlineJson {
  readonly kind: string;
  readonly dueAt: string;
  readonly state: string;
  readonly subject?: { readonly type: string; readonly id: string };
}

export interface MilestoneJson {
  readonly actual?: string;
  readonly estimated?: string;
  readonly planned?: string;
  readonly first?: string;
  readonly source: string;
}

/** One entry of a visit's timeline as everybody outside sees it. */
export interface TimelineEntryJson {
  readonly event: StatusEventJson;
  readonly via: { readonly type: string; readonly id: string };
  readonly status: string;
  readonly by?: string;
  readonly receivedAt: string;
  readonly appliedAt: string;
}
