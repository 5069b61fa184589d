import type { Code } from '../events/catalogue.generated.ts';
import { codeRules, type Direction } from '../events/codes.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import { attachWithin, type Carriage, distance, joinPapers } from './carriage.ts';
import { collectDossiers, type Dossier } from './dossier.ts';
import { LinkView } from './link-view.ts';
import type { BillMove } from './links.ts';
import { compareEvents } from './order.ts';
import { fromContainer, idOf, typeOf } from './reach.ts';
import { type Replacement, replacementsOf, spansOfDeclared } from './replacements.ts';
import { always, endedAt, holdsAt, holdsNow, type Spans } from './spans.ts';
import { type Entry, type Settled, settle } from './standing.ts';
import { isMove, readStays } from './stays.ts';
import { unpairedCalls } from './unpaired-calls.ts';
import type { SubjectKey, Subjects } from './visit.ts';
import { callsOf, type VisitCall } from './visit-calls.ts';

/** The events of one stay with the papers that tie them to it; what the fold works on. */
export interface CutVisit {
  readonly carriage: Carriage;
  readonly calls: readonly VisitCall[];
  readonly declarations: readonly SubjectKey[];
  /** Those of them that were withdrawn, or whose bill the box has left. */
  readonly lapsed: ReadonlySet<SubjectKey>;
  /** In the order in which events count. */
  readonly entries: readonly Entry[];
  /** `code|subject` of effective events of its papers that list other boxes only: they say nothing of this one. */
  readonly elsewhere: ReadonlySet<string>;
  /** Calls of the box that may be one call under its two voyages, as far as anybody registered. */
  readonly unpaired: ReadonlySet<SubjectKey>;
}

const tailLimit = 180 * 24 * 3_600_000;

/** Facts that still attach to a closed visit until the box opens the next one (`events.md` section 3 and ruling 24). */
const tailCodes: ReadonlySet<Code> = new Set<Code>([
  'customs.gate-passed',
  'terminal.gate-recognised',
  'inland.rail-departed',
  'inland.rail-arrived',
  'inland.delivered',
  'customs.market-access-granted',
  'customs.certificate-issued',
  'customs.departure-confirmed',
  'customs.inspection-passed',
  'customs.lab-result-passed',
  'customs.released',
  'customs.seizure-lifted',
  'customs.return-permitted',
  'customs.documents-satisfied',
  'quarantine.coldchain-result-negative',
  'quarantine.coldchain-result-positive',
  'quarantine.coldchain-released',
  'quarantine.treatment-completed',
  'terminal.free-time-set',
  'terminal.fee-charged',
  'terminal.fee-paid',
]);

/** The ninth digit of an 18-digit Chinese declaration number: 1 import, 0 export. */
function declaredDirection(id: string): Direction | undefined {
  if (!/^[0-9]{18}$/.test(id)) return undefined;
  return id[8] === '1' ? 'import' : id[8] === '0' ? 'export' : undefined;
}

/** The carriage nearest in time among those that a fact can be about; a tie goes to the later one (ruling 13). */
function nearest(at: number, among: readonly Carriage[]): Carriage | undefined {
  let best: Carriage | undefined;
  let least = attachWithin;
  for (const carriage of among) {
    const far = distance(at, carriage.from, carriage.to);
    if (far <= least) {
      best = carriage;
      least = far;
    }
  }
  return best;
}

/** Cuts the events of one box into visits; see `cut`. */
class Cutting {
  readonly box: SubjectKey;
  readonly subjects: Subjects;
  readonly settled: ReadonlyMap<SubjectKey, Settled>;
  readonly view: LinkView;
  readonly own: readonly Entry[];
  readonly effective: readonly AcceptedEvent[];
  readonly replacements: readonly Replacement[];
  readonly carriages: readonly Carriage[];
  readonly carriageOfBill = new Map<string, Carriage>();
  readonly elsewhere = new Set<string>();

  constructor(box: SubjectKey, subjects: Subjects) {
    this.box = box;
    this.subjects = subjects;
    this.settled = bearing(box, subjects);
    this.view = new LinkView(subjects);
    this.own = this.settled.get(box)?.entries ?? [];
    this.effective = this.own.filter((s) => s.status === 'effective').map((s) => s.event);
    const canonical = (call: SubjectKey): SubjectKey => this.view.call(call).canonical;
    this.replacements = replacementsOf(box, this.view, subjects);
    const moves = this.replacements.flatMap((r) => r.moves);
    const papers = collectDossiers(box, this.effective, moves, this.view, subjects);
    this.carriages = joinPapers(readStays(this.effective, canonical), papers, canonical).filter(
      (c) => c.stay || (c.direction !== 'empty' && c.dossiers.some(isLiving)),
    );
    for (const carriage of this.carriages)
      for (const d of carriage.dossiers) for (const b of d.bills) this.carriageOfBill.set(idOf(b.key), carriage);
  }

