import type { Instant } from '../identifiers/instant.ts';

/** A stretch of event time in which a move was allowed (ruling 14); open at the end while it still is. */
export interface ReadyPeriod {
  readonly from: Instant;
  /** Excluded. In the future of a reader when a delivery order will expire. */
  readonly to?: Instant;
  /** True when a condition bound the move at any time of it. */
  readonly withConditions: boolean;
}

/** Collects the stretches while verdicts are told in order of time. */
export class ReadyPeriods {
  readonly #periods: { from: Instant; to?: Instant; withConditions: boolean }[] = [];
  #open: { from: Instant; to?: Instant; withConditions: boolean } | undefined;
  #expiry: Instant | undefined;

  /** The move is allowed from a moment on, unless something said expires before the next verdict. */
  ready(at: Instant, withConditions: boolean, expiry: Instant | undefined): void {
    this.#expire(at);
    if (!this.#open) {
      this.#open = { from: at, withConditions };
      this.#periods.push(this.#open);
    }
    if (withConditions) this.#open.withConditions = true;
    this.#expiry = expiry;
  }

  /** The move is not allowed from a moment on. */
  stopped(at: Instant): void {
    this.#expire(at);
    if (this.#open) this.#open.to = at;
    this.#open = undefined;
    this.#expiry = undefined;
  }

  /** All stretches in order. */
  finish(): readonly ReadyPeriod[] {
    if (this.#open && this.#expiry !== undefined) this.#open.to = this.#expiry;
    return this.#periods;
  }

  #expire(at: Instant): void {
    if (!this.#open || this.#expiry === undefined || this.#expiry >= at) return;
    this.#open.to = this.#expiry;
    this.#open = undefined;
    this.#expiry = undefined;
  }
}
