import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { eventLabel } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers } from './box-papers.ts';
import { dueTime } from './deadline-due.ts';

/** How long a delivery order may be used, and the event that says so. */
export interface Validity {
  readonly until: Instant;
  readonly event: string;
}

/** Which bills of a box the carrier has released, and until when; a recall takes the release back. */
export class CarrierReleases {
  readonly #papers: BoxPapers;
  readonly #zone: string;
  readonly #released = new Set<SubjectKey>();
  readonly #validity = new Map<SubjectKey, Validity>();

  constructor(papers: BoxPapers, zone: string) {
    this.#papers = papers;
    this.#zone = zone;
  }

  apply(event: AcceptedEvent, subject: SubjectKey): void {
    if (event.code === 'carrier.hold-placed') {
      if (event.details?.['kind'] === 'recall') for (const bill of this.#concerned(event, subject)) this.#recall(bill);
      return;
    }
    if (event.code !== 'carrier.delivery-order-issued' && event.code !== 'carrier.e-release-confirmed') return;
    const until = dueTime(event.details?.['validUntil'], this.#zone);
    for (const bill of this.#concerned(event, subject)) {
      this.#released.add(bill);
      if (until !== undefined) this.#validity.set(bill, { until, event: eventLabel(event) });
      else if (event.code === 'carrier.delivery-order-issued') this.#validity.delete(bill);
    }
  }

  /** A bill that took the place of others is released when all of them were. */
  isReleased(bill: SubjectKey): boolean {
    if (this.#released.has(bill)) return true;
    const replaced = this.#papers.replacedBy(bill);
    return replaced.length > 0 && replaced.every((b) => this.isReleased(b));
  }

  /** The validity of its own order, else the shortest of the bills whose place it took. */
  validity(bill: SubjectKey): Validity | undefined {
    if (this.#released.has(bill)) return this.#validity.get(bill);
    const inherited = this.#papers.replacedBy(bill).flatMap((b) => this.validity(b) ?? []);
    return inherited.length > 0 ? inherited.reduce((a, b) => (b.until < a.until ? b : a)) : undefined;
  }

  #recall(bill: SubjectKey): void {
    this.#released.delete(bill);
    for (const old of this.#papers.replacedBy(bill)) this.#recall(old);
  }

  /** A word on the box stands for the bills that it names, for every one when it names none. */
  #concerned(event: AcceptedEvent, subject: SubjectKey): SubjectKey[] {
    if (subject !== this.#papers.box) return [subject];
    const named = this.#papers.scopeOf(event, subject).filter((key) => key.startsWith('bill:'));
    return named.length > 0 ? named : [this.#papers.box, ...this.#papers.bills.map((b) => b.key)];
  }
}
