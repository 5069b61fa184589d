import type { Direction } from '../events/codes.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import { eventKey } from '../events/status-event.ts';
import type { Bond, LinkView } from './link-view.ts';
import type { BillMove } from './links.ts';
import type { Spans } from './spans.ts';
import { isMove } from './stays.ts';
import type { LinkStatement, SubjectKey, Subjects } from './visit.ts';

/** A bill of the box, dated. */
export interface BillLink {
  readonly key: SubjectKey;
  readonly kind: 'bill' | 'master' | 'booking';
  /** When its events reach the box. */
  readonly spans: Spans;
  /** When it took the place of another bill; before that the box does not stand on it. */
  readonly since?: number;
}

/** A call of the box, by a direct link or through a bill, dated. */
export interface CallLink {
  readonly key: SubjectKey;
  readonly canonical: SubjectKey;
  readonly relation?: string;
  readonly spans: Spans;
  readonly at: number;
}

/** The papers of one carriage: bills that belong together, with their calls and their direction. */
export interface Dossier {
  readonly bills: BillLink[];
  readonly calls: CallLink[];
  direction?: Direction | undefined;
  /** Occurred time of its earliest link. */
  at: number;
}

const directions: readonly (string | undefined)[] = ['import', 'export', 'transhipment', 'empty'];
const statedIn = (statements: readonly LinkStatement[]): Direction | undefined =>
  statements.find((s) => directions.includes(s.relation))?.relation as Direction | undefined;
const hasRelation = (statements: readonly LinkStatement[], relation: string): boolean => statements.some((s) => s.relation === relation);

/** A further bill is a booking when anything makes it known as one, else a master bill (ruling 21). */
function kindOf(bond: Bond, view: LinkView, subjects: Subjects): BillLink['kind'] {
  if (hasRelation(bond.statements, 'booking')) return 'booking';
  const { other } = bond;
  const isBooking = (): boolean =>
    subjects.events(other).some((e) => e.code === 'carrier.empty-release-ordered' || e.subject.kind === 'booking') ||
    hasRelation(view.statements(other, 'container'), 'booking') ||
    hasRelation(view.statements(other, 'bill'), 'booking');
  if (hasRelation(bond.statements, 'further')) return isBooking() ? 'booking' : 'master';
  return subjects.events(other).some((e) => e.subject.kind === 'booking') ? 'booking' : 'bill';
}

/** Collects the papers of one box. */
class Collector {
  readonly dossiers: Dossier[] = [];
  readonly of = new Map<SubjectKey, Dossier>();
  readonly view: LinkView;

  constructor(view: LinkView) {
    this.view = view;
  }

  start(at: number): Dossier {
    const dossier: Dossier = { bills: [], calls: [], at };
    this.dossiers.push(dossier);
    return dossier;
  }

  /** Puts two bills into one dossier. */
  join = (a: SubjectKey, b: SubjectKey): void => {
    const one = this.of.get(a);
    const two = this.of.get(b);
    if (!one || !two || one === two) return;
    one.bills.push(...two.bills);
    one.direction ??= two.direction;
    one.at = Math.min(one.at, two.at);
    for (const bill of two.bills) this.of.set(bill.key, one);
    this.dossiers.splice(this.dossiers.indexOf(two), 1);
  };

  addCall(dossier: Dossier, bond: Bond): void {
    if (dossier.calls.some((c) => c.key === bond.other)) return;
    const relation = statedIn(bond.statements) ?? bond.statements.at(-1)?.relation;
    dossier.calls.push({
      key: bond.other,
      canonical: this.view.call(bond.other).canonical,
      ...(relation && { relation }),
      spans: bond.spans,
      at: bond.statements.at(-1)?.at ?? bond.at,
    });
    dossier.direction ??= statedIn(bond.statements);
    dossier.at = Math.min(dossier.at, bond.at);
  }
}

/** When a bill took the place of others; nothing for one whose line was told before that. */
function replacingSince({ statements }: Bond): number | undefined {
  const first = statements.find((s) => s.op === 'link')?.at;
  return statements.some((s) => s.at === first && s.relation === 'replacing') ? first : undefined;
}

