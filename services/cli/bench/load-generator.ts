import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeltaFrame } from '@clearquay/domain/stream/frames.ts';
import { connect } from '@clearquay/sdk/connect.ts';
import { createRestClient, type EventsReceipt, type RestClient } from '@clearquay/sdk/rest.ts';
import { generatePorts } from '@clearquay/seeds/generator/several-ports.ts';
import { answerParent } from './ask-child.ts';
import { quantile } from './figures.ts';
import { openStalledClient } from './stalled-client.ts';

/*
 * The other side of `bench pipeline`, in a process of its own: sends generated port days through intake and subscribes
 * to everything. Gets a `Load` from its parent and answers with a `LoadResult`.
 */

/** What to send, and how fast. */
export interface Load {
  readonly url: string;
  readonly key: string;
  readonly seed: string;
  readonly ports: readonly string[];
  readonly containersEach: number;
  /** Events per second; absent: as fast as they are taken. */
  readonly rate?: number;
  /** Events to send at most. */
  readonly limit: number;
  /** Opens one more client of everything that reads nothing in every such time, since each is cut off in the end. */
  readonly stallEveryMs?: number;
}

/** What became of it, as a client sees it. */
export interface LoadResult {
  readonly sent: number;
  readonly refused: number;
  readonly deltas: number;
  /** From the first request to the last answer. */
  readonly sendSeconds: number;
  /** From the first request to the last delta. */
  readonly deltaSeconds: number;
  /** From the request that brought an event to the delta that named it, in milliseconds; empty without a rate. */
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number; readonly samples: number };
}

const batchSize = 500;
const concurrency = 4;
const pacedBatches = 25;
const quietMs = 1_500;
const retryMs = 1_000;

/** Measures from a request to the delta that names one of its events. */
class Delays {
  readonly #sentAt = new Map<string, number>();
  readonly #ms: number[] = [];
  deltas = 0;
  lastAt = 0;

  sent(events: readonly { readonly id: string; readonly source: string }[]): void {
    const now = performance.now();
    for (const { source, id } of events) if (!this.#sentAt.has(`${source}/${id}`)) this.#sentAt.set(`${source}/${id}`, now);
  }

  delta(events: DeltaFrame['events']): void {
    this.deltas++;
    this.lastAt = performance.now();
    for (const { source, id } of events) {
      const key = `${source}/${id}`;
      const sentAt = this.#sentAt.get(key);
      if (sentAt === undefined) continue;
      this.#ms.push(this.lastAt - sentAt);
      this.#sentAt.delete(key);
    }
  }

  result(): LoadResult['delayMs'] {
    const sorted = this.#ms.sort((a, b) => a - b);
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0, samples: sorted.length };
  }
}

function* batches(load: Load, size: number): Generator<object[]> {
  let batch: object[] = [];
  let left = load.limit;
  for (const { event } of generatePorts({ seed: load.seed, ports: [...load.ports], containersEach: load.containersEach })) {
    if (left-- <= 0) break;
    batch.push(event);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function run(load: Load): Promise<LoadResult> {
  const rest = createRestClient(load);
  const delays = new Delays();
  const client = connect({
    ...load,
    subscriptions: [{ id: 'all', filter: {}, fields: 'summary' }],
    onChange: (change) => {
      if (change.kind === 'changed' && change.delta) delays.delta(change.delta.events);
    },
  });
  await client.synced();
  const stalled: Socket[] = [];
  const stall = async (): Promise<number> => stalled.push(await openStalledClient(load, {}));
  if (load.stallEveryMs !== undefined) await stall();
  const stalling = load.stallEveryMs === undefined ? undefined : setInterval(stall, load.stallEveryMs);
  let sent = 0;
  let refused = 0;
  const send = async (events: object[]): Promise<void> => {
    if (load.rate !== undefined) delays.sent(events as { id: string; source: string }[]);
    const { outcomes } = await sendUntilAnswered(rest, events);
    sent += outcomes.length;
    refused += outcomes.filter((o) => o.status === 'rejected').length;
  };
  const source = batches(load, load.rate === undefined ? batchSize : Math.max(1, Math.round(load.rate / pacedBatches)));
  const begun = performance.now();
  if (load.rate === undefined)
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const batch of source) await send(batch);
      }),
    );
  else await paced(source, send, begun);
  const answered = performance.now();
  clearInterval(stalling);
  while (performance.now() - Math.max(delays.lastAt, answered) < quietMs) await sleep(quietMs / 10);
  await client.close();
  for (const socket of stalled) socket.destroy();
  return {
    sent,
    refused,
    deltas: delays.deltas,
    sendSeconds: (answered - begun) / 1000,
    deltaSeconds: (delays.lastAt - begun) / 1000,
    delayMs: delays.result(),
  };
}

/** Sends again what no connection carried to an answer, as a partner does it. */
async function sendUntilAnswered(rest: RestClient, events: object[]): Promise<EventsReceipt> {
  for (;;) {
    try {
      return await rest.sendEvents(events);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await sleep(retryMs);
    }
  }
}

/** Sends a batch at each tick, whether or not the one before was answered: a slow server meets the same load. */
async function paced(source: Iterable<object[]>, send: (events: object[]) => Promise<void>, begun: number): Promise<void> {
  const pending: Promise<void>[] = [];
  let tick = 0;
  for (const batch of source) {
    await sleep(Math.max(0, begun + (tick++ * 1000) / pacedBatches - performance.now()));
    pending.push(send(batch));
  }
  await Promise.all(pending);
}

answerParent(run);
