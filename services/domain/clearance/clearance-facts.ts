import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { CutVisit } from '../visit/cut.ts';
import { billMoves } from '../visit/links.ts';
import type { Entry } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import { BoxClasses } from './box-class.ts';
import { BoxFacts } from './box-facts.ts';
import { BoxPapers } from './box-papers.ts';
import { CallPresence } from './call-presence.ts';
import { CarrierReleases } from './carrier-releases.ts';
import { ConditionLedger } from './condition-ledger.ts';
import { CustomsLane } from './customs-lane.ts';
import { CustomsProgress } from './customs-progress.ts';
import type { FacilityRules } from './facility-rules.ts';
import type { FeeList } from './fee-list.ts';
import { accountOf, hasOpenCharges } from './fees.ts';
import type { HeldMove } from './hold.ts';
import { HoldLedger } from './hold-ledger.ts';
import type { HoldRule } from './hold-rules.ts';
import { ManifestAcceptances } from './manifest-acceptances.ts';

/** What the clearance of one visit is read from. */
export interface ClearanceInput {
  readonly box: SubjectKey;
  readonly visit: CutVisit;
  /** Entries that count, in order. */
  readonly effective: readonly Entry[];
  /** When the visit closed, if it has. */
  readonly closedAt?: Instant | undefined;
  readonly facility: FacilityRules;
  readonly feeLists: readonly FeeList[];
  /** IANA zone of the port. */
  readonly zone: string;
}

/** All that the rules of readiness know of one box, at one moment of event time, while its events are read in order. */
export class ClearanceFacts {
  readonly input: ClearanceInput;
  readonly papers: BoxPapers;
  readonly calls: CallPresence;
  readonly holds: HoldLedger;
  readonly conditions: ConditionLedger;
  readonly progress: CustomsProgress;
  readonly classes: BoxClasses;
  readonly lane: CustomsLane;
  readonly carrier: CarrierReleases;
  readonly manifests: ManifestAcceptances;
  readonly box: BoxFacts;
  /** The move that the visit waits for. */
  readonly move: HeldMove;
  #read = 0;
  #units: readonly SubjectKey[] | undefined;
  #hasOpenCharges: boolean | undefined;

  constructor(input: ClearanceInput) {
    const { box, visit, effective } = input;
    const { direction } = visit.carriage;
    this.input = input;
    this.move = direction === 'import' || direction === 'empty' ? 'pick-up' : 'load';
    this.papers = new BoxPapers(box, visit, effective);
    this.calls = new CallPresence(visit);
    this.holds = new HoldLedger(this.papers, visit.elsewhere);
    this.conditions = new ConditionLedger(this.papers);
    this.progress = new CustomsProgress(this.papers);
    this.classes = new BoxClasses(this.papers, this.progress, this.holds, this.move);
    this.lane = new CustomsLane(this.classes, this.holds, this.move);
    this.carrier = new CarrierReleases(this.papers, input.zone);
    this.manifests = new ManifestAcceptances(this.calls, direction === 'export');
    this.box = new BoxFacts(this.papers, visit, this.calls.isArriving);
  }

  /** The moment up to which events are read. */
  get at(): number {
    return this.papers.at;
  }

  /** The papers that customs must clear, at this moment. */
  get units(): readonly SubjectKey[] {
    if (!this.#units || !this.papers.isLasting) this.#units = this.classes.units();
    return this.#units;
  }

  get isClosed(): boolean {
    return this.input.closedAt !== undefined && this.at >= this.input.closedAt;
  }

  /** Charges that are neither paid nor waived, of the events read so far. */
  get hasOpenCharges(): boolean {
    this.#hasOpenCharges ??= hasOpenCharges(accountOf(this.input.effective.slice(0, this.#read), this.input.feeLists));
    return this.#hasOpenCharges;
  }

  /** Reads the next entry. */
  apply({ event, via }: Entry): void {
    this.papers.at = event.occurredAt;
    this.#read++;
    const subject = via.startsWith('call:') ? this.calls.nameOf(via) : via;
    this.calls.apply(event, via);
    if (event.classifier !== 'actual') {
      // Appointments exist only as planned.
      if (event.code === 'terminal.truck-appointed') this.box.appointed = true;
      return;
    }
    this.holds.apply(event, subject, (rule) => this.#canStop(rule, subject));
    this.conditions.apply(event, subject, this.#isReleased);
    this.box.apply(event, subject);
    if (event.agency === 'customs') this.#customs(event, subject);
    else if (event.agency === 'carrier') this.#carrier(event, subject);
    if (event.code === 'terminal.fee-charged' || event.code === 'terminal.fee-paid' || event.code === 'customs.exam-fee-waived')
      this.#fees(event);
  }

  #isReleased = (): boolean => this.classes.progress(this.units) === 'released';

  #customs(event: AcceptedEvent, subject: SubjectKey): void {
    if (this.progress.apply(event, subject) && event.code === 'customs.declaration-withdrawn') this.#units = undefined;
    this.manifests.apply(event, subject);
    this.lane.follow(event, this.units);
  }

  #carrier(event: AcceptedEvent, subject: SubjectKey): void {
    this.carrier.apply(event, subject);
    if (event.code === 'carrier.bill-replaced') this.#rekey(event);
    if (event.code === 'carrier.delivery-order-issued')
      this.holds.end('carrier', 'recall', event, (on) => subject === this.input.box || on === subject || on === this.input.box);
  }

  /** Holds of a replaced bill are those of the bill that took its place for this box. */
  #rekey(event: AcceptedEvent): void {
    this.holds.rekey(billMoves(event, this.input.box));
    this.lane.follow(event, this.units);
  }

  /** A terminal's fee hold ends with the payment of all that is open. */
  #fees(event: AcceptedEvent): void {
    this.#hasOpenCharges = undefined;
    if (event.code !== 'terminal.fee-paid' || !this.holds.open.some((h) => h.kind === 'terminal:fee')) return;
    if (!this.hasOpenCharges) this.holds.end('terminal', 'fee', event, () => true);
  }

  /** A hold on a call acts on boxes not yet past the step that it stops. */
  #canStop(rule: HoldRule, subject: SubjectKey): boolean {
    if (!subject.startsWith('call:')) return true;
    if (this.calls.isArriving(subject)) return rule.acts.includes('discharge') && this.box.discharged === undefined;
    if (rule.acts.includes('load') && this.box.loaded === undefined) return true;
    return rule.acts.includes('sail') && !this.box.departed;
  }
}
