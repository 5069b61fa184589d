import type { AcceptedEvent, Agency } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { BillMove } from '../visit/links.ts';
import { idOf, typeOf } from '../visit/reach.ts';
import { eventLabel } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers, Scope } from './box-papers.ts';
import type { HeldMove, Hold } from './hold.ts';
import { type HoldFamily, type HoldRule, impliedBy, kindOf, liftedBy, placedBy, standAlone, varietyOf } from './hold-rules.ts';

/** One hold while its history is written. */
export interface LedgerHold {
  readonly rule: HoldRule;
  readonly variety: string;
  readonly kind: string;
  /** Changes only when its bill is replaced. */
  subject: SubjectKey;
  /** What it is about: on the box the papers that it names; on a bill its goods, fewer once they are split. */
  scope: Scope;
  /** Placed on a paper for the boxes that it lists: a release of the paper that lists none leaves it. */
  readonly selected: boolean;
  readonly placedAt: Instant;
  readonly placedBy: string;
  /** False for a hold on a call that can no longer stop this box. */
  readonly acting: boolean;
  liftedAt?: Instant;
  liftedBy?: string;
  waivedFrom?: Instant;
  waives?: readonly HeldMove[];
}

/** An act of customs that lets a move go on although a hold stands. */
interface Waiver {
  readonly families: readonly HoldFamily[];
  readonly moves: readonly HeldMove[];
}

const both: readonly HeldMove[] = ['pick-up', 'load'];

/** What an event waives (`events.md` section 5, "acts on"). */
function waiverOf(event: AcceptedEvent): Waiver | undefined {
  switch (event.code) {
    case 'customs.transfer-inspection':
      return { families: ['inspection'], moves: ['pick-up'] };
    case 'customs.conditional-release':
      return { families: ['sample'], moves: both };
    case 'customs.inspection-mode-set':
      if (event.details?.['mode'] === 'load-while-inspect') return { families: ['inspection'], moves: ['load'] };
      return event.details?.['mode'] === 'release-then-inspect' ? { families: ['inspection', 'sample'], moves: both } : undefined;
    default:
      return undefined;
  }
}

/** A lift that ended nothing: no hold of its kind was ever on its subject, or another agency's was. */
export interface StrayLift {
  readonly code: 'lift-without-hold' | 'wrong-agency';
  readonly event: AcceptedEvent;
}

/**
 * The holds of one box while its effective events are read in order. A hold is known by agency, kind and subject;
 * on a bill or declaration it is the box's share of it (`events.md` section 5, rulings 4 and 23).
 */
export class HoldLedger {
  readonly all: LedgerHold[] = [];
  readonly strays: StrayLift[] = [];
  readonly #papers: BoxPapers;
  readonly #elsewhere: ReadonlySet<string>;
  readonly #everHeld = new Set<string>();
  readonly #waivers: (Waiver & { readonly scope: Scope })[] = [];
  #open: LedgerHold[] = [];

  /** `elsewhere` as in `CutVisit`: what the papers say of other boxes of theirs. */
  constructor(papers: BoxPapers, elsewhere: ReadonlySet<string>) {
    this.#papers = papers;
    this.#elsewhere = elsewhere;
  }

  /** Holds that are not lifted, waived ones included. */
  get open(): readonly LedgerHold[] {
    return this.#open;
  }

