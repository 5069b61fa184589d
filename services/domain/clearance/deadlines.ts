import type { DeadlineFacts } from './deadline.ts';
import { cutoffs } from './deadline-cutoffs.ts';
import { declarationDeadlines } from './deadline-declarations.ts';
import { deliveryOrderDeadlines, freeTimeDeadlines } from './deadline-delivery.ts';
import type { DeadlineInput } from './deadline-input.ts';
import { preStowageManifest, tallyReport } from './deadline-manifest.ts';
import { serviceDeadlines } from './deadline-services.ts';

const key = (d: DeadlineFacts): string => `${d.kind}|${d.subject?.type ?? ''}|${d.subject?.id ?? ''}`;

const inOrder = (a: DeadlineFacts, b: DeadlineFacts): number => a.dueAt - b.dueAt || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);

/**
 * Every deadline of a visit (`events.md` section 10), the earliest due first: facts in event time, without a reader's
 * clock. Correcting a start moves the due time. `deadlineState` and `nextChangeAt` apply a reader's time.
 */
export function deadlinesOf(input: DeadlineInput): readonly DeadlineFacts[] {
  return [
    ...cutoffs(input),
    ...freeTimeDeadlines(input),
    ...serviceDeadlines(input),
    ...declarationDeadlines(input),
    ...tallyReport(input),
    ...preStowageManifest(input),
    ...deliveryOrderDeadlines(input),
  ].sort(inOrder);
}
