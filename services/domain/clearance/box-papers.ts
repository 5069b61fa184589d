import type { AcceptedEvent } from '../events/status-event.ts';
import type { CutVisit } from '../visit/cut.ts';
import type { BillLink } from '../visit/dossier.ts';
import { billMoves } from '../visit/links.ts';
import { always, holdsAt } from '../visit/spans.ts';
import type { Entry } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import { type Lot, Lots, type Naming, type Namings } from './lots.ts';

/** What a word is about: goods for what is said of a bill, a declaration, the box. */
export type Concern = Lot | SubjectKey;

/** All that a word is about, as far as it says; empty means all of the box. */
export type Scope = readonly Concern[];

const none: readonly SubjectKey[] = [];

/**
 * The bills and declarations of one box and which belongs to which, at a moment. A declaration covers the goods of the
 * bills that it names, of the houses of a master that it names, and of every bill when it names none of them; it goes on
 * covering them when a bill takes another number.
 */
export class BoxPapers {
  readonly box: SubjectKey;
  /** Without bookings. */
  readonly bills: readonly BillLink[];
  readonly declarations: readonly SubjectKey[];
  /** The moment up to which events are read. */
  at = Number.NEGATIVE_INFINITY;
  readonly #lots: Lots;
  /** The lots of each bill, while none is replaced. */
  readonly #lotsOf = new Map<SubjectKey, readonly Lot[]>();
  readonly #covering = new Map<SubjectKey, readonly SubjectKey[]>();
  /** Houses by their master. */
  readonly #houses = new Map<SubjectKey, SubjectKey[]>();
  readonly #withdrawn = new Set<SubjectKey>();
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
    const namings = this.declarations.length > 0 ? this.#namings(effective) : new Map<SubjectKey, Naming[]>();
    const standing = bills.flatMap((b) => (b.since === undefined ? [b.key] : []));
    this.#lots = new Lots(standing, namings);
    if (!this.#lasting)
      for (const { event } of effective)
        if (event.code === 'carrier.bill-replaced') this.#lots.replace(billMoves(event, box), event.occurredAt);
    const naming = new Set([...namings.values()].flatMap((list) => list.map((n) => n.declaration)));
    for (const d of this.declarations) if (!naming.has(d)) this.#lots.declareAll(d);
  }

