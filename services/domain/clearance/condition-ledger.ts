import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent, Json } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { eventLabel } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers, Scope } from './box-papers.ts';
import { binding, type Condition, type ConditionCode, type InspectionMode } from './condition.ts';
import { type Seal, SealRecord, sealNumbers } from './seals.ts';

interface OpenCondition {
  readonly code: ConditionCode;
  readonly since: Instant;
  readonly scope: Scope;
  readonly about?: readonly string[];
  readonly events: string[];
  until?: Instant;
}

const modes: readonly Json[] = ['load-while-inspect', 'release-then-inspect', 'inspect-on-discharge', 'pre-scan', 'by-the-way'];
const discrepancies: readonly Json[] = ['short-landed', 'over-landed', 'damaged', 'seal-mismatch', 'weight-mismatch', 'seal-broken'];

/** The condition that an event raises, and what it is about. */
function raised(event: AcceptedEvent): { code: ConditionCode; about?: readonly string[] } | undefined {
  const said = (name: string): Json | undefined => event.details?.[name];
  switch (event.code) {
    case 'customs.conditional-release':
      return { code: 'no-sale-or-use' };
    case 'customs.port-access-granted':
      return said('destinationInspection') === 'no' || said('destinationInspection') === false
        ? undefined
        : { code: 'destination-inspection' };
    case 'customs.transfer-inspection':
      return { code: 'inspection-site-only' };
    case 'customs.onward-move-approved':
      return { code: 'under-customs-control' };
    case 'quarantine.coldchain-listed':
      return { code: 'supervised-warehouse-only' };
    case 'customs.ship-side-pickup-approved':
      return { code: 'ship-side' };
    case 'customs.direct-load-approved':
      return { code: 'direct-load' };
    case 'customs.inspection-mode-set': {
      const mode = said('mode');
      return mode !== undefined && modes.includes(mode) ? { code: `inspection-mode:${mode as InspectionMode}` } : undefined;
    }
    case 'customs.filing-rejected':
      return { code: 'filing-rejected', about: [String(said('filing') ?? '')] };
    case 'terminal.discrepancy-recorded': {
      const kind = said('kind');
      return { code: kind !== undefined && discrepancies.includes(kind) ? (kind as ConditionCode) : 'discrepancy' };
    }
    default:
      return undefined;
  }
}

/** Which filing a code accepts. */
const accepts: Readonly<Partial<Record<Code, string>>> = {
  'customs.manifest-accepted': 'manifest',
  'customs.loaded-manifest-accepted': 'loaded-manifest',
  'customs.arrival-report-accepted': 'arrival-report',
  'customs.declaration-accepted': 'declaration',
  'customs.vessel-entry-cleared': 'vessel',
  'customs.vessel-exit-cleared': 'vessel',
};

/** The filing whose acceptance an event tells; a tally report repeats the receipt of customs. */
function acceptedFiling(event: AcceptedEvent): string | undefined {
  if (event.code !== 'terminal.tally-reported') return accepts[event.code];
  return event.details?.['accepted'] === 'yes' || event.details?.['accepted'] === true ? 'tally' : undefined;
}

const ends: Readonly<Partial<Record<Code, readonly ConditionCode[]>>> = {
  'customs.market-access-granted': ['no-sale-or-use', 'destination-inspection'],
  'customs.released': ['inspection-site-only', 'under-customs-control'],
  'quarantine.coldchain-released': ['supervised-warehouse-only'],
};

/** The conditions of one box while its effective events are read in order (`events.md` section 5, last bullet). */
export class ConditionLedger {
  readonly #papers: BoxPapers;
  readonly #all: OpenCondition[] = [];
  readonly #customsSeals = new SealRecord();
  #packed: AcceptedEvent | undefined;

  constructor(papers: BoxPapers) {
    this.#papers = papers;
  }

