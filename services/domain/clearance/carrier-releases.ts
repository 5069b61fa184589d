import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { BillMove } from '../visit/links.ts';
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
      if (event.details?.['kind'] === 'recall') for (const bill of this.#concerned(event, subject)) this.#released.delete(bill);
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

  /** A bill that took the place of others is released when all of them were, for as long as the shortest order lasts. */
  rekey(moves: readonly BillMove[]): void {
    for (const [to, merged] of Map.groupBy(moves, (m) => m.to)) {
      if (!merged.every((m) => this.#released.has(m.from))) continue;
      this.#released.add(to);
      for (const { from } of merged) {
        const old = this.#validity.get(from);
        if (old && old.until < (this.#validity.get(to)?.until ?? Number.POSITIVE_INFINITY)) this.#validity.set(to, old);
      }
    }
  }

  isReleased(bill: SubjectKey): boolean {
    return this.#released.has(bill);
  }

  validity(bill: SubjectKey): Validity | undefined {
    return this.#validity.get(bill);
  }

  /** A word on the box stands for the bills that it names, for every one when it names none. */
  #concerned(event: AcceptedEvent, subject: SubjectKey): SubjectKey[] {
    if (subject !== this.#papers.box) return [subject];
    const named = this.#papers.scopeOf(event, subject).filter((key) => key.startsWith('bill:'));
    return named.length > 0 ? named : [this.#papers.box, ...this.#papers.bills.map((b) => b.key)];
  }
}
