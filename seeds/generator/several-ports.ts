import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { MessRates } from './mess-rates.ts';
import type { PlayedEvent } from './played-event.ts';
import { generatePortDay } from './port-day.ts';
import { hashText } from './random.ts';
import { day } from './spans.ts';

/** What a run over several ports is made from; equal options give equal bytes. */
export interface SeveralPortsOptions {
  readonly seed: string | number;
  /** UN/LOCODEs. */
  readonly ports: readonly string[];
  /** Boxes of each port over the whole run. */
  readonly containersEach: number;
  /** First moment of the first day; 1 March 2026 UTC unless told. */
  readonly start?: Instant;
  /** Zone in which the times of a port are written; Asia/Shanghai unless told. */
  readonly zoneOf?: (port: string) => string;
  readonly mess?: Partial<MessRates>;
}

/** Boxes of one port day of a run: what is held in memory at a time. */
const boxesPerDay = 2000;
/** Number blocks that lie between two ports, so that no box is at two ports of a run of less than 60 days. */
const blocksPerPort = 61;

/**
 * Streams the deliveries of several ports for benchmarks. Each port gets days of 2,000 boxes, one after the other, the
 * ports taking turns; one port day is in memory at a time and sorted by receipt, the run as a whole is not.
 */
export function* generatePorts(options: SeveralPortsOptions): Generator<PlayedEvent, void, undefined> {
  const { seed, ports, containersEach, start = instant(Date.UTC(2026, 2, 1)), zoneOf, mess } = options;
  const firstBlock = hashText(String(seed));
  for (let n = 0; n * boxesPerDay < containersEach; n++)
    for (const [i, port] of ports.entries())
      yield* generatePortDay({
        seed: `${seed}/${n}`,
        port,
        start: instant(start + n * day),
        containers: Math.min(boxesPerDay, containersEach - n * boxesPerDay),
        series: (firstBlock + i * blocksPerPort + n) % 2500,
        idPrefix: `${port.slice(2).toLowerCase()}-${n}-`,
        ...(zoneOf && { zone: zoneOf(port) }),
        ...(mess && { mess }),
      });
}
