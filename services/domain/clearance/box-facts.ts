import type { AcceptedEvent } from '../events/status-event.ts';
import type { CutVisit } from '../visit/cut.ts';
import { eventLabel } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers, Concern } from './box-papers.ts';

/** Where a paper about dangerous goods stands. */
export type DangerousGoodsState = 'declared' | 'approved' | 'rejected';

/** The plain facts of one box that the rules of readiness ask for, while its events are read in order. */
export class BoxFacts {
  /** Labels of the events that made a fact. */
  discharged: string | undefined;
  gatedIn = false;
  stripped = false;
  loaded: string | undefined;
  berthed = false;
  departed = false;
  arrivalAccepted = false;
  atGate = false;
  vgm = false;
  appointed = false;
  declaredInAdvance = false;
  coldChain = false;
  released: AcceptedEvent | undefined;
  /** An empty may be drawn against a booking. */
  releaseOrdered = false;
  readonly receipts = new Set<string>();
  readonly onward = new Set<Concern>();
  readonly #goods = new Map<Concern, DangerousGoodsState>();
  #isDangerous = false;
  #openingOrdered = false;
  readonly #visit: CutVisit;
  readonly #papers: BoxPapers;
  readonly #isArriving: (call: SubjectKey) => boolean;

  constructor(papers: BoxPapers, visit: CutVisit, isArriving: (call: SubjectKey) => boolean) {
    this.#papers = papers;
    this.#visit = visit;
    this.#isArriving = isArriving;
  }

  /** Reads the next actual event. */
  apply(event: AcceptedEvent, subject: SubjectKey): void {
    if (subject === this.#papers.box) this.#own(event);
    if (event.agency === 'maritime-safety') this.#maritime(event, subject);
    if (event.details && 'dangerousGoods' in event.details && event.details['dangerousGoods']) this.#isDangerous = true;
    switch (event.code) {
      case 'terminal.vessel-berthed':
        if (this.#isArriving(subject)) this.berthed = true;
        break;
      case 'terminal.vessel-departed':
        if (!this.#isArriving(subject)) this.departed = true;
        break;
      case 'customs.arrival-report-accepted':
        this.arrivalAccepted = true;
        break;
      case 'customs.advance-declared':
        this.declaredInAdvance = true;
        break;
      case 'customs.released':
        this.released = event;
        break;
      case 'customs.onward-move-approved':
        if ((event.details?.['kind'] ?? 'transhipment') === 'transhipment')
          for (const concern of this.#papers.concerns(subject)) this.onward.add(concern);
        break;
      case 'quarantine.coldchain-listed':
        this.coldChain = true;
        break;
      case 'carrier.empty-release-ordered':
        this.releaseOrdered = true;
        break;
      default:
    }
  }

  #own(event: AcceptedEvent): void {
    if (this.#visit.carriage.stay?.silent.has(event)) return;
    switch (event.code) {
      case 'terminal.discharged':
        this.discharged ??= eventLabel(event);
        break;
      case 'terminal.gated-in':
        this.gatedIn = true;
        break;
      case 'terminal.stripped':
        this.stripped = true;
        break;
      case 'terminal.loaded':
        this.loaded ??= eventLabel(event);
        break;
      case 'terminal.gate-recognised':
        this.atGate = true;
        break;
      case 'carrier.vgm-declared':
        this.vgm = true;
        break;
      case 'carrier.eir-issued':
        this.receipts.add(typeof event.details?.['task'] === 'string' ? event.details['task'] : '');
        break;
      default:
    }
  }

  #maritime(event: AcceptedEvent, subject: SubjectKey): void {
    const concerns = this.#papers.concerns(subject);
    const settle = (state: DangerousGoodsState, on = concerns): void => {
      if (on.length === 0) return;
      this.#isDangerous = true;
      // A word on the box settles its bills too.
      if (subject === this.#papers.box) for (const goods of this.#goods.keys()) this.#goods.set(goods, state);
      for (const goods of on) this.#goods.set(goods, state);
    };
    switch (event.code) {
      case 'maritime.dangerous-goods-declared':
        settle(
          'declared',
          concerns.filter((c) => this.#goods.get(c) !== 'approved'),
        );
        break;
      case 'maritime.dangerous-goods-approved':
        settle('approved');
        break;
      case 'maritime.dangerous-goods-rejected':
        settle('rejected');
        break;
      case 'maritime.dg-opening-ordered':
        this.#openingOrdered = true;
        break;
      case 'maritime.dg-opening-passed':
      case 'maritime.dg-case-closed':
        this.#openingOrdered = false;
        break;
      default:
    }
  }

  /** Dangerous by a paper, or suspected so far that an opening is ordered and not passed (`events.md` section 11). */
  get isDangerous(): boolean {
    return this.#isDangerous || this.#openingOrdered;
  }

  /** The worst state of its papers about dangerous goods. */
  get dangerousGoods(): DangerousGoodsState | 'none' {
    let worst: DangerousGoodsState | 'none' = 'none';
    for (const state of this.#goods.values()) {
      if (state === 'rejected') return 'rejected';
      if (state === 'declared' || worst === 'none') worst = state;
    }
    return worst;
  }
}
