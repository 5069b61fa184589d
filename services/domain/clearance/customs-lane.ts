import type { AcceptedEvent } from '../events/status-event.ts';
import type { MilestoneTimes, SubjectKey } from '../visit/visit.ts';
import type { BoxClasses } from './box-class.ts';
import type { Progress } from './customs-progress.ts';
import type { HeldMove } from './hold.ts';
import type { HoldLedger } from './hold-ledger.ts';

/** States of the customs lane (`events.md` section 4): what holds the box, else how far it is. */
export type CustomsState = 'seized' | 'return' | 'revoked' | 'held' | Progress;

/** Follows the customs side of one box: its lane, and since when it is released as a whole. */
export class CustomsLane {
  readonly #classes: BoxClasses;
  readonly #holds: HoldLedger;
  readonly #move: HeldMove;
  #since: AcceptedEvent | undefined;
  #first: AcceptedEvent | undefined;

  constructor(classes: BoxClasses, holds: HoldLedger, move: HeldMove) {
    this.#classes = classes;
    this.#holds = holds;
    this.#move = move;
  }

  state(units: readonly SubjectKey[]): CustomsState {
    const holds = this.#holds;
    if (holds.open.length > 0) {
      if (holds.stands('customs', this.#move, 'seizure')) return 'seized';
      if (holds.stands('customs', this.#move, 'return')) return 'return';
      if (holds.stands('customs', this.#move, 'release-revoked')) return 'revoked';
      if (holds.stands('customs', this.#move)) return 'held';
    }
    return this.#classes.progress(units);
  }

  /** Notes what an event of customs, or the replacement of a bill, made of the release. */
  follow(event: AcceptedEvent, units: readonly SubjectKey[]): void {
    if (this.state(units) !== 'released') this.#since = undefined;
    else {
      this.#since ??= event;
      this.#first ??= event;
    }
  }

  /** Start of the present unbroken release of the whole box, with the very first one when they differ. */
  released(): MilestoneTimes | undefined {
    const [since, first] = [this.#since, this.#first];
    if (!first) return undefined;
    return {
      ...(since && { actual: since.occurredAt }),
      ...(first !== since && { first: first.occurredAt }),
      source: (since ?? first).source,
    };
  }
}
