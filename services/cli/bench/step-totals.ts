import type { BatchStats } from '@clearquay/processor/processor.ts';

/** Adds up what the processor tells about its batches. */
export class StepTotals {
  records = 0;
  batches = 0;
  /** `performance.now()` of the last batch. */
  lastAt = 0;
  readonly #ms = new Map<string, number>();
  #waiting: { readonly records: number; readonly done: () => void } | undefined;

  add(stats: BatchStats): void {
    this.records += stats.records;
    this.batches++;
    this.lastAt = performance.now();
    for (const [step, ms] of Object.entries(stats.stepMs)) this.#ms.set(step, (this.#ms.get(step) ?? 0) + ms);
    if (this.#waiting && this.records >= this.#waiting.records) this.#waiting.done();
  }

  /**
   * Resolves when so many records have been through. Rejects when there was no batch for `stallMs`: one whose commit was not
   * answered is counted by nobody, though it is not read again.
   */
  reached(records: number, stallMs = 300_000): Promise<void> {
    if (this.records >= records) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let seen = this.batches;
    const watch = setInterval(() => {
      if (this.batches === seen) reject(new Error(`no batch for ${stallMs / 1000} s after ${this.records} of ${records} records`));
      seen = this.batches;
    }, stallMs);
    this.#waiting = { records, done: resolve };
    return promise.finally(() => clearInterval(watch));
  }

  /** Each step's share of the time spent in batches, and the mean size of a batch. */
  summary(): { readonly shares: Readonly<Record<string, number>>; readonly meanRecords: number } {
    const total = [...this.#ms.values()].reduce((a, b) => a + b, 0);
    const shares = Object.fromEntries([...this.#ms].map(([step, ms]) => [step, total === 0 ? 0 : ms / total]));
    return { shares, meanRecords: this.batches === 0 ? 0 : this.records / this.batches };
  }
}
