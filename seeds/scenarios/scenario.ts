import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';

/** One end-to-end story: who is in it, what is said and when it comes in, and what must be known then. */
export interface Scenario {
  /** `S01` to `S21`. */
  readonly name: string;
  readonly title: string;
  /** UN/LOCODE. */
  readonly port: string;
  /** IANA zone of the port. */
  readonly zone: string;
  /** The moment from which the offsets count: local midnight, unless it was read with another. */
  readonly start: Instant;
  /** What the short names stand for: `C1` → a container number, `K1` → a call. */
  readonly ids: Readonly<Record<string, string>>;
  /** As written, in event time; repeated deliveries of one event stand beside each other. */
  readonly deliveries: readonly Delivery[];
  readonly expectations: readonly Expectation[];
}

/** One delivery of one event. */
export interface Delivery {
  readonly event: StatusEventJson;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
}

/**
 * When an expectation holds: `end` after everything; `at` a moment of event time, with everything that occurred up to
 * then, whenever it came in; `known` with what had come in by then.
 */
export type Moment = { readonly kind: 'end' } | { readonly kind: 'at' | 'known'; readonly time: Instant };

/** What must be true at one moment. */
export interface Expectation {
  readonly moment: Moment;
  readonly visits: readonly ExpectedVisit[];
  readonly papers: readonly ExpectedPaper[];
}

/** Times of an expectation are ISO 8601 at the offset of the port, as the API writes them. What is left out is not judged. */
export interface ExpectedVisit {
  readonly container: string;
  /** 1 for the oldest visit of the box. */
  readonly nth: number;
  /** There is no such visit. */
  readonly absent?: true;
  /** It has the id that it had to who knew what had come in by that moment. */
  readonly idAsKnownAt?: Instant;
  readonly direction?: string;
  readonly directionGuessed?: boolean;
  readonly status?: string;
  readonly closedAs?: string;
  readonly openedAt?: string;
  readonly closedAt?: string;
  readonly facility?: string;
  readonly calls?: readonly string[];
  readonly bills?: readonly string[];
  readonly declarations?: readonly string[];
  readonly bookings?: readonly string[];
  readonly lanes?: Readonly<Record<string, string>>;
  /** Some of the milestones: the ones that matter. */
  readonly milestones?: Readonly<Record<string, string>>;
  /** Very first times of states that were broken since. */
  readonly first?: Readonly<Record<string, string>>;
  /** All holds ever placed. */
  readonly holds?: readonly ExpectedHold[];
  /** All conditions, ended ones included. */
  readonly conditions?: readonly ExpectedCondition[];
  /** All seals of customs. */
  readonly seals?: readonly ExpectedSeal[];
  readonly readiness?: readonly (ExpectedVerdict & { readonly move: Move })[];
  /** Over all moments of event time: the only stretches in which the move was ready, in order. */
  readonly ready?: readonly ExpectedPeriod[];
  /** Some of the clocks; `absent` for one that does not apply. */
  readonly clocks?: Readonly<Record<string, ExpectedClock>>;
  readonly deadlines?: readonly ExpectedDeadline[];
  /** The whole account, one line per currency. */
  readonly account?: readonly ExpectedAccount[];
  /** Codes of all findings. */
  readonly findings?: readonly string[];
  /** Standing of some events of the timeline, by event id; `absent` for one that is not on it. */
  readonly entries?: Readonly<Record<string, string>>;
}

export interface ExpectedHold {
  readonly agency: string;
  readonly kind: string;
  readonly subject: string;
  readonly placedAt: string;
  readonly liftedAt?: string;
  /** Id of the event that lifted it. */
  readonly liftedBy?: string;
  readonly waivedFrom?: string;
}

export interface ExpectedCondition {
  readonly code: string;
  readonly since: string;
  readonly until?: string;
}

export interface ExpectedSeal {
  readonly number: string;
  readonly affixedAt?: string;
  readonly verifiedAt?: string;
  readonly removedAt?: string;
}

/** The property of `readiness` that a move has in a visit. */
export type Move = 'pickup' | 'loading' | 'emptyPickup';

export interface ExpectedReason {
  readonly code: string;
  readonly kind?: string;
  readonly subject?: string;
}

export interface ExpectedVerdict {
  readonly verdict: string;
  readonly since?: string;
  /** All failing rules in order, the headline first. */
  readonly reasons?: readonly ExpectedReason[];
  readonly conditions?: readonly string[];
}

/** A stretch of event time, its end excluded. */
export interface ExpectedPeriod {
  readonly move: Move;
  readonly verdict: 'ready' | 'ready-with-conditions';
  readonly from: Instant;
  readonly to?: Instant;
}

/** What a clock shows: hours with two decimals, or the state of one that has not stopped. */
export interface ExpectedClock {
  readonly shows: number | string;
  /** Hours up to its very first stop, which did not last. */
  readonly first?: number;
  /** The published target of the port in hours, which it keeps (`below`) or not. */
  readonly above?: number;
  readonly below?: number;
}

export interface ExpectedDeadline {
  readonly kind: string;
  readonly dueAt: string;
  readonly state: string;
}

/** Amounts as decimal text. */
export interface ExpectedAccount {
  readonly currency: string;
  readonly charged: string;
  readonly paid: string;
  readonly waived: string;
  readonly open: string;
}

/** What a bill or declaration shows over all its boxes. */
export interface ExpectedPaper {
  readonly type: 'bill' | 'declaration';
  readonly id: string;
  readonly state?: string;
  /** How many boxes are how far, by class: `n`, `released`, `held`, … */
  readonly counts: Readonly<Record<string, number>>;
  readonly clocks?: Readonly<Record<string, ExpectedClock>>;
  /** May the goods of the bill be handed out. */
  readonly delivery?: ExpectedVerdict;
}
