import type { Counter, Metrics } from '@clearquay/domain/ports/metrics.ts';

/** What intake counts. */
export interface IntakeCounters {
  /** By channel (`api`, `message`) and outcome (`accepted`, `rejected`). */
  readonly events: Counter;
  /** By format and outcome (`read`, `refused`). */
  readonly messages: Counter;
}

/** Registers the counters; once per registry. */
export const createIntakeCounters = (metrics: Metrics): IntakeCounters => ({
  events: metrics.counter('clearquay_intake_events_total', 'Status events by outcome', ['channel', 'outcome']),
  messages: metrics.counter('clearquay_intake_messages_total', 'Deliveries by format and outcome', ['format', 'outcome']),
});
