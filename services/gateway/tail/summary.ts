import type { VisitSummary } from '@clearquay/domain/stream/frames.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';

/** What a list shows of a visit: its identity, its status and its latest actual milestone. */
export function summaryOf(visit: VisitJson): VisitSummary {
  let latest: VisitSummary['latest'];
  for (const [milestone, { actual }] of Object.entries(visit.milestones))
    if (actual !== undefined && (!latest || Date.parse(actual) > Date.parse(latest.at))) latest = { milestone, at: actual };
  const { visitId, version, port, container, direction, status } = visit;
  return { visitId, version, port, container, direction, status, ...(latest && { latest }) };
}
