import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers } from './box-papers.ts';
import { type CustomsProgress, type Progress, representing, worse } from './customs-progress.ts';
import type { HeldMove } from './hold.ts';
import { type HoldLedger, isWaivedFor, type LedgerHold } from './hold-ledger.ts';

/** The class of one box under one declaration or bill (`events.md` section 7), worst first. */
export const boxClasses = ['seized', 'revoked', 'held', 'pending', 'conditional', 'released'] as const;

export type BoxClass = (typeof boxClasses)[number];

/** The worst of some classes; `pending` of none. */
export function worstClass(classes: readonly BoxClass[]): BoxClass {
  return boxClasses.find((c) => classes.includes(c)) ?? 'pending';
}

/** What open customs holds make of a box, whatever its release. */
export type HeldClass = Extract<BoxClass, 'seized' | 'revoked' | 'held'>;

function heldClass(holds: readonly LedgerHold[], move: HeldMove, papers: BoxPapers, paper: SubjectKey): HeldClass | undefined {
  const concerns = papers.answerable(paper);
  let worst: HeldClass | undefined;
  for (const h of holds) {
    if (h.rule.agency !== 'customs' || isWaivedFor(h, move) || !papers.meet(concerns, h.scope)) continue;
    const { family } = h.rule;
    if (family === 'seizure' || family === 'return') return 'seized';
    if (family === 'release-revoked') worst = 'revoked';
    else worst ??= 'held';
  }
  return worst;
}

/** How far one box has come under each of its papers. */
export class BoxClasses {
  readonly #papers: BoxPapers;
  readonly #progress: CustomsProgress;
  readonly #holds: HoldLedger;
  readonly #move: HeldMove;

  constructor(papers: BoxPapers, progress: CustomsProgress, holds: HoldLedger, move: HeldMove) {
    this.#papers = papers;
    this.#progress = progress;
    this.#holds = holds;
    this.#move = move;
  }

  /** The open, unwaived customs hold that weighs most on a paper of the box. */
  heldOn(paper: SubjectKey): HeldClass | undefined {
    return this.#holds.open.length === 0 ? undefined : heldClass(this.#holds.open, this.#move, this.#papers, paper);
  }

  /** The class of the box under a declaration, or under a bill by its own events alone. */
  of(paper: SubjectKey): BoxClass {
    const held = this.heldOn(paper);
    if (held) return held;
    const progress = this.#progress.of(paper);
    if (progress === 'released' || progress === 'port-access') return 'released';
    return progress === 'conditional' || progress === 'onward' ? 'conditional' : 'pending';
  }

  /** The papers that answer for a bill: its active declarations, and the bill itself for goods that none of them covers. */
  answering(bill: SubjectKey): readonly SubjectKey[] {
    const active = this.#papers.declarationsOf(bill).filter(this.#papers.isActive);
    if (active.length === 0) return [bill];
    return this.#papers.isPartlyUndeclared(bill) ? [...active, bill] : active;
  }

  /** The class of the box under a bill: the worst of its declarations or, for a master, of its houses. */
  ofBill(bill: SubjectKey): BoxClass {
    const houses = this.#papers.housesOf(bill);
    if (houses.length > 0) return worstClass(houses.map((h) => this.ofBill(h)));
    return worstClass(this.answering(bill).map((paper) => this.of(paper)));
  }

  /** Every paper that must be cleared before the box is: the declarations, bills without one, else the box. */
  units(): readonly SubjectKey[] {
    const bills = representing(this.#papers, this.#papers.activeBills());
    if (bills.length > 0) return [...new Set(bills.flatMap((b) => this.answering(b)))];
    const active = this.#papers.declarations.filter(this.#papers.isActive);
    return active.length > 0 ? active : [this.#papers.box];
  }

  /** How far the box is: as far as the last of its papers. */
  progress(units: readonly SubjectKey[]): Progress {
    let worst: Progress = 'released';
    for (const unit of units) worst = worse(worst, this.#progress.of(unit));
    return worst;
  }
}