  /** Which declarations name which bills; one that names a master names its houses. Notes which of them list the box. */
  #namings(effective: readonly Entry[]): Namings {
    const found = new Map<SubjectKey, Naming[]>();
    for (const { event, via } of effective) {
      if (event.references.length === 0 || via.startsWith('call:')) continue;
      const byDeclaration = via.startsWith('declaration:');
      for (const r of event.references) {
        if (byDeclaration && r.type === 'container' && `container:${r.id}` === this.box) this.#listing.add(via);
        if (r.type !== (byDeclaration ? 'bill' : 'declaration')) continue;
        const other: SubjectKey = `${r.type}:${r.id}`;
        const [declaration, bill] = byDeclaration ? [via, other] : [other, via];
        if (!this.bills.some((x) => x.key === bill)) continue;
        for (const b of [bill, ...this.housesOf(bill)]) {
          const list = found.get(b);
          if (list) list.push({ declaration, at: event.occurredAt });
          else found.set(b, [{ declaration, at: event.occurredAt }]);
        }
      }
    }
    return found;
  }

  /** All goods of the box. */
  get lots(): readonly Lot[] {
    return this.#lots.all;
  }

  /** The goods that stand on a bill; of one that was taken off the box, those that it had. Nothing for what is no bill of the box. */
  lotsOf(bill: SubjectKey, at = this.at): readonly Lot[] {
    const known = this.#lotsOf.get(bill);
    if (known) return known;
    let lots = this.lots.filter((l) => l.isOn(bill, at));
    if (lots.length === 0) lots = this.lots.filter((l) => l.wasOn(bill));
    if (this.#lasting) this.#lotsOf.set(bill, lots);
    return lots;
  }

  /** What a word on a subject is about at a moment. */
  concerns(subject: SubjectKey, at = this.at): Scope {
    const lots = subject.startsWith('bill:') ? this.lotsOf(subject, at) : [];
    return lots.length > 0 ? lots : [subject];
  }

  /** What a paper answers for itself: of a bill the goods that no active declaration covers, all when each is covered. */
  answerable(paper: SubjectKey): Scope {
    const concerns = this.concerns(paper);
    if (concerns.length === 1) return concerns;
    const open = concerns.filter((c) => !this.#isDeclared(c));
    return open.length > 0 ? open : concerns;
  }

  /** True while a part of a bill with declarations has none: it was merged with the others. */
  isPartlyUndeclared(bill: SubjectKey): boolean {
    const lots = this.lotsOf(bill);
    return lots.length > 1 && lots.some((l) => !this.#isDeclared(l));
  }

  #isDeclared(concern: Concern): boolean {
    return this.declarations.some((d) => this.related(concern, d) && this.isActive(d));
  }

  /** The declarations about the goods of a bill, withdrawn ones included. */
  declarationsOf(bill: SubjectKey): readonly SubjectKey[] {
    if (this.declarations.length === 0) return none;
    const known = this.#covering.get(bill);
    if (known) return known;
    const lots = bill.startsWith('bill:') ? this.lotsOf(bill) : [];
    const found = this.declarations.filter((d) => lots.some((l) => l.isDeclared(d, this.at)));
    if (this.#lasting) this.#covering.set(bill, found);
    return found;
  }

  /** True when a declaration is about nothing but some goods. */
  coversOnly = (declaration: SubjectKey, goods: Scope): boolean =>
    this.lots.every((l) => !l.isDeclared(declaration, this.at) || goods.includes(l));

  /** The house bills that stand for a master in rules 5 and 6 (ruling 6). */
  housesOf = (bill: SubjectKey): readonly SubjectKey[] => this.#houses.get(bill) ?? none;

  withdraw(declaration: SubjectKey): void {
    this.#withdrawn.add(declaration);
  }

  /** True while no bill was ever taken off the box, so that only a withdrawal changes what is active. */
  get isLasting(): boolean {
    return this.#lasting;
  }

  /** Bills that the box stands on. */
  activeBills(): readonly SubjectKey[] {
    const { at } = this;
    return (this.#lasting ? this.bills : this.bills.filter((b) => holdsAt(b.spans, at) && at >= (b.since ?? at))).map((b) => b.key);
  }

  /** Not withdrawn, and tied to the box by a list or a bill that still holds. */
  isActive = (declaration: SubjectKey): boolean => {
    if (this.#withdrawn.has(declaration)) return false;
    if (this.#lasting || this.#listing.has(declaration)) return true;
    const covers = (l: Lot): boolean => l.isEverDeclared(declaration);
    return !this.lots.some(covers) || this.bills.some((b) => holdsAt(b.spans, this.at) && this.lotsOf(b.key).some(covers));
  };

  /** The papers of this box that an event names. */
  named(event: AcceptedEvent): readonly SubjectKey[] {
    if (event.references.length === 0) return none;
    return event.references.flatMap((r): SubjectKey[] => {
      if (r.type !== 'bill' && r.type !== 'declaration') return [];
      const key: SubjectKey = `${r.type}:${r.id}`;
      return this.declarations.includes(key) || this.bills.some((b) => b.key === key) ? [key] : [];
    });
  }

  /** What an event is about: its subject or, when that is the box, the papers that it names. */
  scopeOf(event: AcceptedEvent, via: SubjectKey): Scope {
    return via === this.box ? this.named(event).flatMap((paper) => this.concerns(paper)) : this.concerns(via);
  }

  /** True when two concerns are one, or a declaration and goods that it covers. */
  related(a: Concern, b: Concern): boolean {
    if (a === b) return true;
    if (typeof a === 'string') return typeof b !== 'string' && b.isDeclared(a, this.at);
    return typeof b === 'string' && a.isDeclared(b, this.at);
  }

  /** True when two scopes share a concern. */
  meet(a: Scope, b: Scope): boolean {
    return a.length === 0 || b.length === 0 || a.some((x) => b.some((y) => this.related(x, y)));
  }
}
