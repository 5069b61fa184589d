import type { Instant } from '../identifiers/instant.ts';
import type { BillMove } from '../visit/links.ts';
import type { SubjectKey } from '../visit/visit.ts';

/** What is said about goods counts from this time on when nothing bounds it. */
const ever = Number.NEGATIVE_INFINITY;

/** A declaration that names a bill, and when it said so. */
export interface Naming {
  readonly declaration: SubjectKey;
  readonly at: Instant;
}

/** By the bill that is named. */
export type Namings = ReadonlyMap<SubjectKey, readonly Naming[]>;

/**
 * Goods of one box that came under one bill, whatever numbers that took since. What customs, the carrier or maritime
 * safety say of a bill is said of the lots that stand on it; several do once bills are merged.
 */
export class Lot {
  readonly #stood: { readonly bill: SubjectKey; readonly from: number; to: number }[];
  /** The declarations that cover it, each with the time from which it does. */
  readonly #declared: Map<SubjectKey, number>;

  constructor(
    stood: readonly { readonly bill: SubjectKey; readonly from: number; to: number }[],
    declared?: Iterable<[SubjectKey, number]>,
  ) {
    this.#stood = stood.map((s) => ({ ...s }));
    this.#declared = new Map(declared);
  }

  /** The bill on which it stands in the end. */
  get bill(): SubjectKey {
    return (this.#stood.at(-1) as { readonly bill: SubjectKey }).bill;
  }

  /** True when a word on the bill at a time is about it: while it stands there, and before that for goods that the bill was made for. */
  isOn(bill: SubjectKey, at: number): boolean {
    return this.#stood.some((s) => s.bill === bill && s.from <= at && at < s.to);
  }

  wasOn(bill: SubjectKey): boolean {
    return this.#stood.some((s) => s.bill === bill);
  }

  isDeclared(declaration: SubjectKey, at: number): boolean {
    return (this.#declared.get(declaration) ?? Number.POSITIVE_INFINITY) <= at;
  }

  /** True when the declaration covers it at any time. */
  isEverDeclared(declaration: SubjectKey): boolean {
    return this.#declared.has(declaration);
  }

  declare(declaration: SubjectKey, from: number): void {
    if (!this.#declared.has(declaration)) this.#declared.set(declaration, from);
  }

  move(to: SubjectKey, at: number, isNew: boolean): void {
    const last = this.#stood.at(-1);
    if (last) last.to = at;
    this.#stood.push({ bill: to, from: isNew ? ever : at, to: Number.POSITIVE_INFINITY });
  }

  copy(): Lot {
    return new Lot(this.#stood, this.#declared);
  }
}

/** The lots of one box, each with all that becomes of it. */
export class Lots {
  readonly all: Lot[] = [];
  readonly #namings: Namings;

  constructor(bills: readonly SubjectKey[], namings: Namings) {
    this.#namings = namings;
    for (const bill of bills) this.#begin(bill);
  }

  #begin(bill: SubjectKey): Lot {
    const lot = new Lot([{ bill, from: ever, to: Number.POSITIVE_INFINITY }]);
    for (const { declaration } of this.#namings.get(bill) ?? []) lot.declare(declaration, ever);
    this.all.push(lot);
    return lot;
  }

  /** A declaration that names no bill covers all of them. */
  declareAll(declaration: SubjectKey): void {
    for (const lot of this.all) lot.declare(declaration, ever);
  }

  /**
   * Moves what one event replaces. The goods of one bill that go to several are several lots from the beginning. A
   * declaration of the new bill covers what comes to it if it is named later, or if the bill was made by the replacement.
   */
  replace(moves: readonly BillMove[], at: Instant): void {
    const steps = [...Map.groupBy(moves, (m) => m.from)].flatMap(([from, rows]) => {
      const standing = this.all.filter((l) => l.bill === from);
      return [...new Set(rows.map((r) => r.to))].map((to, nth) => ({
        from,
        to,
        isNew: !this.all.some((l) => l.wasOn(to)),
        lots: nth === 0 ? standing : standing.map((l) => l.copy()),
      }));
    });
    for (const { from, to, isNew, lots } of steps) {
      // From a booking, or a bill that was left before, goods come only to a bill that has none yet.
      if (lots.length === 0 && isNew) lots.push(this.#begin(from));
      for (const lot of lots) {
        if (!this.all.includes(lot)) this.all.push(lot);
        lot.move(to, at, isNew);
        for (const naming of this.#namings.get(to) ?? []) if (isNew || naming.at >= at) lot.declare(naming.declaration, at);
      }
    }
  }
}
