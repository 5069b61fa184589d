import type { Agency } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { ClearanceFacts } from './clearance-facts.ts';
import type { Rule } from './customs-rules.ts';
import type { Hint, JudgedMove, MoveFacts, Reason } from './readiness.ts';
import { ReadyPeriods } from './ready-period.ts';

/** Reasons that leave the answer open instead of refusing. */
export const leavesOpen = (reason: { readonly code: Reason['code'] }): boolean =>
  reason.code === 'evidence-conflict' || reason.code === 'source-silent';

/** Judges one move of a visit, or one delivery, after every moment of event time. */
export class MoveJudge<M extends JudgedMove = JudgedMove> {
  readonly move: M;
  readonly #bill: SubjectKey | undefined;
  readonly #rules: readonly Rule[];
  readonly #periods = new ReadyPeriods();
  /** The rule that failed last: most often it still fails, and nothing else need be asked. */
  #failing: Rule | undefined;

  /** `bill`: the one whose goods are asked about, of a delivery. */
  constructor(move: M, rules: readonly Rule[], bill?: SubjectKey) {
    this.move = move;
    this.#bill = bill;
    this.#rules = rules;
  }

  /** Notes whether the move is allowed once all events of a moment are read. */
  judge(facts: ClearanceFacts, at: Instant): void {
    if (this.#failing && fails(this.#failing, facts, at)) return;
    this.#failing = this.#rules.find((rule) => fails(rule, facts, at));
    if (this.#failing) this.#periods.stopped(at);
    else this.#periods.ready(at, this.#conditions(facts).length > 0, this.#expiry(facts));
  }

  /** True when a rule refuses the move and none makes it pointless or leaves it open. */
  refuses(facts: ClearanceFacts): boolean {
    const reasons = this.#reasons(facts).filter((r) => r.after === undefined || facts.at > r.after);
    return reasons.some((r) => !leavesOpen(r) && r.code !== 'already-left' && r.code !== 'already-loaded');
  }

  /** What is known at the end of all events. */
  facts(facts: ClearanceFacts): MoveFacts {
    return {
      reasons: this.#reasons(facts),
      conditions: this.#conditions(facts),
      hints: this.#hints(facts),
      needs: needs(this.move, facts),
      periods: this.#periods.finish(),
    };
  }

  #reasons(facts: ClearanceFacts): readonly Reason[] {
    const found: Reason[] = [];
    for (const rule of this.#rules) {
      const reasons = rule(facts);
      if (reasons[0]?.code === 'already-left' || reasons[0]?.code === 'already-loaded') return reasons;
      found.push(...reasons);
    }
    return found;
  }

  get #isHandingOut(): boolean {
    return this.move === 'pickup' || this.move === 'delivery';
  }

  /** Conditions turn only pick-up into ready-with-conditions (ruling 22). */
  #conditions(facts: ClearanceFacts): MoveFacts['conditions'] {
    return this.#isHandingOut ? facts.conditions.bindingNow(this.#bill) : [];
  }

  /** The moment at which the first of the reasons that wait for their time will refuse. */
  #expiry(facts: ClearanceFacts): Instant | undefined {
    if (!this.#isHandingOut) return undefined;
    let least: number | undefined;
    for (const bill of this.#bill ? [this.#bill] : facts.papers.activeBills()) {
      const until = facts.carrier.validity(bill)?.until;
      if (until !== undefined) least = Math.min(least ?? until, until);
    }
    return least === undefined ? undefined : instant(least);
  }

  #hints({ box, input }: ClearanceFacts): Hint[] {
    const hints: Hint[] = [];
    if (this.move === 'delivery') return hints;
    // No truck is awaited for a box that comes by sea or stands in the yard already.
    const awaitsTruck = this.move !== 'loading' || (input.visit.carriage.direction === 'export' && !box.gatedIn);
    if (awaitsTruck && !box.appointed) hints.push('no-appointment');
    if (box.declaredInAdvance) hints.push('advance-declared');
    return hints;
  }
}

const fails = (rule: Rule, facts: ClearanceFacts, at: Instant): boolean =>
  rule(facts).some((reason) => reason.after === undefined || at > reason.after);

/** The feeds without which "nothing stops it" is only "nothing was heard". */
function needs(move: JudgedMove, { box, input }: ClearanceFacts): Agency[] {
  const always: Agency[] = ['customs', 'terminal'];
  if (move === 'loading' && input.visit.carriage.direction !== 'empty') always.push('border-inspection', 'maritime-safety');
  else if (box.isDangerous) always.push('maritime-safety');
  if (box.coldChain) always.push('quarantine');
  return [...always, 'carrier'];
}
