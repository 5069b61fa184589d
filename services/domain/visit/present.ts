import type { Milestone } from '../events/codes.ts';
import { formatInstant } from '../identifiers/zone.ts';
import type { MilestoneTimes, VisitState } from './visit.ts';
import type { MilestoneJson, VisitJson } from './visit-json.ts';

function presentMilestone(times: MilestoneTimes, zone: string): MilestoneJson {
  const { actual, estimated, planned, first, source } = times;
  return {
    ...(actual !== undefined && { actual: formatInstant(actual, zone) }),
    ...(estimated !== undefined && { estimated: formatInstant(estimated, zone) }),
    ...(planned !== undefined && { planned: formatInstant(planned, zone) }),
    ...(first !== undefined && { first: formatInstant(first, zone) }),
    source,
  };
}

/** Writes a visit for the outside, its instants at the offset of the port's zone. */
export function presentVisit(visit: { readonly visitId: string; readonly state: VisitState }, revision: bigint, zone: string): VisitJson {
  const { state } = visit;
  const milestones: Record<string, MilestoneJson> = {};
  for (const name of Object.keys(state.milestones) as Milestone[]) {
    const times = state.milestones[name];
    if (times) milestones[name] = presentMilestone(times, zone);
  }
  return {
    visitId: visit.visitId,
    version: String(revision),
    port: state.port,
    container: state.container,
    direction: state.direction,
    directionGuessed: state.directionGuessed,
    status: state.status,
    ...(state.onBoard && { onBoard: true }),
    ...(state.offSite && { offSite: true }),
    ...(state.closedAs && { closedAs: state.closedAs }),
    ...(state.openedAt !== undefined && { openedAt: formatInstant(state.openedAt, zone) }),
    ...(state.closedAt !== undefined && { closedAt: formatInstant(state.closedAt, zone) }),
    ...(state.facility && { facility: state.facility }),
    ...(state.sizeType && { sizeType: state.sizeType }),
    ...(state.full !== undefined && { full: state.full }),
    calls: state.calls,
    bills: state.bills,
    declarations: state.declarations,
    bookings: state.bookings,
    lanes: state.lanes,
    milestones,
    holds: [],
    conditions: [],
    readiness: {},
    clocks: {},
    deadlines: [],
    findings: state.findings,
  };
}
