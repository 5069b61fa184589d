import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Gauge } from '@clearquay/domain/ports/metrics.ts';
import type { Batch } from './batch.ts';

/** What is known of one owned partition. */
interface Progress {
  /** Next offset to commit, by topic. */
  readonly next: Map<string, number>;
  /** True once a poll found nothing: topics without a commit hold nothing new. */
  wasIdle: boolean;
}

export interface LagWatchDeps {
  readonly log: Pick<EventLog, 'bounds'>;
  readonly topics: readonly string[];
  readonly gauge: Gauge;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Measures how many records of the owned partitions are not committed yet. */
export class LagWatch {
  readonly #deps: LagWatchDeps;
  readonly #progress = new Map<number, Progress>();
  #timer: NodeJS.Timeout | undefined;
  /** Records behind at the last look; nothing before the first one. */
  lag: number | undefined;

  constructor(deps: LagWatchDeps) {
    this.#deps = deps;
  }

  /** Partitions that are owned and taken over. */
  get owned(): number {
    return this.#progress.size;
  }

  gained(partition: number): void {
    this.#progress.set(partition, { next: new Map(), wasIdle: false });
  }

  lost(partition: number): void {
    this.#progress.delete(partition);
  }

  idle(partition: number): void {
    const progress = this.#progress.get(partition);
    if (progress) progress.wasIdle = true;
  }

  committed(partition: number, ranges: Batch['ranges']): void {
    const next = this.#progress.get(partition)?.next;
    for (const [topic, [, end]] of ranges) next?.set(topic, end);
  }

  start(): void {
    this.#timer = setInterval(() => void this.measure(), this.#deps.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async measure(): Promise<void> {
    const { log, topics, gauge, logger } = this.#deps;
    try {
      let lag = 0;
      for (const topic of topics) {
        const bounds = await log.bounds(topic);
        for (const [partition, { next, wasIdle }] of this.#progress) {
          const { start = 0, end = 0 } = bounds[partition] ?? {};
          lag += end - (next.get(topic) ?? (wasIdle ? end : start));
        }
      }
      this.lag = lag;
      gauge.set(lag);
    } catch (err) {
      this.lag = undefined;
      logger.warn({ err }, 'the lag could not be measured');
    }
  }
}
