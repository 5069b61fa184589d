import type { Clock, ClockName } from '../clearance/clock.ts';
import type { PaperClocks } from '../clearance/clock-papers.ts';
import type { Condition } from '../clearance/condition.ts';
import type { DeadlineFacts } from '../clearance/deadline.ts';
import type { AccountLine } from '../clearance/fees.ts';
import type { Hold } from '../clearance/hold.ts';
import type { PaperClasses } from '../clearance/read-clearance.ts';
import type { DeliveryFacts, ReadinessFacts } from '../clearance/readiness.ts';
import type { Seal } from '../clearance/seals.ts';
import type { Direction, Lane, Milestone } from '../events/codes.ts';
import type { AcceptedEvent, Agency, Subject, SubjectType } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';

/** The times of one milestone; `first` is kept when the state was broken and reached again. */
export interface MilestoneTimes {
  readonly actual?: Instant;
  readonly estimated?: Instant;
  readonly planned?: Instant;
  readonly first?: Instant;
  /** Who told the time that stands: the actual one, else the estimated, else the planned. */
  readonly source: string;
}

/** Something a person should know about a visit; `events` are `source/id` of the evidence. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'info' | 'warning' | 'high';
  readonly events: readonly string[];
}

export type FindingCode =
  | 'opening-not-observed'
  | 'closed-unobserved'
  | 'direction-guessed'
  | 'direction-conflict'
  | 'time-conflict'
  | 'call-conflict'
  | 'call-unregistered'
  | 'count-conflict'
  | 'lift-without-hold'
  | 'wrong-agency'
  | 'left-under-hold'
  | 'release-without-manifest'
  | 'terminal-disagrees'
  | 'fee-not-listed'
  | 'fee-waived';

export type VisitStatus = 'expected' | 'open' | 'closed';

/** How a visit ended when not by its plain closing move. */
export type ClosedAs = 'gated-out' | 'departed' | 'stripped' | 'returned' | 'withdrawn' | 'picked-up' | 'unobserved';

/**
 * The state of one stay of one container at one port: what the fold knows from events alone, without a clock. What
 * depends on a reader's time (verdicts, running clocks, missed deadlines) is kept as facts; `atTime` judges them.
 * Plain data with its keys in a fixed order: two states are equal when their JSON is.
 */
export interface VisitState {
  readonly port: UnLocode;
  readonly container: string;
  readonly direction: Direction;
  readonly directionGuessed: boolean;
  readonly status: VisitStatus;
  /** Loaded and not yet seen to depart (ruling 18). */
  readonly onBoard: boolean;
  readonly offSite: boolean;
  readonly closedAs?: ClosedAs;
  readonly openedAt?: Instant;
  readonly closedAt?: Instant;
  readonly facility?: string;
  readonly sizeType?: string;
  readonly full?: boolean;
  readonly calls: readonly string[];
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly bookings: readonly string[];
  readonly lanes: Readonly<Record<Lane, string>>;
  readonly milestones: Readonly<Partial<Record<Milestone, MilestoneTimes>>>;
  /** Every hold that ever acted on the box, in the order of its placing. */
  readonly holds: readonly Hold[];
  /** Every condition, ended ones included. */
  readonly conditions: readonly Condition[];
  /** The seals of customs, in the order in which they were first named. */
  readonly seals: readonly Seal[];
  /** How far the box has come under each of its bills and declarations; what partial release counts. */
  readonly classes: PaperClasses;
  readonly readiness: ReadinessFacts;
  readonly deliveries: DeliveryFacts;
  readonly clocks: Readonly<Record<ClockName, Clock>>;
  /** What the box adds to the clocks of each of its bills and declarations. */
  readonly paperClocks: PaperClocks;
  readonly deadlines: readonly DeadlineFacts[];
  /** Charges and payments of the terminal, by currency. */
  readonly account: readonly AccountLine[];
  readonly findings: readonly Finding[];
}

export type EntryStatus = 'effective' | 'superseded' | 'cancelled' | 'left';

/** One event of a visit, with the subject through which it came. */
export interface TimelineEntry {
  readonly event: AcceptedEvent;
  readonly via: { readonly type: SubjectType; readonly id: string };
  readonly status: EntryStatus;
  /** The correction, cancellation or unlinking (`source/id`) that took the entry out of effect. */
  readonly by?: string;
}

/** A visit as the fold gives it, with the id that it keeps. */
export interface FoldedVisit {
  readonly visitId: string;
  readonly state: VisitState;
  readonly timeline: readonly TimelineEntry[];
}

/** What is remembered of a visit so that it keeps its id: the events it was made of. */
export interface VisitIdentity {
  readonly visitId: string;
  readonly assignedAt: Instant;
  /** `eventKey` of every event that made it. */
  readonly events: readonly string[];
}

/** The subjects of one port as the owner knows them; a read-only view of its cache. */
export interface Subjects {
  /** Events whose subject this is, in order of application. */
  events(subject: SubjectKey): readonly AcceptedEvent[];
  /** Link statements that name this subject at either end and a subject of the given type at the other. */
  links(subject: SubjectKey, to: SubjectType): readonly LinkStatement[];
}

/** `type` and `id` in one string. */
export type SubjectKey = `${SubjectType}:${string}`;

export const subjectKey = (s: Pick<Subject, 'type' | 'id'>): SubjectKey => `${s.type}:${s.id}`;

/** One dated statement of one event that two subjects belong together, or no longer do. */
export interface LinkStatement {
  readonly from: SubjectKey;
  readonly to: SubjectKey;
  readonly op: 'link' | 'unlink';
  /** Occurred time of the event; a link reaches back without limit, an unlink ends it from here. */
  readonly at: Instant;
  /** `eventKey` of the event that says so. */
  readonly event: string;
  /** Subject of that event, which may be a third one: a manifest line of one box ties its bill to a call. */
  readonly speaker: SubjectKey;
  readonly agency: Agency;
  /**
   * What the link means: on a bill or call the direction that the manifest line gives (`import`, …); `booking`; `further`
   * for a second bill; `arriving`, `departing` or `alias` for a call; `listed` for a box that a declaration names;
   * `replacing` on a bill that took the place of another.
   */
  readonly relation?: string;
}
