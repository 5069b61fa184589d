import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PlayedEvent } from './played-event.ts';
import { generatePortDay } from './port-day.ts';
import { hashText } from './random.ts';

/** The days of a demo: day `n` (from 0) with its vessels arriving in the 24 hours from `start`. */
export type Days = (n: number, start: Instant) => Iterable<PlayedEvent>;

/** What tells one demo from another. */
export interface DemoOptions {
  /** UN/LOCODE. */
  readonly port: string;
  /** Boxes of each day. */
  readonly containers: number;
  /** Tells this run from earlier ones on the same data, e.g. its start in base 36; at most 40 characters. */
  readonly run: string;
}

/**
 * Gives every day of a demo its own seed, event ids and block of numbers. The days of a demo lie nearly on top of each
 * other in time, so a box of one day must not be told to be elsewhere in the next: numbers come back within a day only,
 * from import to empty to export.
 */
export const createDemoDays = ({ port, containers, run }: DemoOptions): Days => {
  const firstBlock = hashText(run);
  return (n, start) =>
    generatePortDay({
      seed: `${run}/${n}`,
      port,
      start,
      containers,
      series: (firstBlock + n) % 2500,
      idPrefix: `${port.slice(2).toLowerCase()}-${run}-${n}-`,
    });
};
