import type { ClearanceEvidence } from '../clearance/read-clearance.ts';
import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { Closing } from './closing.ts';
import type { CutVisit } from './cut.ts';
import type { Entry } from './standing.ts';
import { eventLabel } from './standing.ts';
import type { Finding, FindingCode, SubjectKey } from './visit.ts';
import { contradictedCalls } from './visit-calls.ts';

const halfHour = 30 * 60_000;

/** Moves whose time two sources may tell, by code; more than 30 minutes apart is worth a look (`events.md` section 8). */
const compared: ReadonlyMap<Code, number> = new Map<Code, number>([
  ['terminal.discharged', 0],
  ['terminal.vessel-departed', 1],
  ['maritime.departure-reported', 1],
  ['terminal.gated-out', 2],
  ['terminal.loaded', 3],
]);

function timeConflicts(visit: CutVisit, effective: readonly Entry[]): Finding[] {
  // A transhipment box has two calls that depart; only the one it leaves by is its departure.
  const isOther = (via: SubjectKey): boolean => visit.calls.some((c) => (c.role === 'arriving' || !c.current) && c.names.includes(via));
  const told: Entry[][] = [];
  for (const entry of effective) {
    const move = compared.get(entry.event.code);
    if (move === undefined || entry.event.classifier !== 'actual') continue;
    if (isOther(entry.via) || visit.carriage.stay?.silent.has(entry.event)) continue;
    const list = told[move];
    if (list) list.push(entry);
    else told[move] = [entry];
  }
  return told.flatMap((entries) => {
    const [first] = entries;
    const last = entries.at(-1);
    if (!first || !last || last.event.occurredAt - first.event.occurredAt <= halfHour) return [];
    return [{ code: 'time-conflict' as const, severity: 'warning' as const, events: entries.map((t) => eventLabel(t.event)) }];
  });
}

/** The events of the visit that name a call of which nobody registered whether it is another voyage of the same call (ruling 3). */
const callsInDoubt = ({ unpaired }: CutVisit, effective: readonly Entry[]): AcceptedEvent[] =>
  unpaired.size === 0
    ? []
    : effective.map((e) => e.event).filter((e) => e.references.some((r) => r.type === 'call' && unpaired.has(`call:${r.id}`)));

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
  const unpaired = callsInDoubt(visit, effective);
  if (unpaired.length > 0) add('call-unregistered', 'info', unpaired);
  found.push(...timeConflicts(visit, effective));
  clearanceFindings(visit, evidence, add);
  return found;
}
