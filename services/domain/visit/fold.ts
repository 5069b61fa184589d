import { customsClearance } from '../clearance/customs-lane.ts';
import type { Json } from '../events/status-event.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import { closingOf } from './closing.ts';
import type { CutVisit } from './cut.ts';
import { findingsOf } from './findings.ts';
import { lanesOf } from './lanes.ts';
import { milestonesOf } from './milestones.ts';
import { idOf } from './reach.ts';
import { holdsNow } from './spans.ts';
import type { Entry } from './standing.ts';
import type { SubjectKey, VisitState, VisitStatus } from './visit.ts';

const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].sort();

/** The last word of the events on an attribute. */
const lastSaid = (events: readonly Entry[], name: string): Json | undefined =>
  events.findLast(({ event }) => event.details?.[name] !== undefined)?.event.details?.[name];

/** Where the box is or was last: the facility of its latest own move or transfer. */
function facilityOf(effective: readonly Entry[], box: SubjectKey): string | undefined {
  return effective.findLast(
    ({ event, via }) => via === box && event.agency === 'terminal' && event.classifier === 'actual' && event.location?.facility,
  )?.event.location?.facility;
}

/** The ids of bills that still hold, by kind. */
function livingBills(visit: CutVisit): { bills: string[]; bookings: string[] } {
  const living = visit.carriage.dossiers.flatMap((d) => d.bills).filter((b) => holdsNow(b.spans));
  return {
    bills: sorted(living.filter((b) => b.kind !== 'booking').map((b) => idOf(b.key))),
    bookings: sorted(living.filter((b) => b.kind === 'booking').map((b) => idOf(b.key))),
  };
}

/** Folds the events of one visit into its state: pure, of the set of its events, without a clock. */
export function fold(visit: CutVisit, port: UnLocode, box: SubjectKey): VisitState {
  const { carriage } = visit;
  const { stay, direction } = carriage;
  const effective = visit.entries.filter((e) => e.status === 'effective');
  const { bills, bookings } = livingBills(visit);
  const clearance = customsClearance(box, visit.declarations, effective);
  const milestones = milestonesOf(visit, effective);
  if (clearance.released) milestones['customs-released'] = clearance.released;
  const closing = closingOf(visit, effective, milestones['vessel-departed']);
  const closed = typeof closing === 'object' ? closing : undefined;
  const status: VisitStatus = closed ? 'closed' : stay ? 'open' : 'expected';
  const facility = facilityOf(effective, box);
  const sizeType = lastSaid(effective, 'sizeType');
  const moves = effective.filter((e) => stay?.moves.includes(e.event));
  const full = stay?.opening === 'empty' ? false : lastSaid(moves, 'full');
  const openedAt = stay?.openedBy?.occurredAt;
  return {
    port,
    container: idOf(box),
    direction,
    directionGuessed: carriage.directionGuessed,
    status,
    onBoard: closing === 'on-board',
    offSite: stay?.offSite === true,
    ...(closed && { closedAs: closed.as, closedAt: closed.at }),
    ...(openedAt !== undefined && { openedAt }),
    ...(facility && { facility }),
    ...(typeof sizeType === 'string' && { sizeType }),
    ...(typeof full === 'boolean' && { full }),
    calls: sorted(visit.calls.filter((c) => c.current).map((c) => idOf(c.key))),
    bills,
    declarations: sorted(visit.declarations.map(idOf)),
    bookings,
    lanes: lanesOf({ box, direction, bills: bills.map((b): SubjectKey => `bill:${b}`), milestones, customs: clearance.state, effective }),
    milestones,
    findings: findingsOf(visit, effective, closing),
  };
}
