import type { Agency } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import { cutoffKinds, type DeadlineFacts, deadlineState } from './deadline.ts';
import { leavesOpen } from './move-judge.ts';
import type { DeliveryFacts, Hint, JudgedMove, Move, MoveFacts, Readiness, ReadinessFacts, Reason, Verdict } from './readiness.ts';

/** What a reader adds to the facts of a visit. */
export interface Overlay {
  /** Agencies whose feed has been silent for longer than it may be. */
  readonly silentAgencies?: ReadonlySet<Agency>;
}

/** The facts of a visit that its readiness is judged from. */
export interface JudgedFacts {
  readonly readiness: ReadinessFacts;
  readonly deliveries: DeliveryFacts;
  readonly deadlines: readonly DeadlineFacts[];
}

type Told = Omit<Reason, 'after'>;

const ended = (reason: Told | undefined): boolean => reason?.code === 'already-left' || reason?.code === 'already-loaded';

/** `after` is a fact of the fold; a reader sees only what holds now. */
function told({ code, kind, subject, events }: Reason): Told {
  return { code, ...(kind !== undefined && { kind }), ...(subject && { subject }), events };
}

const isCutoff = (kind: DeadlineFacts['kind']): boolean => cutoffKinds.some((c) => c === kind);

/** A cut-off that was missed itself counts as long as the step that it names has not happened (ruling 26). */
function missedCutoffs(deadlines: readonly DeadlineFacts[], now: Instant): Told[] {
  return deadlines.flatMap((d) =>
    isCutoff(d.kind) && d.metAt === undefined && deadlineState(d, now) === 'missed'
      ? [{ code: 'cutoff-missed' as const, kind: d.kind, ...(d.subject && { subject: d.subject }), events: [] }]
      : [],
  );
}

function verdictOf(reasons: readonly Told[], withConditions: boolean): Verdict {
  if (reasons.length === 0) return withConditions ? 'ready-with-conditions' : 'ready';
  if (ended(reasons[0])) return 'not-applicable';
  return reasons.every(leavesOpen) ? 'unknown' : 'not-ready';
}

function judge(move: JudgedMove, facts: MoveFacts, { deadlines }: JudgedFacts, now: Instant, overlay: Overlay): Readiness {
  const reasons: Told[] = facts.reasons.filter((r) => r.after === undefined || now > r.after).map(told);
  if (!ended(reasons[0])) {
    if (reasons.length > 0 && move === 'loading') reasons.push(...missedCutoffs(deadlines, now));
    if (reasons.length === 0)
      for (const agency of facts.needs)
        if (overlay.silentAgencies?.has(agency)) reasons.push({ code: 'source-silent', kind: agency, events: [] });
  }
  const verdict = verdictOf(reasons, facts.conditions.length > 0);
  const isReady = verdict === 'ready' || verdict === 'ready-with-conditions';
  const readySince = isReady ? facts.periods.findLast((p) => p.from <= now)?.from : undefined;
  return {
    verdict,
    reasons,
    conditions: isReady ? facts.conditions : [],
    hints: ended(reasons[0]) || move === 'delivery' ? [] : [...facts.hints, ...endedFreeTime(deadlines, now)],
    ...(readySince !== undefined && { readySince }),
  };
}

const endedFreeTime = (deadlines: readonly DeadlineFacts[], now: Instant): Hint[] =>
  deadlines.some((d) => d.kind === 'storage' && d.metAt === undefined && deadlineState(d, now) === 'missed') ? ['free-time-ended'] : [];

/** May the box move now, and if not, why: the readiness of every move that the visit waits for, at a reader's time. */
export function readinessAt(facts: JudgedFacts, now: Instant, overlay: Overlay = {}): Readonly<Partial<Record<Move, Readiness>>> {
  const found: Partial<Record<Move, Readiness>> = {};
  for (const move of Object.keys(facts.readiness) as Move[]) {
    const known = facts.readiness[move];
    if (known) found[move] = judge(move, known, facts, now, overlay);
  }
  return found;
}

/** May the goods of each bill be handed out now, and if not, why. */
export const deliveriesAt = (facts: JudgedFacts, now: Instant, overlay: Overlay = {}): Readonly<Record<string, Readiness>> =>
  Object.fromEntries(Object.entries(facts.deliveries).map(([bill, known]) => [bill, judge('delivery', known, facts, now, overlay)]));

/** The next moment after now at which the passing of time alone changes an answer. */
export function readinessChangesAt(facts: JudgedFacts, now: Instant): Instant | undefined {
  let next: number | undefined;
  for (const known of [...Object.values(facts.readiness), ...Object.values(facts.deliveries)])
    for (const { after } of known.reasons) if (after !== undefined && after + 1 > now) next = Math.min(next ?? after + 1, after + 1);
  return next === undefined ? undefined : instant(next);
}
