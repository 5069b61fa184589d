import { setTimeout as sleep } from 'node:timers/promises';
import { RequestRefused } from '@clearquay/sdk/request-refused.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import type { MessRates } from '@clearquay/seeds/generator/mess-rates.ts';
import { generatePorts } from '@clearquay/seeds/generator/several-ports.ts';

/** An event as a partner sends it. */
export interface SentEvent {
  readonly id: string;
  readonly source: string;
  readonly port: string;
}

/** The ports of every load, each in a partition of its own. */
export const loadPorts4 = ['CNDLC', 'CNYTG', 'CNYIK', 'CNJNZ'] as const;

/** The first events of generated days of four ports: late, repeated and corrected as ports send them, unless told worse. */
export function loadOf(seed: number, events: number, mess: Partial<MessRates> = {}): SentEvent[] {
  const containersEach = Math.ceil(events / 60);
  const days = generatePorts({ seed, ports: loadPorts4, containersEach, mess });
  return [...days.map(({ event }) => event as unknown as SentEvent).take(events)];
}

const batchSize = 100;
const concurrency = 4;
const retryMs = 100;

/**
 * Sends as a partner does who wants nothing lost: what was not acknowledged is sent again, unchanged, until it is. Keeps
 * `source/id` of every event that was acknowledged as accepted.
 */
export class Sender {
  readonly acknowledged = new Set<string>();
  /** Answers that were not 202, by status; 0 where there was no answer. */
  readonly refusals = new Map<number, number>();
  readonly #rest: ReturnType<typeof createRestClient>;

  constructor(server: { readonly url: string; readonly key: string }) {
    this.#rest = createRestClient(server);
  }

  /** Resolves when all are acknowledged. */
  async send(events: readonly SentEvent[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, i) =>
      events.slice(i * batchSize, (i + 1) * batchSize),
    );
    const waiting = batches.values();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const batch of waiting) await this.#until202(batch);
      }),
    );
  }

  async #until202(batch: readonly SentEvent[]): Promise<void> {
    for (;;) {
      try {
        const { outcomes } = await this.#rest.sendEvents(batch);
        for (const [i, { status }] of outcomes.entries())
          if (status === 'accepted') this.acknowledged.add(`${batch[i]?.source}/${batch[i]?.id}`);
        return;
      } catch (error) {
        const status = error instanceof RequestRefused ? error.status : 0;
        this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
        await sleep(retryMs);
      }
    }
  }
}