/** The bills of a box: those linked to it, and the master or booking that one of them names. */
function collectBills(box: SubjectKey, collector: Collector, moves: readonly BillMove[], subjects: Subjects): void {
  const { view } = collector;
  const bonds = view.bonds(box, 'bill');
  for (const bond of bonds) {
    const dossier = collector.start(bond.at);
    const kind = kindOf(bond, view, subjects);
    const since = replacingSince(bond);
    dossier.bills.push({ key: bond.other, kind, spans: bond.spans, ...(since !== undefined && { since }) });
    dossier.direction = statedIn(bond.statements) ?? statedIn(view.statements(bond.other, 'container'));
    collector.of.set(bond.other, dossier);
  }
  for (const bond of bonds)
    for (const further of view.bonds(bond.other, 'bill')) {
      if (!further.statements.some((s) => s.from === bond.other)) continue;
      const known = collector.of.get(further.other);
      if (!known) {
        const dossier = collector.of.get(bond.other) as Dossier;
        dossier.bills.push({ key: further.other, kind: kindOf(further, view, subjects), spans: bond.spans });
        collector.of.set(further.other, dossier);
      } else collector.join(bond.other, further.other);
    }
  for (const move of moves) takeOver(box, move, collector);
}

/** A bill that took the place of another is of the same carriage, and of the same kind when no line of its own says more. */
function takeOver(box: SubjectKey, { from, to }: BillMove, { of, view, join }: Collector): void {
  join(from, to);
  const bills = of.get(to)?.bills ?? [];
  const kind = bills.find((b) => b.key === from)?.kind;
  const nth = bills.findIndex((b) => b.key === to);
  const now = bills[nth];
  const isTold = view.statements(box, 'bill').some((s) => s.op === 'link' && s.relation !== 'replacing' && (s.to === to || s.from === to));
  if (kind && now?.kind === 'bill' && !isTold) bills[nth] = { ...now, kind };
}

/** Puts each call where its papers are: with the bill of the same event, with a bill that names it, or on its own. */
function collectCalls(box: SubjectKey, own: readonly AcceptedEvent[], collector: Collector): void {
  const { view } = collector;
  const moveKeys = new Set(own.filter(isMove).map(eventKey));
  const byEvent = new Map<string, Dossier>();
  for (const s of view.statements(box, 'bill')) {
    const dossier = collector.of.get(s.to === box ? s.from : s.to);
    if (dossier && !moveKeys.has(s.event)) byEvent.set(s.event, dossier);
  }
  const direct = view.bonds(box, 'call').filter((bond) => bond.statements.some((s) => !moveKeys.has(s.event)));
  for (const bond of direct) {
    const found = bond.statements.map((s) => byEvent.get(s.event)).find((d) => d !== undefined);
    if (found) {
      collector.addCall(found, bond);
      for (const s of bond.statements) byEvent.set(s.event, found);
    }
  }
  const viaBills = collector.dossiers.map((dossier) => ({ dossier, bonds: dossier.bills.flatMap((bill) => view.bonds(bill.key, 'call')) }));
  for (const bond of direct) {
    if (collector.dossiers.some((d) => d.calls.some((c) => c.key === bond.other))) continue;
    const shared =
      bond.statements.map((s) => byEvent.get(s.event)).find((d) => d !== undefined) ??
      viaBills.find((v) => v.bonds.some((b) => b.other === bond.other))?.dossier;
    const planned = statedIn(bond.statements) || hasRelation(bond.statements, 'arriving') || hasRelation(bond.statements, 'departing');
    const dossier = shared ?? (planned ? collector.start(bond.at) : undefined);
    if (!dossier) continue;
    collector.addCall(dossier, bond);
    for (const s of bond.statements) byEvent.set(s.event, dossier);
  }
  for (const { dossier, bonds } of viaBills) for (const bond of bonds) collector.addCall(dossier, bond);
}

/** The papers of a box, one dossier per carriage. `own` are its effective events in order, `moves` the bills that were replaced. */
export function collectDossiers(
  box: SubjectKey,
  own: readonly AcceptedEvent[],
  moves: readonly BillMove[],
  view: LinkView,
  subjects: Subjects,
): Dossier[] {
  const collector = new Collector(view);
  collectBills(box, collector, moves, subjects);
  collectCalls(box, own, collector);
  for (const event of own) {
    // An empty taken out makes an export visit expected even when no booking is named.
    if (event.code !== 'terminal.empty-picked-up' || event.classifier !== 'actual' || event.references.some((r) => r.type === 'bill'))
      continue;
    collector.start(event.occurredAt).direction = 'export';
  }
  for (const dossier of collector.dossiers) {
    const { bills, calls } = dossier;
    const leaves = bills.length > 0 ? bills.every((b) => b.kind === 'booking') : calls.some((c) => c.relation === 'departing');
    if (leaves) dossier.direction ??= 'export';
  }
  return collector.dossiers;
}
