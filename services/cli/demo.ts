import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { createDemoDays } from '@clearquay/seeds/generator/demo-days.ts';
import { playPortDay } from '@clearquay/seeds/generator/play-port-day.ts';

/** The demo port, its boxes a day, and how many of its minutes pass in a second. */
const demoDay = { port: 'CNDLC', containers: 2000 } as const;
const speed = 2;
const retryMs = 1_000;

/** A demo that is playing. */
export interface Demo {
  /** Stops it and resolves when nothing more is sent. */
  stop(): Promise<void>;
}

/**
 * Plays generated days of the demo port through intake, as a partner would send them. What intake refuses for want of
 * room or a part is sent again; any other end of the play is logged and leaves the server running.
 */
export function playDemo(server: { readonly url: string; readonly key: string }, logger: Logger): Demo {
  const rest = createRestClient(server);
  const ending = new AbortController();
  const { signal } = ending;
  const sleep = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
  const send = async (events: readonly object[]): Promise<void> => {
    for (;;) {
      try {
        await rest.sendEvents(events);
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, 'the demo waits for intake');
        await sleep(retryMs);
      }
    }
  };
  const days = createDemoDays({ ...demoDay, run: Date.now().toString(36) });
  const played = playPortDay({ days, speed, send, signal, now: () => systemClock.now(), sleep }).catch((error: unknown) => {
    if (!signal.aborted) logger.error({ err: error }, 'the demo ended');
  });
  return {
    async stop() {
      ending.abort();
      await played;
    },
  };
}
