import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { eventLabel } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers, Concern, Scope } from './box-papers.ts';
import { dueTime } from './deadline-due.ts';

/** How long a delivery order may be used, and the event that says so. */
export interface Validity {
  readonly until: Instant;
  readonly event: string;
}

/** Which goods of a box the carrier has released, and until when; a recall takes the release back. */
export class CarrierReleases {
  readonly #papers: BoxPapers;
  readonly #zone: string;
  readonly #released = new Set<Concern>();
  readonly #validity = new Map<Concern, Validity>();

  constructor(papers: BoxPapers, zone: string) {
    this.#papers = papers;
    this.#zone = zone;
  }

  apply(event: AcceptedEvent, subject: SubjectKey): void {
    if (event.code === 'carrier.hold-placed') {
      if (event.details?.['kind'] === 'recall') for (const concern of this.#concerned(event, subject)) this.#released.delete(concern);
      return;
    }
    if (event.code !== 'carrier.delivery-order-issued' && event.code !== 'carrier.e-release-confirmed') return;
    const until = dueTime(event.details?.['validUntil'], this.#zone);
    for (const concern of this.#concerned(event, subject)) {
      this.#released.add(concern);
      if (until !== undefined) this.#validity.set(concern, { until, event: eventLabel(event) });
      else if (event.code === 'carrier.delivery-order-issued') this.#validity.delete(concern);
    }
  }

  /** A bill into which several were merged is released when all of them were. */
  isReleased(bill: SubjectKey): boolean {
    return this.#papers.concerns(bill).every((c) => this.#released.has(c));
  }

  /** The validity of its order, of several the shortest. */
  validity(bill: SubjectKey): Validity | undefined {
    let shortest: Validity | undefined;
    for (const concern of this.#papers.concerns(bill)) {
      const validity = this.#released.has(concern) ? this.#validity.get(concern) : undefined;
      if (validity && !(shortest && shortest.until <= validity.until)) shortest = validity;
    }
    return shortest;
  }

  /** A word on the box stands for the bills that it names, for every one when it names none. */
  #concerned(event: AcceptedEvent, subject: SubjectKey): Scope {
    if (subject !== this.#papers.box) return this.#papers.concerns(subject);
    const named = this.#papers.scopeOf(event, subject).filter((c) => typeof c !== 'string');
    return named.length > 0 ? named : [this.#papers.box, ...this.#papers.lots];
  }
}
