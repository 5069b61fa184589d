import type { Change } from './change.ts';

/**
 * Changes as an async iterator. It holds at most one change per visit and subscription: a reader that falls behind
 * gets the newest state of each visit, so what waits is bounded by what is subscribed to.
 */
export class ChangeStream implements AsyncIterableIterator<Change> {
  readonly #waiting = new Map<string, Change>();
  readonly #onReturn: (stream: ChangeStream) => void;
  #wake = Promise.withResolvers<void>();
  #ended = false;

  constructor(onReturn: (stream: ChangeStream) => void) {
    this.#onReturn = onReturn;
  }

  push(change: Change): void {
    const key = `${change.subscription}\u0000${change.visitId}`;
    this.#waiting.delete(key);
    this.#waiting.set(key, change);
    this.#wake.resolve();
  }

  /** Lets the iteration end after what waits. */
  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  async next(): Promise<IteratorResult<Change, undefined>> {
    while (true) {
      for (const [key, value] of this.#waiting) {
        this.#waiting.delete(key);
        return { done: false, value };
      }
      if (this.#ended) return { done: true, value: undefined };
      this.#wake = Promise.withResolvers<void>();
      await this.#wake.promise;
    }
  }

  async return(): Promise<IteratorResult<Change, undefined>> {
    this.#waiting.clear();
    this.end();
    this.#onReturn(this);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
