import { setTimeout as sleep } from 'node:timers/promises';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { generatePorts } from '@clearquay/seeds/generator/several-ports.ts';

/** What a steady load sends, and how fast. */
export interface SteadyLoadOptions {
  readonly url: string;
  readonly key: string;
  readonly seed: string;
  readonly ports: readonly string[];
  /** Events per second. */
  readonly rate: number;
  /** All ports are busy at once, with days of so many boxes; unless told they take turns. */
  readonly boxesAtOnce?: number;
}

const ticksPerSecond = 10;
/** Boxes of a port over the whole run: more than any run gets through. */
const endless = 10_000_000;

/**
 * Sends generated port days at a fixed rate until it is stopped. What is not acknowledged is sent again, as a partner does
 * it.
 */
export class SteadyLoad {
  /** Events that were accepted as a record of their own: a repetition inside one request is none. */
  accepted = 0;
  /** Events that were sent for the first time. */
  sent = 0;
  /** Requests that were not acknowledged, and sent again. */
  refused = 0;
  /** `source/id` of them; grows without bound. */
  readonly acknowledged = new Set<string>();
  readonly #options: SteadyLoadOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isAbandoned = false;

  constructor(options: SteadyLoadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when everything that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Ends it without that. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { seed, ports, rate, boxesAtOnce } = this.#options;
    const rest = createRestClient(this.#options);
    const events = generatePorts({ seed, ports: [...ports], containersEach: endless, ...(boxesAtOnce && { boxesAtOnce }) });
    const perTick = Math.max(1, Math.round(rate / ticksPerSecond));
    const pending = new Set<Promise<void>>();
    const begun = performance.now();
    for (let tick = 0; !this.#stopping.signal.aborted; tick++) {
      await sleep(Math.max(0, begun + (tick * 1_000) / ticksPerSecond - performance.now()));
      const batch = Array.from({ length: perTick }, () => events.next().value?.event).filter((event) => event !== undefined);
      this.sent += batch.length;
      const sending = this.#send(rest, batch);
      pending.add(sending);
      sending.finally(() => pending.delete(sending));
    }
    await Promise.all(pending);
  }

  async #send(rest: ReturnType<typeof createRestClient>, batch: readonly { source: string; id: string }[]): Promise<void> {
    while (!this.#isAbandoned) {
      const answer = await rest.sendEvents(batch).catch(() => undefined);
      if (!answer) {
        this.refused++;
        await sleep(1_000);
        continue;
      }
      for (const [i, outcome] of answer.outcomes.entries()) {
        if (outcome.status !== 'accepted' || outcome.duplicate) continue;
        this.accepted++;
        this.acknowledged.add(`${batch[i]?.source}/${batch[i]?.id}`);
      }
      return;
    }
  }
}
