import type { Counter, Gauge, Histogram, Metrics } from '@clearquay/domain/ports/metrics.ts';

/** The numbers that a processor shows. */
export interface Instruments {
  readonly stepSeconds: Histogram;
  readonly batchRecords: Histogram;
  readonly records: Counter;
  readonly revisions: Counter;
  readonly retries: Counter;
  readonly restarts: Counter;
  readonly foldFailures: Counter;
  readonly prefetchMisses: Counter;
  readonly cacheBytes: Gauge;
  readonly cacheSubjects: Gauge;
  readonly lag: Gauge;
  readonly owned: Gauge;
  readonly archived: Counter;
}

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Registers the numbers; once per registry. */
export function createInstruments(metrics: Metrics): Instruments {
  const name = (rest: string): string => `clearquay_processor_${rest}`;
  return {
    stepSeconds: metrics.histogram(name('step_seconds'), 'Time of one step of one batch', seconds, ['step']),
    batchRecords: metrics.histogram(name('batch_records'), 'Records of one batch', [1, 4, 16, 64, 256, 1024, 4096]),
    records: metrics.counter(name('records_total'), 'Records by what became of them', ['outcome']),
    revisions: metrics.counter(name('revisions_total'), 'Revisions of visits by cause', ['cause']),
    retries: metrics.counter(name('retries_total'), 'Requests that failed and are tried again', ['target']),
    restarts: metrics.counter(name('restarts_total'), 'Times all partitions were given up after an unexpected failure'),
    foldFailures: metrics.counter(name('fold_failures_total'), 'Boxes whose fold threw'),
    prefetchMisses: metrics.counter(name('prefetch_misses_total'), 'Reads of subjects that were not prefetched'),
    cacheBytes: metrics.gauge(name('cache_bytes'), 'Estimated bytes of the subjects in memory'),
    cacheSubjects: metrics.gauge(name('cache_subjects'), 'Subjects in memory'),
    lag: metrics.gauge(name('lag_records'), 'Records of owned partitions that are not committed'),
    owned: metrics.gauge(name('owned_partitions'), 'Partitions that are owned and taken over'),
    archived: metrics.counter(name('archived_total'), 'Records written to the archive tables', ['table']),
  };
}
