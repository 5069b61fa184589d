import { paperProgress } from '../clearance/document-progress.ts';
import { billKind } from '../visit/bill-kind.ts';
import { LinkView } from '../visit/link-view.ts';
import type { MemoryPort } from '../visit/memory-port.ts';
import { paperOfBox, paperTimes } from '../visit/paper-times.ts';
import { idOf, typeOf } from '../visit/reach.ts';
import { holdsNow } from '../visit/spans.ts';
import type { Sight } from '../visit/view-for.ts';
import type { FoldedVisit, SubjectKey, VisitState } from '../visit/visit.ts';
import type { VisitJson } from '../visit/visit-json.ts';
import type { CallJson, PaperJson, ProgressJson } from './document-json.ts';

/** A visit as a sight shows it, its state and what is written of it. */
export interface VisibleVisit extends Pick<FoldedVisit, 'visitId' | 'state'> {
  readonly shown: VisitJson;
}

type Visible = readonly VisibleVisit[];

const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].sort();

function progressOf(visits: Visible): ProgressJson {
  const reached = (name: keyof VisitState['milestones']): number =>
    visits.filter((v) => v.state.milestones[name]?.actual !== undefined).length;
  return {
    discharged: reached('discharged'),
    inspected: reached('inspection-passed'),
    released: reached('customs-released'),
    gone: visits.filter((v) => v.state.status === 'closed').length,
  };
}

/** What every kind of subject shows: its boxes and visits, and how far they have come. */
const linksOf = (id: string, port: string, visits: Visible) => ({
  id,
  port,
  containers: sorted(visits.map((v) => v.state.container)),
  visits: sorted(visits.map((v) => v.visitId)),
  boxes: progressOf(visits),
});

const mentions = (state: VisitState, type: 'bill' | 'declaration', id: string): boolean =>
  type === 'declaration' ? state.declarations.includes(id) : state.bills.includes(id) || state.bookings.includes(id);

/** One bill or declaration as far as the visible visits tell. */
function paper(key: SubjectKey, type: 'bill' | 'declaration', port: MemoryPort, visits: Visible, zone: string): PaperJson {
  const id = idOf(key);
  const byBox = [...Map.groupBy(visits, (v) => v.state.container).values()];
  const progress = paperProgress(
    type,
    id,
    byBox.map((ofBox) => ofBox.map((v) => v.state)),
  );
  const told = byBox.flatMap(
    (ofBox) =>
      paperOfBox(
        ofBox.map((v) => v.shown),
        type,
        id,
      ) ?? [],
  );
  const view = new LinkView(port);
  // Links of the paper itself, as far as the visible visits show the other end.
  const tied = (to: 'bill' | 'declaration'): string[] =>
    sorted(view.bonds(key, to).flatMap((bond) => (holdsNow(bond.spans) ? [idOf(bond.other)] : [])));
  const isBooking = visits.some((v) => v.state.bookings.includes(id));
  const kind = type === 'bill' ? billKind(port.events(key), isBooking) : undefined;
  return {
    ...linksOf(id, port.port, visits),
    ...(kind && { kind }),
    ...progress,
    ...paperTimes(told, progress.unlinked === 0, zone),
    bills: tied('bill').filter((other) => visits.some((v) => mentions(v.state, 'bill', other))),
    declarations: tied('declaration').filter((other) => visits.some((v) => mentions(v.state, 'declaration', other))),
    calls: sorted(visits.flatMap((v) => v.state.calls)),
  };
}

/** The visits of every id that a visit names. */
function byName(visible: Visible, namesOf: (state: VisitState) => readonly string[]): ReadonlyMap<string, Visible> {
  const index = new Map<string, Visible[number][]>();
  for (const visit of visible)
    for (const name of new Set(namesOf(visit.state))) {
      const list = index.get(name);
      if (list) list.push(visit);
      else index.set(name, [visit]);
    }
  return index;
}

/** Every bill or declaration of a port that a sight shows, by number; also those that no visit has joined yet. */
export function paperDocuments(type: 'bill' | 'declaration', port: MemoryPort, visible: Visible, sight: Sight, zone: string): PaperJson[] {
  const isSeen = (id: string): boolean =>
    sight.all || (type === 'declaration' ? sight.declarations.has(id) : sight.bills.has(id) || sight.bookings.has(id));
  const index = byName(visible, (state) => (type === 'declaration' ? state.declarations : [...state.bills, ...state.bookings]));
  return [...port.subjects()]
    .filter((key) => typeOf(key) === type && isSeen(idOf(key)))
    .sort()
    .map((key) => paper(key, type, port, index.get(idOf(key)) ?? [], zone));
}

/** Every call of a port under its one name; with a limited sight those of its visits only. */
export function callDocuments(port: MemoryPort, visible: Visible, sight: Sight): CallJson[] {
  const view = new LinkView(port);
  const names = new Map<string, string[]>();
  for (const key of port.subjects()) {
    if (typeOf(key) !== 'call') continue;
    const id = idOf(view.call(key).canonical);
    const list = names.get(id) ?? [];
    if (idOf(key) !== id) list.push(idOf(key));
    names.set(id, list);
  }
  const index = byName(visible, (state) => state.calls);
  return [...names.keys()].sort().flatMap((id): CallJson[] => {
    const visits = index.get(id) ?? [];
    if (!sight.all && visits.length === 0) return [];
    return [{ ...linksOf(id, port.port, visits), names: sorted(names.get(id) ?? []), bills: sorted(visits.flatMap((v) => v.state.bills)) }];
  });
}
