import type { SubjectType } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';

/** The cut-offs of a call: up to when the step that each names must be done. */
export const cutoffKinds = ['gate-in', 'documents', 'vgm', 'customs-release', 'dangerous-goods'] as const;

export type CutoffKind = (typeof cutoffKinds)[number];

/** The kinds of free time; each ends with its last free day. */
export const freeTimeKinds = ['storage', 'detention', 'reefer-power'] as const;

export type FreeTimeKind = (typeof freeTimeKinds)[number];

/** What a deadline is about (`events.md` section 10); a service limit is called by its operation. */
export type DeadlineKind =
  | CutoffKind
  | FreeTimeKind
  | 'relocation'
  | 'pick-up'
  | 'rail-yard-move'
  | 'import-declaration'
  | 'complete-declaration'
  | 'tally'
  | 'pre-stowage-manifest'
  | 'delivery-order';

/** One due time and what came of it, without a reader's time. */
export interface DeadlineFacts {
  readonly kind: DeadlineKind;
  readonly dueAt: Instant;
  /** When what was asked for happened, in time or not. */
  readonly metAt?: Instant;
  /** It no longer asks for anything: the box left the call, was sent back, or is none of its business. */
  readonly void?: true;
  /** The call, bill or declaration that it hangs on, when it is not the box alone. */
  readonly subject?: { readonly type: SubjectType; readonly id: string };
}

export type DeadlineState = 'running' | 'met' | 'missed' | 'void';

/** The state of a deadline to a reader: a stop at the due time itself counts as met. */
export function deadlineState({ dueAt, metAt, void: isVoid }: DeadlineFacts, now: Instant): DeadlineState {
  if (metAt !== undefined) return metAt <= dueAt ? 'met' : isVoid ? 'void' : 'missed';
  if (isVoid) return 'void';
  return now > dueAt ? 'missed' : 'running';
}

/** The next moment at which a running deadline turns to missed: one millisecond past the due time, which still counts. */
export function nextChangeAt(deadlines: readonly DeadlineFacts[], now: Instant): Instant | undefined {
  let next: number | undefined;
  for (const deadline of deadlines)
    if (deadlineState(deadline, now) === 'running') next = Math.min(next ?? Number.POSITIVE_INFINITY, deadline.dueAt + 1);
  return next === undefined ? undefined : instant(next);
}

/** What came of a deadline, as its kind found it. */
export interface Outcome {
  readonly metAt?: Instant | undefined;
  readonly isVoid?: boolean;
  readonly subject?: DeadlineFacts['subject'];
}

/** Writes a deadline down. */
export const deadline = (kind: DeadlineKind, dueAt: Instant, { metAt, isVoid, subject }: Outcome): DeadlineFacts => ({
  kind,
  dueAt,
  ...(metAt !== undefined && { metAt }),
  ...(isVoid && { void: true }),
  ...(subject && { subject }),
});
