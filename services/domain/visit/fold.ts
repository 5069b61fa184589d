import { type OverallClock, targetHoursOf } from '../clearance/clearance-targets.ts';
import { clearanceOf } from '../clearance/clock-clearance.ts';
import { paperClocksOf } from '../clearance/clock-papers.ts';
import { clocksOf } from '../clearance/clocks.ts';
import { deadlinesOf } from '../clearance/deadlines.ts';
import { facilityRulesOf } from '../clearance/facility-rules.ts';
import { accountOf } from '../clearance/fees.ts';
import type { PublishedLists } from '../clearance/published-lists.ts';
import { readClearance } from '../clearance/read-clearance.ts';
import type { Json } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import type { Carriage } from './carriage.ts';
import { type Closing, closingOf } from './closing.ts';
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

/** Where the box is or was last, up to a moment: the facility of its latest own move or transfer. */
function facilityOf(effective: readonly Entry[], box: SubjectKey, until = Number.POSITIVE_INFINITY): string | undefined {
  return effective.findLast(
    ({ event, via }) =>
      via === box && event.agency === 'terminal' && event.classifier === 'actual' && event.occurredAt <= until && event.location?.facility,
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

/** What a port publishes or asks for beside its events; every part has a default. */
export interface FoldSettings extends Partial<PublishedLists> {
  /** IANA zone of the port, by which days end. */
  readonly zone?: string;
}

/** Local time of the ports of the catalogue (`events.md` section 1). */
const homeZone = 'Asia/Shanghai';

/** Where the stay stands, before any paper is read. */
function standingOf(visit: CutVisit, effective: readonly Entry[], closing: Closing) {
  const { stay } = visit.carriage;
  const closed = typeof closing === 'object' ? closing : undefined;
  const status: VisitStatus = closed ? 'closed' : stay ? 'open' : 'expected';
  const sizeType = lastSaid(effective, 'sizeType');
  const moves = stay ? effective.filter((e) => stay.moves.includes(e.event)) : [];
  const full = stay?.opening === 'empty' ? false : lastSaid(moves, 'full');
  const openedAt = stay?.openedBy?.occurredAt;
  return {
    status,
    onBoard: closing === 'on-board',
    offSite: stay?.offSite === true,
    ...(closed && { closedAs: closed.as, closedAt: closed.at }),
    ...(openedAt !== undefined && { openedAt }),
    ...(typeof sizeType === 'string' && { sizeType }),
    ...(typeof full === 'boolean' && { full }),
  };
}

/** Folds the events of one visit into its state: pure, of the set of its events, without a clock. */
export function fold(visit: CutVisit, port: UnLocode, box: SubjectKey, settings: FoldSettings = {}): VisitState {
  const { direction, directionGuessed } = visit.carriage;
  const { facilities, zone = homeZone, serviceLimits = [], feeLists = [], clearanceTargets = [] } = settings;
  const effective = visit.entries.filter((e) => e.status === 'effective');
  const { bills, bookings } = livingBills(visit);
  const milestones = milestonesOf(visit, effective);
  const closing = closingOf(visit, effective, milestones['vessel-departed']);
  const standing = standingOf(visit, effective, closing);
  const { closedAt } = standing;
  // What a depot asks for that took the box back later says nothing of its pick-up.
  const asks = facilityRulesOf(facilities, port, facilityOf(effective, box, closedAt));
  const clearance = readClearance({ box, visit, effective, closedAt, facility: asks, feeLists, zone });
  if (clearance.released) milestones['customs-released'] = clearance.released;
  const { holds, conditions, classes, readiness, customs } = clearance;
  const readyPeriods = (readiness.pickup ?? readiness.emptyPickup ?? readiness.loading)?.periods ?? [];
  const { facts } = clearance;
  const targetOf = (clock: OverallClock, at: Instant) => targetHoursOf(clearanceTargets, port, clock, at);
  const state = { direction, milestones, holds, ...standing };
  const clockInput = { visit, effective, papers: facts.papers, state, readyPeriods, targetOf };
  const cleared = clearanceOf(clockInput);
  const account = accountOf(effective, feeLists);
  const facility = facilityOf(effective, box);
  const { open } = facts.holds;
  const billed = bills.length > 0 ? bills.map((b): SubjectKey => `bill:${b}`) : [box];
  return {
    port,
    container: idOf(box),
    direction,
    directionGuessed,
    ...standing,
    ...(facility && { facility }),
    calls: sorted(visit.calls.filter((c) => c.current).map((c) => idOf(c.key))),
    bills,
    declarations: sorted(visit.declarations.filter((d) => !visit.lapsed.has(d)).map(idOf)),
    bookings,
    lanes: lanesOf({
      direction,
      isCarrierReleased: billed.every((b) => facts.carrier.isReleased(b)),
      milestones,
      customs,
      open,
      effective,
    }),
    milestones,
    holds,
    conditions,
    seals: clearance.facts.conditions.seals,
    classes,
    readiness,
    deliveries: clearance.deliveries,
    clocks: clocksOf(clockInput, cleared),
    paperClocks: paperClocksOf(clockInput, cleared, clearance.facts),
    deadlines: deadlinesOf({ ...clockInput, zone, serviceLimits }),
    account: account.lines,
    findings: [...findingsOf(visit, effective, closing, clearance.evidence), ...account.findings],
  };
}

/** The state of a visit of which nothing is said. */
export function blankState(port: UnLocode, box: SubjectKey): VisitState {
  const carriage: Carriage = { dossiers: [], direction: 'import', directionGuessed: true, directionConflict: false, from: 0, to: 0 };
  return fold(
    { carriage, calls: [], declarations: [], entries: [], elsewhere: new Set(), unpaired: new Set(), lapsed: new Set() },
    port,
    box,
  );
}
