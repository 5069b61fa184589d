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
  /** All ports are busy at once with days of so many boxes; unless told they take turns with days of 2,000. */
  readonly boxesAtOnce?: number;
}

/** Boxes of one port day of a run: what is held in memory at a time. */
const boxesPerDay = 2000;
/** Number blocks that lie between two ports, so that no box is at two ports of a run of less than 60 days. */
const blocksPerPort = 61;

/** One of each list in turn, until all are at their end. */
function* inTurn<T>(lists: readonly (readonly T[])[]): Generator<T, void, undefined> {
  const longest = Math.max(...lists.map((list) => list.length));
  for (let at = 0; at < longest; at++) for (const list of lists) if (at < list.length) yield list[at] as T;
}

/**
 * Streams the deliveries of several ports for benchmarks. Each port gets one day after the other; either one port day is in
 * memory at a time, or one of every port. A day is sorted by receipt, the run as a whole is not.
 */
export function* generatePorts(options: SeveralPortsOptions): Generator<PlayedEvent, void, undefined> {
  const { seed, ports, containersEach, start = instant(Date.UTC(2026, 2, 1)), zoneOf, mess, boxesAtOnce } = options;
  const size = boxesAtOnce ?? boxesPerDay;
  const firstBlock = hashText(String(seed));
  const dayOf = (port: string, i: number, n: number): PlayedEvent[] =>
    generatePortDay({
      seed: `${seed}/${n}`,
      port,
      start: instant(start + n * day),
      containers: Math.min(size, containersEach - n * size),
      series: (firstBlock + i * blocksPerPort + n) % 2500,
      idPrefix: `${port.slice(2).toLowerCase()}-${n}-`,
      ...(zoneOf && { zone: zoneOf(port) }),
      ...(mess && { mess }),
    });
  for (let n = 0; n * size < containersEach; n++)
    if (boxesAtOnce === undefined) for (const [i, port] of ports.entries()) yield* dayOf(port, i, n);
    else yield* inTurn(ports.map((port, i) => dayOf(port, i, n)));
}
