import { type Instant, instant } from '../identifiers/instant.ts';
import { holdsNow } from '../visit/spans.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { VisitCall } from '../visit/visit-calls.ts';
import { type DeadlineFacts, deadline } from './deadline.ts';
import { after, hour } from './deadline-due.ts';
import type { DeadlineInput } from './deadline-input.ts';

/**
 * True when an acceptance that names no call is about this one: of a transhipment it is about the arrival; of an export
 * box that changed its call, about the one that it had then.
 */
function isMeant(call: VisitCall, at: Instant, { visit, state }: DeadlineInput): boolean {
  if (state.direction === 'transhipment') return false;
  const end = call.spans.at(-1)?.to ?? Number.POSITIVE_INFINITY;
  return visit.calls.filter((c) => c.role === 'departing').length === 1 || (end < Number.POSITIVE_INFINITY && at < end);
}

/** When the pre-stowage manifest of a call was accepted for every bill of the box; nothing while one is missing. */
export function manifestAcceptedFor(call: VisitCall, input: DeadlineInput): Instant | undefined {
  const { effective, visit } = input;
  const accepted = new Map<SubjectKey, Instant>();
  for (const { event, via } of effective) {
    if (event.code !== 'customs.manifest-accepted' || event.classifier !== 'actual') continue;
    const named = event.references.filter((r) => r.type === 'call').map((r): SubjectKey => `call:${r.id}`);
    const about = named.length > 0 ? named.some((name) => call.names.includes(name)) : isMeant(call, event.occurredAt, input);
    if (!about) continue;
    if (!accepted.has(via)) accepted.set(via, event.occurredAt);
  }
  const bills = visit.carriage.dossiers.flatMap((d) => d.bills).filter((b) => b.kind !== 'booking' && holdsNow(b.spans));
  const times = bills.length > 0 ? bills.map((b) => accepted.get(b.key)) : [...accepted.values()];
  let last: number | undefined;
  for (const time of times) {
    if (time === undefined) return undefined;
    last = Math.max(last ?? time, time);
  }
  return last === undefined ? undefined : instant(last);
}

/** The pre-stowage manifest, due 24 hours before the box is loaded: by its actual time, else by the best forecast. */
export function preStowageManifest(input: DeadlineInput): DeadlineFacts[] {
  const { direction, milestones, closedAs } = input.state;
  const loaded = milestones['loaded'];
  const loadedAt = loaded?.actual ?? loaded?.estimated ?? loaded?.planned;
  const call = input.visit.calls.find((c) => c.role === 'departing' && c.current);
  if ((direction !== 'export' && direction !== 'transhipment') || loadedAt === undefined || !call) return [];
  const metAt = manifestAcceptedFor(call, input);
  return [
    deadline('pre-stowage-manifest', after(loadedAt, -24 * hour), { metAt, isVoid: closedAs === 'withdrawn' && metAt === undefined }),
  ];
}

/** The tally report of an export, due 6 hours after the vessel has left with the box. A report that customs refused is none. */
export function tallyReport(input: DeadlineInput): DeadlineFacts[] {
  const { direction, milestones } = input.state;
  const departed = milestones['vessel-departed']?.actual;
  const loaded = milestones['loaded']?.actual;
  if ((direction !== 'export' && direction !== 'transhipment') || departed === undefined || loaded === undefined) return [];
  const call = input.visit.calls.find((c) => c.role === 'departing' && c.current);
  const report = input.effective.find(({ event, via }) => {
    const { code, classifier, details, occurredAt } = event;
    if (code !== 'terminal.tally-reported' || classifier !== 'actual') return false;
    if (details?.['accepted'] === false || details?.['accepted'] === 'no') return false;
    // A bill of a transhipment is tallied twice; the report of its discharge comes before the box is loaded.
    return via.startsWith('call:') ? call?.names.includes(via) : direction === 'export' || occurredAt >= loaded;
  });
  return [deadline('tally', after(departed, 6 * hour), { metAt: report?.event.occurredAt })];
}
