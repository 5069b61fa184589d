import type { ClearanceEvidence } from '../clearance/read-clearance.ts';
import type { Closing } from './closing.ts';
import type { CutVisit } from './cut.ts';
import type { Entry } from './standing.ts';
import { eventLabel } from './standing.ts';
import type { Finding, FindingCode } from './visit.ts';
import { contradictedCalls } from './visit-calls.ts';

const halfHour = 30 * 60_000;

/** Moves whose time two sources may tell; more than 30 minutes apart is worth a look (`events.md` section 8). */
const compared: readonly (readonly string[])[] = [
  ['terminal.discharged'],
  ['terminal.vessel-departed', 'maritime.departure-reported'],
  ['terminal.gated-out'],
  ['terminal.loaded'],
];

function timeConflicts(visit: CutVisit, effective: readonly Entry[]): Finding[] {
  // A transhipment box has two calls that depart; only the one it leaves by is its departure.
  const others = new Set(visit.calls.filter((c) => c.role === 'arriving' || !c.current).flatMap((c) => c.names));
  return compared.flatMap((codes) => {
    const told = effective.filter(
      ({ event, via }) =>
        event.classifier === 'actual' && codes.includes(event.code) && !others.has(via) && !visit.carriage.stay?.silent.has(event),
    );
    const first = told[0];
    const last = told.at(-1);
    if (!first || !last || first === last || last.event.occurredAt - first.event.occurredAt <= halfHour) return [];
    return [{ code: 'time-conflict' as const, severity: 'warning' as const, events: told.map((t) => eventLabel(t.event)) }];
  });
}

type Add = (code: FindingCode, severity: Finding['severity'], evidence: readonly Entry['event'][]) => void;

/** What holds and releases leave to be asked (`events.md` sections 5, 6 and 8). */
function clearanceFindings(visit: CutVisit, evidence: ClearanceEvidence, add: Add): void {
  for (const { code, event } of evidence.strays) add(code, 'warning', [event]);
  const { closed } = visit.carriage.stay ?? {};
  if (evidence.leftUnderHold && closed) add('left-under-hold', 'high', [closed.by]);
  if (evidence.releasedUnlinked) add('release-without-manifest', 'warning', [evidence.releasedUnlinked]);
  for (const event of evidence.disagreeing) add('terminal-disagrees', 'warning', [event]);
}

/** What a person should know about a visit, each with its evidence. */
export function findingsOf(visit: CutVisit, effective: readonly Entry[], closing: Closing, evidence: ClearanceEvidence): Finding[] {
  const { carriage, calls } = visit;
  const { stay } = carriage;
  const found: Finding[] = [];
  const add: Add = (code, severity, events) => {
    found.push({ code, severity, events: events.map(eventLabel) });
  };
  if (stay && !stay.openedBy) add('opening-not-observed', 'warning', stay.moves.slice(0, 1));
  if (stay && typeof closing === 'object' && closing.as === 'unobserved')
    add('closed-unobserved', 'warning', stay.supersededBy ? [stay.supersededBy] : []);
  if (carriage.directionConflict) add('direction-conflict', 'warning', stay?.moves.slice(0, 1) ?? []);
  if (contradictedCalls(carriage, calls).length > 0)
    add('call-conflict', 'warning', stay?.moves.filter((m) => m.references.some((r) => r.type === 'call')) ?? []);
  found.push(...timeConflicts(visit, effective));
  clearanceFindings(visit, evidence, add);
  return found;
}