  /** The replacements of bills of a carriage. */
  replacedIn(carriage: Carriage): Entry[] {
    const isHere = ({ to }: BillMove): boolean => this.carriageOfBill.get(idOf(to)) === carriage;
    return this.replacements.flatMap(({ entry, moves }) => (moves.some(isHere) ? [entry] : []));
  }

  /** The visit of a fact of the box itself: its move, its bill, the tail of a closed visit, else the nearest in time. */
  carriageOf(event: AcceptedEvent): Carriage | undefined {
    if (isMove(event)) {
      const moved = this.carriages.find((c) => c.stay?.moves.includes(event) || c.stay?.tail.includes(event));
      if (moved) return moved;
    }
    for (const reference of event.references) {
      const named = reference.type === 'bill' ? this.carriageOfBill.get(reference.id) : undefined;
      if (named) return named;
    }
    const { directions } = codeRules[event.code];
    const fitting = this.carriages.filter((c) => directions.includes(c.direction));
    if (tailCodes.has(event.code)) {
      const closed = fitting.findLast((c) => c.to <= event.occurredAt && event.occurredAt - c.to <= tailLimit);
      const next = closed && this.carriages.find((c) => c !== closed && c.stay && c.from > closed.to);
      const expectedNext = this.carriages.some((c) => !c.stay && directions.includes(c.direction) && c.from <= event.occurredAt);
      if (closed && !expectedNext && (!next || event.occurredAt < next.from)) return closed;
    }
    return nearest(event.occurredAt, fitting);
  }

  /** True for a move that ends one visit and makes the next: an empty returned or stripped, an empty picked up. */
  isShared(event: AcceptedEvent, carriage: Carriage): boolean {
    if (carriage.stay?.tail.includes(event) || carriage.stay?.moves.includes(event)) return true;
    if (event.code !== 'terminal.empty-picked-up') return false;
    return carriage.dossiers.some((d) =>
      d.bills.length === 0
        ? d.at === event.occurredAt
        : event.references.some((r) => r.type === 'bill' && d.bills.some((b) => b.key === `bill:${r.id}`)),
    );
  }

  /** Each declaration of the box with the visit that it is about and the stretches in which it is linked. */
  declarations(): { key: SubjectKey; carriage: Carriage; spans: Spans }[] {
    const found = new Map<SubjectKey, { carriage?: Carriage | undefined; spans: Spans; at: number }>();
    for (const bond of this.view.bonds(this.box, 'declaration')) found.set(bond.other, { spans: bond.spans, at: bond.at });
    const direct = new Set(found.keys());
    for (const carriage of this.carriages)
      for (const bill of carriage.dossiers.flatMap((d) => d.bills)) {
        if (bill.kind === 'booking') continue;
        for (const bond of this.view.bonds(bill.key, 'declaration')) {
          const known = found.get(bond.other);
          if (known && direct.has(bond.other)) known.carriage ??= carriage;
          else if (known) {
            if (known.carriage === carriage)
              known.spans = [...known.spans, ...spansOfDeclared(bill, bond, this.replacements, carriage.dossiers)];
          }
          // A declaration that lists its boxes is about those alone.
          else if (!this.view.statements(bond.other, 'container').some((s) => s.relation === 'listed'))
            found.set(bond.other, { carriage, spans: spansOfDeclared(bill, bond, this.replacements, carriage.dossiers), at: bond.at });
        }
      }
    return [...found].flatMap(([key, { carriage, spans, at }]) => {
      const said = declaredDirection(idOf(key));
      const fitting = this.carriages.filter(
        (c) => c.direction !== 'empty' && (!said || c.direction === said || c.directionGuessed || c.direction === 'transhipment'),
      );
      const chosen = carriage ?? nearest(at, fitting);
      const withdrawn = this.view.withdrawnAt(key);
      return chosen ? [{ key, carriage: chosen, spans: withdrawn === undefined ? spans : endedAt(spans, withdrawn) }] : [];
    });
  }

