import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import { parseContainerNumber } from '@clearquay/domain/identifiers/container-number.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { createDemoDays } from '@clearquay/seeds/generator/demo-days.ts';
import { playPortDay } from '@clearquay/seeds/generator/play-port-day.ts';
import { playScenario } from '@clearquay/seeds/scenarios/play-scenario.ts';
import type { Scenario } from '@clearquay/seeds/scenarios/scenario.ts';
import { loadScenario } from '@clearquay/seeds/scenarios/scenario-files.ts';

/** The demo port, its boxes a day, and how many of its minutes pass in a second. */
const demoDay = { port: 'CNDLC', containers: 2000 } as const;
const speed = 2;
const retryMs = 1_000;
/** Between two events of a scenario, so that one can follow it. */
const pauseMs = 1_000;

/** A demo that is playing. */
export interface Demo {
  /** Stops it and resolves when nothing more is sent. */
  stop(): Promise<void>;
}

/** What a server was started with. */
interface Server {
  readonly url: string;
  readonly key: string;
}

/** What both kinds of demo use to send and to wait. */
interface Stage {
  readonly rest: RestClient;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  readonly sleep: (ms: number) => Promise<void>;
  readonly send: (events: readonly object[]) => Promise<void>;
}

/** Sends through intake, as a partner would; what intake refuses for want of room or a part is sent again. */
function createStage(server: Server, logger: Logger, signal: AbortSignal): Stage {
  const rest = createRestClient(server);
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
  return { rest, logger, signal, now: () => systemClock.now(), sleep, send };
}

/** Tells a scenario once; a data directory that knows its boxes has heard it before. */
async function tellScenario(name: string, scenario: Scenario, stage: Stage): Promise<void> {
  const boxes = Object.values(scenario.ids).filter((id) => parseContainerNumber(id).ok);
  const known = await stage.rest.getVisits({ container: boxes, limit: 1 });
  if (known.visits.length > 0) {
    stage.logger.info({ boxes }, `the scenario ${name} was told here before; start with another --data to see it again`);
    return;
  }
  await playScenario({ ...stage, read: (start) => loadScenario(name, start) ?? scenario, pauseMs });
  stage.logger.info({ boxes }, `the scenario ${name} is told`);
}

/**
 * Plays a scenario, or generated days of the demo port when the name is of none. Any end of the play but its own is
 * logged and leaves the server running.
 */
export function playDemo(server: Server, logger: Logger, name = 'day'): Demo {
  const ending = new AbortController();
  const { signal } = ending;
  const stage = createStage(server, logger, signal);
  const scenario = loadScenario(name);
  const playing: Promise<unknown> = scenario
    ? tellScenario(name, scenario, stage)
    : playPortDay({ ...stage, days: createDemoDays({ ...demoDay, run: Date.now().toString(36) }), speed });
  const played = playing.catch((error: unknown) => {
    if (!signal.aborted) logger.error({ err: error }, 'the demo ended');
  });
  return {
    async stop() {
      ending.abort();
      await played;
    },
  };
}
