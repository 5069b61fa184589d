import type { AcceptedEvent } from '../events/status-event.ts';
import type { CutVisit } from '../visit/cut.ts';
import type { BillLink } from '../visit/dossier.ts';
import type { BillMove } from '../visit/links.ts';
import { always, holdsAt } from '../visit/spans.ts';
import type { Entry } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';

/** The papers that an event is about, as far as it says; empty means all of the box. */
export type Scope = readonly SubjectKey[];

const none: Scope = [];

/**
 * The bills and declarations of one box and which belongs to which. A declaration covers the bills that it names,
 * the houses of a master that it names, and every bill when it names none of them.
 */
export class BoxPapers {
  readonly box: SubjectKey;
  /** Without bookings. */
  readonly bills: readonly BillLink[];
  readonly declarations: readonly SubjectKey[];
  readonly #covered = new Map<SubjectKey, SubjectKey[]>();
  readonly #covering = new Map<SubjectKey, SubjectKey[]>();
  /** Houses by their master. */
  readonly #houses = new Map<SubjectKey, SubjectKey[]>();
  readonly #withdrawn = new Set<SubjectKey>();
  /** By the bill that took their place. */
  readonly #replaced = new Map<SubjectKey, SubjectKey[]>();
  readonly #listing = new Set<SubjectKey>();
  readonly #lasting: boolean;

  constructor(box: SubjectKey, visit: CutVisit, effective: readonly Entry[]) {
    this.box = box;
    const bills: BillLink[] = [];
    for (const d of visit.carriage.dossiers) {
      const houses = d.bills.filter((b) => b.kind === 'bill').map((b) => b.key);
      for (const b of d.bills) {
        if (b.kind === 'booking') continue;
        bills.push(b);
        if (b.kind === 'master' && houses.length > 0) this.#houses.set(b.key, houses);
      }
    }
    this.bills = bills.length > 1 ? bills.sort((a, b) => (a.key < b.key ? -1 : 1)) : bills;
    this.declarations = visit.declarations.length > 1 ? [...visit.declarations].sort() : visit.declarations;
    this.#lasting = bills.every((b) => b.spans === always && b.since === undefined);
    if (this.declarations.length > 0) this.#join(effective);
  }

  #join(effective: readonly Entry[]): void {
    const named = new Map<SubjectKey, Set<SubjectKey>>();
    for (const { event, via } of effective) {
      if (event.references.length === 0 || via.startsWith('call:')) continue;
      const byDeclaration = via.startsWith('declaration:');
      for (const r of event.references) {
        if (byDeclaration && r.type === 'container' && `container:${r.id}` === this.box) this.#listing.add(via);
        if (r.type !== (byDeclaration ? 'bill' : 'declaration')) continue;
        const other: SubjectKey = `${r.type}:${r.id}`;
        const [d, b] = byDeclaration ? [via, other] : [other, via];
        if (!this.bills.some((x) => x.key === b)) continue;
        const set = named.get(d);
        if (set) set.add(b);
        else named.set(d, new Set([b]));
      }
    }
    for (const d of this.declarations) {
      const own = named.get(d);
      const covered = this.bills
        .map((b) => b.key)
        .filter((b) => !own || own.has(b) || [...own].some((o) => this.#houses.get(o)?.includes(b)));
      this.#covered.set(d, covered);
      for (const b of covered) this.#covering.set(b, [...(this.#covering.get(b) ?? []), d]);
    }
  }

  /** The bills that a declaration is about. */
  billsOf = (declaration: SubjectKey): Scope => this.#covered.get(declaration) ?? none;

  /** The declarations about a bill, withdrawn ones included. */
  declarationsOf = (bill: SubjectKey): Scope => this.#covering.get(bill) ?? none;

  /** The house bills that stand for a master in rules 5 and 6 (ruling 6). */
  housesOf = (bill: SubjectKey): Scope => this.#houses.get(bill) ?? none;

  /** Notes bills that took the place of others; one that is taken up again is no replaced one any more. */
  replace(moves: readonly BillMove[]): void {
    for (const { from, to } of moves) {
      for (const [bill, old] of this.#replaced)
        this.#replaced.set(
          bill,
          old.filter((b) => b !== to),
        );
      const parts = this.#replaced.get(to) ?? [];
      if (!parts.includes(from)) this.#replaced.set(to, [...parts, from]);
    }
  }

  /** The bills whose place a bill has taken so far; several when they were merged. */
  replacedBy = (bill: SubjectKey): Scope => this.#replaced.get(bill) ?? none;

  withdraw(declaration: SubjectKey): void {
    this.#withdrawn.add(declaration);
  }

  /** True while no bill was ever taken off the box, so that only a withdrawal changes what is active. */
  get isLasting(): boolean {
    return this.#lasting;
  }

  /** Bills that the box stands on at a time. */
  activeBills(at: number): readonly SubjectKey[] {
    return (this.#lasting ? this.bills : this.bills.filter((b) => holdsAt(b.spans, at) && at >= (b.since ?? at))).map((b) => b.key);
  }

  /** Not withdrawn, and tied to the box by a list or a bill that still holds. */
  isActive(declaration: SubjectKey, at: number): boolean {
    if (this.#withdrawn.has(declaration)) return false;
    if (this.#lasting || this.#listing.has(declaration)) return true;
    const covered = this.billsOf(declaration);
    return covered.length === 0 || this.bills.some((b) => covered.includes(b.key) && holdsAt(b.spans, at));
  }

  /** The papers of this box that an event is about. */
  scopeOf(event: AcceptedEvent, via: SubjectKey): Scope {
    if (via !== this.box) return [via];
    if (event.references.length === 0) return none;
    return event.references.flatMap((r): SubjectKey[] => {
      if (r.type !== 'bill' && r.type !== 'declaration') return [];
      const key: SubjectKey = `${r.type}:${r.id}`;
      return this.declarations.includes(key) || this.bills.some((b) => b.key === key) ? [key] : [];
    });
  }

  /** True when two papers are one, or a declaration and a bill that it covers. */
  related(a: SubjectKey, b: SubjectKey): boolean {
    return a === b || (this.#covered.get(a)?.includes(b) ?? false) || (this.#covered.get(b)?.includes(a) ?? false);
  }

  /** True when two scopes share a paper. */
  meet(a: Scope, b: Scope): boolean {
    return a.length === 0 || b.length === 0 || a.some((x) => b.some((y) => this.related(x, y)));
  }
}
