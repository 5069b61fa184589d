import { type Code, catalogue } from './catalogue.generated.ts';
import type { Agency, Classifier, SubjectType } from './status-event.ts';

/** What an event does to a visit (`events.md` section 1). */
export type Effect =
  | 'milestone'
  | 'clearance-step'
  | 'hold-placed'
  | 'hold-lifted'
  | 'link'
  | 'unlink'
  | 'deadline'
  | 'fee'
  | 'condition'
  | 'info';

export type Direction = 'import' | 'export' | 'transhipment' | 'empty';

/** The lane of a visit that a code moves. */
export type Lane = 'logistics' | 'customs' | 'maritime' | 'quarantine' | 'border' | 'carrier';

type Rows = typeof catalogue;

/**
 * The name under which the time of a step is kept, e.g. `customs-released`; and `stuffed`, a step of the box-use status
 * (用箱动态, `events.md` section 4) for which the catalogue has no name.
 */
export type Milestone = Extract<Rows[Code], { milestone: string }>['milestone'] | 'stuffed';

/** One row of the catalogue. */
export interface CodeRule {
  readonly agency: Agency;
  readonly subjects: readonly SubjectType[];
  readonly classifiers: readonly Classifier[];
  readonly effect: Effect;
  readonly milestone?: Milestone;
  readonly lane: Lane;
  readonly directions: readonly Direction[];
  readonly en: string;
  readonly zh: string;
}

/** The rule of every code: total, so a new code does not compile until its row is complete. */
export const codeRules: Readonly<Record<Code, CodeRule>> = catalogue;

export const isCode = (text: string): text is Code => Object.hasOwn(catalogue, text);
