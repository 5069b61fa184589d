import type { Overlay } from '../clearance/readiness-at.ts';
import type { Milestone } from '../events/codes.ts';
import type { Instant } from '../identifiers/instant.ts';
import { formatInstant } from '../identifiers/zone.ts';
import { atTime } from './at-time.ts';
import { presentClearance } from './present-clearance.ts';
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

/**
 * Writes a visit for the outside as a reader sees it at a time, its instants at the offset of the port's zone.
 * `overlay` names the agencies whose sources are silent.
 */
export function presentVisit(
  visit: { readonly visitId: string; readonly state: VisitState },
  revision: bigint,
  zone: string,
  now: Instant,
  overlay?: Overlay,
): VisitJson {
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
    ...presentClearance(state, atTime(state, now, overlay), zone),
    findings: state.findings,
  };
}
