import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Days } from './demo-days.ts';
import { hour, minute } from './spans.ts';

/** What a play needs. */
export interface PortDayPlay {
  readonly days: Days;
  /** Port minutes per real second once the history was sent; above 1/60, so that the story never overtakes the clock. */
  readonly speed: number;
  /** Sends one batch; the next one waits until it settles. A rejection ends the play with the same error. */
  readonly send: (events: readonly StatusEventJson[]) => Promise<void>;
  /** Ends the play between two batches. */
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  /** Waits some milliseconds; resolves early when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Hours from the start of a day up to which all is sent at once (12). */
  readonly historyUntil?: number;
  /** Hours from the start of a day after which the next one begins; what would come later is left out (72). */
  readonly playUntil?: number;
  /** Most events of one batch (500). */
  readonly batchSize?: number;
  /** Days to play before it ends by itself; without end unless told. */
  readonly dayCount?: number;
  /** Told when the history of a day is sent and the visible part begins. */
  readonly onLive?: (n: number, start: Instant) => void;
}

/** What was sent. */
export interface PlayTotals {
  readonly days: number;
  readonly events: number;
}

/** Shortest wait: events due within it go out together. */
const tick = 100;

/** Collects events and sends them in batches, one after the other. */
function createBatches({ send, batchSize = 500 }: PortDayPlay) {
  let batch: StatusEventJson[] = [];
  let events = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const full = batch;
    batch = [];
    await send(full);
    events += full.length;
  };
  return {
    flush,
    add: async (event: StatusEventJson) => {
      batch.push(event);
      if (batch.length >= batchSize) await flush();
    },
    sent: () => events,
  };
}

type Batches = ReturnType<typeof createBatches>;

/** Plays one day: its history at once, then each delivery when the accelerated clock of the story reaches it. */
async function playDay(play: PortDayPlay, n: number, batches: Batches): Promise<void> {
  const { days, speed, signal, now, sleep, historyUntil = 12, playUntil = 72, onLive } = play;
  const rate = (speed * minute) / 1000;
  const liveMs = ((playUntil - historyUntil) * hour) / rate;
  const start = instant(Math.round(now() + liveMs - playUntil * hour));
  const historyEnd = start + historyUntil * hour;
  const end = start + playUntil * hour;
  let liveFrom: number | undefined;
  for (const { event, receivedAt } of days(n, start)) {
    if (receivedAt >= end) break;
    if (receivedAt >= historyEnd) {
      if (liveFrom === undefined) {
        await batches.flush();
        liveFrom = now();
        onLive?.(n, start);
      }
      const wait = liveFrom + (receivedAt - historyEnd) / rate - now();
      if (wait > 0) {
        await batches.flush();
        if (!signal.aborted) await sleep(Math.max(wait, tick), signal);
      }
    }
    if (signal.aborted) return;
    await batches.add(event);
  }
  if (!signal.aborted) await batches.flush();
}

/**
 * Plays port days one after the other until the signal is aborted. Dates are set so that a day ends near the real now:
 * while it plays, the story's clock runs `speed` times 60 faster than the real one and never ahead of it.
 *
 * @returns how much was sent, once aborted or after `dayCount` days
 * @throws RangeError when `speed` is too slow to stay behind the clock, and whatever `send` rejects with
 */
export async function playPortDay(play: PortDayPlay): Promise<PlayTotals> {
  if (!(play.speed * 60 > 1)) throw new RangeError('speed must be above 1/60 port minutes per second');
  const batches = createBatches(play);
  let n = 0;
  while (!play.signal.aborted && n < (play.dayCount ?? Number.POSITIVE_INFINITY)) await playDay(play, n++, batches);
  return { days: n, events: batches.sent() };
}