  /** Reads the next event; `isReleased` when customs has let the box go already, so that an onward move binds nothing. */
  apply(event: AcceptedEvent, subject: SubjectKey, isReleased: () => boolean): void {
    const found = raised(event);
    if (found && !(found.code === 'under-customs-control' && isReleased())) this.#raise(found.code, event, subject, found.about);
    if (this.#all.length > 0) this.#end(event, subject);
    if (event.code === 'carrier.packing-list-submitted') this.#packed = event;
    else if (event.code === 'customs.seal-recorded') this.#recordSeal(event, subject);
    else if (event.code === 'terminal.gated-out' || event.code === 'terminal.gated-in') this.#compareSeals(event, subject);
  }

  /** The seals of customs. */
  get seals(): readonly Seal[] {
    return this.#customsSeals.seals();
  }

  has(code: ConditionCode): boolean {
    return this.#all.some((c) => c.code === code && c.until === undefined);
  }

  /** The open conditions that bind a pick-up, or the goods of one bill. */
  bindingNow(bill?: SubjectKey): ConditionCode[] {
    if (this.#all.length === 0) return [];
    const concerns = (c: OpenCondition): boolean => bill === undefined || this.#papers.meet(this.#papers.concerns(bill), c.scope);
    return binding.filter((code) => this.#all.some((c) => c.code === code && c.until === undefined && concerns(c)));
  }

  /** The evidence of an open condition. */
  evidence(code: ConditionCode): readonly string[] {
    return this.#all.find((c) => c.code === code && c.until === undefined)?.events ?? [];
  }

  /** All of them in order; approvals and modes end with the visit. */
  conditions(closedAt: Instant | undefined): Condition[] {
    const endWithVisit = (c: OpenCondition): boolean =>
      c.code === 'ship-side' || c.code === 'direct-load' || c.code.startsWith('inspection-mode:');
    return this.#all.map(({ code, since, until, about, events }) => {
      const end =
        until ?? (closedAt !== undefined && closedAt >= since && endWithVisit({ code, since, scope: [], events }) ? closedAt : undefined);
      return { code, since, ...(end !== undefined && { until: end }), ...(about && { about }), events };
    });
  }

  #raise(code: ConditionCode, event: AcceptedEvent, subject: SubjectKey, about?: readonly string[]): void {
    const open = this.#all.find((c) => c.code === code && c.until === undefined && c.about?.[0] === about?.[0]);
    const scope = this.#papers.scopeOf(event, subject);
    if (open && this.#papers.meet(open.scope, scope)) open.events.push(eventLabel(event));
    else this.#all.push({ code, since: event.occurredAt, scope, ...(about && { about }), events: [eventLabel(event)] });
  }

  #end(event: AcceptedEvent, subject: SubjectKey): void {
    const ended = ends[event.code];
    const filing = acceptedFiling(event);
    if (!ended && !filing) return;
    const scope = this.#papers.scopeOf(event, subject);
    for (const c of this.#all) {
      if (c.until !== undefined || event.occurredAt < c.since) continue;
      const isEnded = ended?.includes(c.code) || (filing !== undefined && c.code === 'filing-rejected' && c.about?.[0] === filing);
      if (isEnded && this.#papers.meet(scope, c.scope)) c.until = event.occurredAt;
    }
  }

  #recordSeal(event: AcceptedEvent, subject: SubjectKey): void {
    const expected = this.#customsSeals.apply(event);
    if (expected.length > 0) this.#raise('seal-mismatch', event, subject, [expected.join(' '), sealNumbers(event).join(' ')]);
  }

  #compareSeals(event: AcceptedEvent, subject: SubjectKey): void {
    if (!this.#packed) return;
    const [packed, seen] = [sealNumbers(this.#packed), sealNumbers(event)];
    if (packed.length === 0 || seen.length === 0 || seen.some((s) => packed.includes(s))) return;
    this.#raise('seal-mismatch', event, subject, [packed.join(' '), seen.join(' ')]);
  }
}
