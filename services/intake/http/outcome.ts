import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Problem } from '@clearquay/domain/problems/problem.ts';
import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';

/** What became of one item, as the answer says it. Pointers lead into the item as sent. */
export type Outcome =
  | { readonly status: 'accepted'; readonly id: string; readonly subject: string; readonly quarantined?: true; readonly duplicate?: true }
  | {
      readonly status: 'rejected';
      readonly code: ProblemCode;
      readonly pointer: string;
      readonly message: string;
      /** The subject of a message's item, as sent. */
      readonly subject?: string;
      /** Everything that is wrong, when it is more than one thing. */
      readonly errors?: readonly Problem[];
    };

/** The outcome of an accepted event. */
export const accepted = (event: StatusEvent, marks: { quarantined?: boolean; duplicate?: boolean } = {}): Outcome => ({
  status: 'accepted',
  id: event.id,
  subject: event.subject.id,
  ...(marks.quarantined && { quarantined: true }),
  ...(marks.duplicate && { duplicate: true }),
});

/** The outcome of a refused item; there is at least one problem. */
export function rejected(problems: readonly Problem[], subject?: string): Outcome {
  const first = problems[0] as Problem;
  return {
    status: 'rejected',
    code: first.code,
    pointer: first.pointer ?? '',
    message: first.message,
    ...(subject !== undefined && { subject }),
    ...(problems.length > 1 && { errors: problems }),
  };
}
