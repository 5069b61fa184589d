import type { Agency, SubjectType } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';

/** What a hold stops (`events.md` section 5, "acts on"). */
export type HeldMove = 'pick-up' | 'load' | 'discharge' | 'sail';

/** One hold on a visit, kept for ever: who placed it, on what, until when, and from when it was waived. */
export interface Hold {
  readonly agency: Agency;
  /** The kind of the table; `carrier:freight`, `terminal:fee` with their attribute, `seizure:ip` with its ground. */
  readonly kind: string;
  /** The subject that it was placed on; on a bill or declaration the hold of this visit is the box's share of it. */
  readonly subject: { readonly type: SubjectType; readonly id: string };
  readonly acts: readonly HeldMove[];
  readonly placedAt: Instant;
  /** `source/id` of the event that placed it. */
  readonly placedBy: string;
  readonly liftedAt?: Instant;
  readonly liftedBy?: string;
  /** From when it does not block, and which moves; a waived hold is not lifted. */
  readonly waivedFrom?: Instant;
  readonly waives?: readonly HeldMove[];
}
