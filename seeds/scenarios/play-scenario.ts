import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Delivery, Scenario } from './scenario.ts';

const minute = 60_000;

/** The deliveries of a scenario in order of receipt; those of one moment as they are written. */
export const inOrderOfReceipt = (scenario: Scenario): Delivery[] => [...scenario.deliveries].sort((a, b) => a.receivedAt - b.receivedAt);

/** What a play needs. */
export interface ScenarioPlay {
  /** Reads the scenario with its offsets counted from a moment; without one from the day in its file. */
  readonly read: (start?: Instant) => Scenario;
  /** Sends one batch; the next one waits until it settles. A rejection ends the play with the same error. */
  readonly send: (events: readonly StatusEventJson[]) => Promise<void>;
  /** Ends the play between two events. */
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  /** Waits some milliseconds; resolves early when the play is ended. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds between two events. */
  readonly pauseMs: number;
}

/**
 * Plays a scenario, one event after the other in order of receipt. Its dates are shifted so that the whole story lies
 * behind the real clock and its last moment is the minute that has just begun. Resolves with the number of events that were sent.
 */
export async function playScenario({ read, send, signal, now, sleep, pauseMs }: ScenarioPlay): Promise<number> {
  const { start, deliveries } = read();
  const lastAt = Math.max(...deliveries.map((d) => Math.max(d.receivedAt, d.occurredAt)));
  const shifted = read(instant(Math.floor((now() - (lastAt - start)) / minute) * minute));
  let sent = 0;
  for (const { event } of inOrderOfReceipt(shifted)) {
    if (sent > 0) await sleep(pauseMs);
    if (signal.aborted) break;
    await send([event]);
    sent++;
  }
  return sent;
}
