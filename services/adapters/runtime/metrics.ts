import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Metrics that can be read back in the text format that Prometheus scrapes. */
export interface ExposedMetrics extends Metrics {
  readonly contentType: string;
  exposition(): Promise<string>;
}

/** One registry, so that several services in one process do not meet; a name used twice throws. */
export function createMetrics(): ExposedMetrics {
  const register = new Registry();
  const options = (name: string, help: string, labelNames: readonly string[]) => ({ name, help, labelNames, registers: [register] });
  return {
    contentType: register.contentType,
    exposition: () => register.metrics(),
    counter(name, help, labels = []) {
      const counter = new Counter(options(name, help, labels));
      return { add: (amount, values = {}) => counter.inc(values, amount) };
    },
    gauge(name, help, labels = []) {
      const gauge = new Gauge(options(name, help, labels));
      return { set: (value, values = {}) => gauge.set(values, value) };
    },
    histogram(name, help, buckets, labels = []) {
      const histogram = new Histogram({ ...options(name, help, labels), buckets: [...buckets] });
      return { observe: (value, values = {}) => histogram.observe(values, value) };
    },
  };
}
