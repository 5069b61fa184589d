import type { Instant } from '../identifiers/instant.ts';

/** The reader's time; the only way in which time enters. */
export interface Clock {
  now(): Instant;
}
