import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { createInterestIndex } from '../session/interest-index.ts';
import type { Update } from '../tail/update.ts';
import { judgeChange } from './judge-change.ts';

/** A reader that waits for a revision of its filter. */
export interface Wait {
  /** True when there was one since the last call, or comes within the time; false when the time or the gateway ended first. */
  next(ms: number): Promise<boolean>;
  /** Ends it: also a `next` that is under way. */
  end(): void;
}

/** All readers that wait. They are woken by the tail: none of them asks the warehouse. */
export interface Waits {
  /** Begins to listen. Throws `ProblemError` `CQ_UNAVAILABLE` when there are too many. */
  open(filter: Filter): Wait;
  deliver(update: Update): void;
  /** Ends every wait, and each that is opened later at once. */
  drain(): void;
}

class Waiter implements Wait {
  readonly filter: Filter;
  readonly #ended: () => void;
  #hit = false;
  #over: boolean;
  #wake: () => void = () => {};

  constructor(filter: Filter, over: boolean, ended: () => void) {
    this.filter = filter;
    this.#over = over;
    this.#ended = ended;
  }

  async next(ms: number): Promise<boolean> {
    if (!this.#hit && !this.#over)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const hit = this.#hit;
    this.#hit = false;
    return hit;
  }

  hit(): void {
    this.#hit = true;
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
    this.#ended();
  }
}

/** Builds the registry for at most `most` readers at once. */
export function createWaits(most: number, metrics: Metrics): Waits {
  const open = new Set<Waiter>();
  const interest = createInterestIndex<Waiter>();
  const waiting = metrics.gauge('clearquay_gateway_waits', 'Requests of the change feed that wait');
  let draining = false;
  return {
    open(filter) {
      if (open.size >= most)
        throw new ProblemError('CQ_UNAVAILABLE', 'Too many readers are waiting. Ask without ?wait= or try again later.');
      const waiter = new Waiter(filter, draining, () => {
        if (!open.delete(waiter)) return;
        interest.remove(waiter, filter);
        waiting.set(open.size);
      });
      open.add(waiter);
      waiting.set(open.size);
      interest.add(waiter, filter);
      return waiter;
    },
    deliver(update) {
      interest.each(update, (waiter) => {
        if (judgeChange(waiter.filter, update) !== 'nothing') waiter.hit();
      });
    },
    drain() {
      draining = true;
      for (const waiter of [...open]) waiter.end();
    },
  };
}
