import type { Agency } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { ConditionCode } from './condition.ts';
import type { ReadyPeriod } from './ready-period.ts';

/** The moves whose readiness is judged, as `readiness` of a visit names them. */
export type Move = 'pickup' | 'loading' | 'emptyPickup';

/** What a judge judges: a move of the box, or the handing out of the goods of one bill after stripping. */
export type JudgedMove = Move | 'delivery';

/** The answer to "may this box move?" (`events.md` section 6). */
export type Verdict = 'ready' | 'ready-with-conditions' | 'not-ready' | 'unknown' | 'not-applicable';

/** Why a move is not allowed, or cannot be judged. */
export type ReasonCode =
  | 'already-left'
  | 'already-loaded'
  | 'not-discharged'
  | 'not-stripped'
  | 'evidence-conflict'
  | 'manifest-not-accepted'
  | 'no-declaration'
  | 'customs-not-released'
  | 'customs-hold'
  | 'maritime-hold'
  | 'quarantine-hold'
  | 'border-hold'
  | 'carrier-hold'
  | 'terminal-hold'
  | 'inland-hold'
  | 'dangerous-goods-not-approved'
  | 'carrier-not-released'
  | 'delivery-order-expired'
  | 'eir-missing'
  | 'fees-unpaid'
  | 'source-silent'
  | 'no-call'
  | 'call-omitted'
  | 'not-in-port'
  | 'arrival-not-accepted'
  | 'onward-not-approved'
  | 'vgm-missing'
  | 'vessel-held'
  | 'cutoff-missed'
  | 'no-release-order'
  | 'other-cargo-in-box';

/** One failing rule with what it is about and its evidence (`source/id`). */
export interface Reason {
  readonly code: ReasonCode;
  /** The kind of the hold, of the cut-off, or the agency that is silent. */
  readonly kind?: string;
  readonly subject?: { readonly type: string; readonly id: string };
  readonly events: readonly string[];
  /** Fails only after this moment; without it, always. */
  readonly after?: Instant;
}

/** Worth knowing, without weight for the verdict. */
export type Hint = 'no-appointment' | 'free-time-ended' | 'advance-declared';

/** What is known about one move without a reader's time. */
export interface MoveFacts {
  /** Every failing rule in the order of the table. */
  readonly reasons: readonly Reason[];
  /** Conditions that bind the move when it is allowed. */
  readonly conditions: readonly ConditionCode[];
  readonly hints: readonly Hint[];
  /** Agencies whose silence would leave the answer open. */
  readonly needs: readonly Agency[];
  /** When the move was allowed, in event time. */
  readonly periods: readonly ReadyPeriod[];
}

/** The moves of one visit: pick-up of an import box, loading of one that leaves by sea, pick-up of an empty. */
export type ReadinessFacts = Readonly<Partial<Record<Move, MoveFacts>>>;

/** May the goods of a bill be handed out, by its number: of an import box that is emptied in the port. */
export type DeliveryFacts = Readonly<Record<string, MoveFacts>>;

/** The answer for one move at one time. */
export interface Readiness {
  readonly verdict: Verdict;
  /** All failing rules in order; the first one is the headline. */
  readonly reasons: readonly Omit<Reason, 'after'>[];
  readonly conditions: readonly ConditionCode[];
  readonly hints: readonly Hint[];
  /** Since when, in event time, the move is allowed. */
  readonly readySince?: Instant;
}