  /** The orders by which an empty may be drawn: those of the bookings that its own events name (ruling 8). */
  addReleaseOrders(entries: Entry[]): void {
    const bookings = new Set<SubjectKey>();
    for (const { event } of entries) for (const r of event.references) if (r.type === 'bill') bookings.add(`bill:${r.id}`);
    for (const booking of bookings)
      for (const entry of this.settled.get(booking)?.entries ?? [])
        if (entry.event.code === 'carrier.empty-release-ordered' && !entries.includes(entry)) entries.push(entry);
  }

  /** Adds the events of a linked subject that fall into the stretches of the link and concern this box; of a call, those near the visit. */
  reach(via: SubjectKey, spans: Spans, into: Entry[], within?: Carriage): void {
    const boxId = idOf(this.box);
    for (const entry of this.settled.get(via)?.entries ?? []) {
      const { event } = entry;
      if (within && distance(event.occurredAt, within.from, within.to) > tailLimit) continue;
      if (!holdsAt(spans, event.occurredAt) && !ends(spans, event)) continue;
      if (concerns(event, boxId)) into.push(entry);
      else if (entry.status === 'effective') this.elsewhere.add(`${event.code}|${via}`);
    }
  }
}

/** True for an unlinking, which ends the link through which it is told. */
const ends = (spans: Spans, event: AcceptedEvent): boolean =>
  codeRules[event.code].effect === 'unlink' && spans.some((s) => s.to === event.occurredAt);

const isLiving = (d: Dossier): boolean =>
  [...d.bills, ...d.calls].some((link) => link.spans === always || link.spans.at(-1)?.to === Number.POSITIVE_INFINITY) ||
  (d.bills.length === 0 && d.calls.length === 0);

/** An event of a bill or declaration that lists boxes is about those alone; link events are about the links. */
function concerns(event: AcceptedEvent, boxId: string): boolean {
  if (event.references.length === 0) return true;
  const { effect } = codeRules[event.code];
  if (effect === 'link' || effect === 'unlink') return true;
  let listed = false;
  for (const r of event.references) {
    if (r.type !== 'container') continue;
    if (r.id === boxId) return true;
    listed = true;
  }
  return !listed;
}

/** Every event that can bear on the box, by its subject. */
function bearing(box: SubjectKey, subjects: Subjects): Map<SubjectKey, Settled> {
  const keys = new Set<SubjectKey>([box]);
  const settled = new Map<SubjectKey, Settled>();
  for (const key of keys) {
    const type = typeOf(key);
    for (const to of fromContainer[type])
      for (const link of subjects.links(key, to)) {
        // From a bill only up to the bill that it names: its siblings are other carriages' papers.
        if (type === 'bill' && to === 'bill' && link.from !== key) continue;
        keys.add(link.from === key ? link.to : link.from);
      }
    const events = subjects.events(key);
    if (events.length > 0) settled.set(key, settle(key, events));
  }
  return settled;
}

/** The visits of one box at one port with their events, oldest first. Pure and independent of the order of receipt. */
export function cut(box: SubjectKey, subjects: Subjects): CutVisit[] {
  const cutting = new Cutting(box, subjects);
  if (cutting.carriages.length === 0) return [];
  const entries = new Map<Carriage, Entry[]>(cutting.carriages.map((c) => [c, []]));
  for (const entry of cutting.own) {
    const carriage = cutting.carriageOf(entry.event);
    if (carriage) entries.get(carriage)?.push(entry);
    for (const c of cutting.carriages) if (c !== carriage && cutting.isShared(entry.event, c)) entries.get(c)?.push(entry);
  }
  const declarations = cutting.declarations();
  const unpaired = unpairedCalls(cutting.carriages, cutting.view, subjects);
  return cutting.carriages.map((carriage) => {
    const list = entries.get(carriage) ?? [];
    for (const dossier of carriage.dossiers) for (const bill of dossier.bills) cutting.reach(bill.key, bill.spans, list);
    // A replacement ends the link through which it is told.
    for (const entry of cutting.replacedIn(carriage)) if (!list.includes(entry)) list.push(entry);
    if (carriage.direction === 'empty') cutting.addReleaseOrders(list);
    const declared = declarations.filter((d) => d.carriage === carriage);
    for (const d of declared) cutting.reach(d.key, d.spans, list);
    const calls = callsOf(carriage, cutting.view);
    for (const call of calls) for (const name of call.names) cutting.reach(name, call.spans, list, carriage);
    list.sort((a, b) => compareEvents(a.event, b.event));
    return {
      carriage,
      calls,
      declarations: declared.map((d) => d.key),
      lapsed: new Set(declared.filter((d) => !holdsNow(d.spans)).map((d) => d.key)),
      entries: list,
      elsewhere: cutting.elsewhere,
      unpaired,
    };
  });
}