  /** Reads the next event; `subject` is what it came through, calls by their one name; `acting` tells if a call's hold can stop the box. */
  apply(event: AcceptedEvent, subject: SubjectKey, acting: (rule: HoldRule) => boolean): void {
    const placing = placedBy.get(event.code);
    if (placing) for (const rule of placing) this.#place(rule, event, subject, acting(rule));
    const lifting = liftedBy.get(event.code);
    if (lifting) this.#lift(lifting, event, subject);
    const implied = impliedBy.get(event.code);
    if (implied && this.#open.length > 0) this.#imply(implied, event, subject);
    if (event.agency === 'customs') this.#noteWaiver(event, subject);
  }

  /** Ends open holds of a family and variety for a reason of their own: a payment, a new delivery order. */
  end(family: HoldFamily, variety: string, event: AcceptedEvent, concerns: (subject: SubjectKey) => boolean): void {
    if (this.#open.length === 0) return;
    this.#close(event, (h) => h.rule.family === family && h.variety === variety && concerns(h.subject));
  }

  /** True when a hold of the agency stands that nothing waives for the move. */
  stands(agency: Agency, move: HeldMove, family?: HoldFamily): boolean {
    return this.#open.some((h) => h.rule.agency === agency && (family === undefined || h.rule.family === family) && !isWaivedFor(h, move));
  }

  #place(rule: HoldRule, event: AcceptedEvent, subject: SubjectKey, acting: boolean): void {
    const variety = varietyOf(rule.family, event);
    const kind = kindOf(rule.family, variety);
    this.#everHeld.add(`${kind}|${subject}`);
    // Placed again while open: evidence, not a hold.
    if (this.#open.some((h) => h.kind === kind && h.subject === subject)) return;
    const { box } = this.#papers;
    const hold: LedgerHold = {
      rule,
      variety,
      kind,
      subject,
      scope: subject.startsWith('call:') ? [] : this.#papers.scopeOf(event, subject),
      selected: subject !== box && names(event, box),
      placedAt: event.occurredAt,
      placedBy: eventLabel(event),
      acting,
    };
    this.#waive(hold, event.occurredAt);
    this.all.push(hold);
    this.#open = [...this.#open, hold];
  }

  /** Holds of a replaced bill go on as holds of the one that took its place for this box; of several, on each of them. */
  rekey(moves: readonly BillMove[]): void {
    const { at } = this.#papers;
    for (const hold of this.#open) {
      const [first, ...others] = new Set(moves.flatMap(({ from, to }) => (from === hold.subject ? [to] : [])));
      if (!first) continue;
      const copies = others.map((to): LedgerHold => ({ ...hold, subject: to }));
      hold.subject = first;
      for (const each of [hold, ...copies]) {
        each.scope = each.scope.filter((c) => typeof c === 'string' || c.isOn(each.subject, at));
        this.#everHeld.add(`${each.kind}|${each.subject}`);
      }
      this.all.push(...copies);
      this.#open = [...this.#open, ...copies];
    }
  }

  #lift(rules: readonly HoldRule[], event: AcceptedEvent, subject: SubjectKey): void {
    const { box } = this.#papers;
    const scope = subject === box ? this.#papers.scopeOf(event, subject) : [];
    const listed = subject !== box && names(event, box);
    // A lift is judged on its own subject, not per visit (ruling 23).
    let known = rules.some((r) => this.#elsewhere.has(`${r.placedBy}|${subject}`));
    for (const rule of rules) {
      const variety = varietyOf(rule.family, event);
      const ends = (h: LedgerHold): boolean =>
        h.rule === rule &&
        h.variety === variety &&
        (h.subject === subject ||
          (listed && h.subject === box) ||
          (subject === box && !h.subject.startsWith('call:') && this.#papers.meet(scope, h.scope)));
      if (this.#close(event, ends) || this.#everHeld.has(`${kindOf(rule.family, variety)}|${subject}`)) known = true;
    }
    const impliedHere = impliedBy.get(event.code)?.some((r) => this.#open.some((h) => h.rule === r && h.subject === subject));
    if (!known && !impliedHere && !standAlone.has(event.code)) this.#stray(rules, event);
  }

  #stray(rules: readonly HoldRule[], event: AcceptedEvent): void {
    const variety = rules[0] ? varietyOf(rules[0].family, event) : '';
    const foreign = variety !== '' && this.#open.some((h) => h.variety === variety && h.rule.agency !== event.agency);
    this.strays.push({ code: foreign ? 'wrong-agency' : 'lift-without-hold', event });
  }

  /** Ends holds on exactly the subjects that the event names; for the box, its share on all its papers unless it names some. */
  #imply(rules: readonly HoldRule[], event: AcceptedEvent, subject: SubjectKey): void {
    const { box } = this.#papers;
    const scope = subject === box ? this.#papers.scopeOf(event, subject) : [];
    const listed = subject === box || names(event, box);
    this.#close(event, (h) => {
      if (!rules.includes(h.rule) || (h.selected && !listed)) return false;
      if (h.subject === subject || names(event, h.subject)) return true;
      return subject === box && !h.subject.startsWith('call:') && this.#papers.meet(scope, h.scope);
    });
  }

  #noteWaiver(event: AcceptedEvent, subject: SubjectKey): void {
    const waiver = waiverOf(event);
    if (!waiver) return;
    this.#waivers.push({ ...waiver, scope: this.#papers.scopeOf(event, subject) });
    for (const hold of this.#open) this.#waive(hold, event.occurredAt);
  }

  /** Waives a hold of customs for the moves for which everything that it is about is waived. */
  #waive(hold: LedgerHold, at: Instant): void {
    if (hold.rule.agency !== 'customs' || this.#waivers.length === 0) return;
    const fitting = this.#waivers.filter((w) => w.families.includes(hold.rule.family));
    const waives = both.filter((move) => {
      const scopes = fitting.flatMap((w) => (w.moves.includes(move) ? [w.scope] : []));
      const isWaived = (about: Scope): boolean => scopes.some((scope) => this.#papers.meet(scope, about));
      return hold.scope.length > 0 ? hold.scope.every((concern) => isWaived([concern])) : isWaived([]);
    });
    if (waives.length === 0) return;
    hold.waivedFrom ??= at;
    hold.waives = waives;
  }

  #close(event: AcceptedEvent, ends: (hold: LedgerHold) => boolean): boolean {
    let closed = false;
    for (const hold of this.#open) {
      if (!ends(hold)) continue;
      hold.liftedAt = event.occurredAt;
      hold.liftedBy = eventLabel(event);
      closed = true;
    }
    if (closed) this.#open = this.#open.filter((h) => h.liftedAt === undefined);
    return closed;
  }

  /** Every hold that acted on the box, in the order of its placing. */
  holds(): Hold[] {
    return this.all.filter((h) => h.acting).map(published);
  }

  /** Those of them that keep the goods of one of some bills; holds on calls are none. */
  holdsOn(bills: readonly SubjectKey[]): Hold[] {
    const goods = bills.flatMap((bill) => this.#papers.concerns(bill));
    return this.all.filter((h) => !h.subject.startsWith('call:') && this.#papers.meet(goods, h.scope)).map(published);
  }
}

const names = (event: AcceptedEvent, key: SubjectKey): boolean => event.references.some((r) => `${r.type}:${r.id}` === key);

/** True when the hold does not stop the move although it stands. */
export const isWaivedFor = (hold: LedgerHold, move: HeldMove): boolean => hold.waives?.includes(move) ?? false;

function published(h: LedgerHold): Hold {
  return {
    agency: h.rule.agency,
    kind: h.kind,
    subject: { type: typeOf(h.subject), id: idOf(h.subject) },
    acts: h.rule.acts,
    placedAt: h.placedAt,
    placedBy: h.placedBy,
    ...(h.liftedAt !== undefined && { liftedAt: h.liftedAt }),
    ...(h.liftedBy !== undefined && { liftedBy: h.liftedBy }),
    ...(h.waivedFrom !== undefined && { waivedFrom: h.waivedFrom }),
    ...(h.waives && { waives: h.waives }),
  };
}
