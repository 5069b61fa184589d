import type { ClockInput } from './clock-input.ts';
import type { ServiceLimit } from './service-limits.ts';

/** What deadlines are read from: as the clocks, with the zone of the port, by which days end, and the published limits. */
export interface DeadlineInput extends ClockInput {
  /** IANA zone of the port. */
  readonly zone: string;
  /** The published list, for jobs whose event names no limit; empty when there is none. */
  readonly serviceLimits?: readonly ServiceLimit[];
}
