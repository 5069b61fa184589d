import type { BatchStats } from '@clearquay/processor/processor.ts';

/** Adds up what the processor tells about its batches. */
export class StepTotals {
  records = 0;
  batches = 0;
  /** `performance.now()` of the last batch. */
  lastAt = 0;
  readonly #ms = new Map<string, number>();

  add(stats: BatchStats): void {
    this.records += stats.records;
    this.batches++;
    this.lastAt = performance.now();
    for (const [step, ms] of Object.entries(stats.stepMs)) this.#ms.set(step, (this.#ms.get(step) ?? 0) + ms);
  }

  /** Each step's share of the time spent in batches, and the mean size of a batch. */
  summary(): { readonly shares: Readonly<Record<string, number>>; readonly meanRecords: number } {
    const total = [...this.#ms.values()].reduce((a, b) => a + b, 0);
    const shares = Object.fromEntries([...this.#ms].map(([step, ms]) => [step, total === 0 ? 0 : ms / total]));
    return { shares, meanRecords: this.batches === 0 ? 0 : this.records / this.batches };
  }
}
