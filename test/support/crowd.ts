import { connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import { RequestRefused } from '@clearquay/sdk/request-refused.ts';
import { createRestClient, type VisitQuery } from '@clearquay/sdk/rest.ts';
import { expect } from 'vitest';
import { boxNumber } from './port-story.ts';
import { until } from './until.ts';

/** Where a Clearquay is, and its key. */
interface Server {
  readonly url: string;
  readonly key: string;
}

/** Boxes that the clients of a crowd follow, several clients each. */
export const crowdBoxes = 100;
const port = 'CNDLC';

/** One client of a crowd: what the SDK gives, and what happened to it. */
class Member {
  readonly box: string;
  readonly client: LiveClient;
  /** Close codes, reasons of gaps, and changes that went back. */
  readonly closes: string[] = [];
  readonly gaps: string[] = [];
  readonly backward: string[] = [];
  /** When it was connected last, on the monotonic clock. */
  openSince = 0;
  readonly #newest = new Map<string, bigint>();

  constructor({ url, key }: Server, n: number) {
    this.box = boxNumber(1 + (n % crowdBoxes));
    this.client = connect({
      url,
      key,
      backoff: { minMs: 100, maxMs: 1_000 },
      subscriptions: [{ id: 'a', filter: { containers: [this.box] } }],
      onGap: (_id, reason) => this.gaps.push(reason),
      onProblem: ({ code, message }) => code === 'CLOSED' && this.closes.push(/\d+/.exec(message)?.[0] ?? message),
      onState: (state) => {
        if (state === 'open') this.openSince = performance.now();
      },
      onChange: (change) => {
        if (change.kind !== 'changed') return;
        const version = BigInt(change.visit.version);
        const before = this.#newest.get(change.visitId) ?? 0n;
        if (version <= before) this.backward.push(`${change.visitId}: ${before}, then ${version}`);
        this.#newest.set(change.visitId, version);
      },
    });
  }
}

/** Many clients of the SDK, each following one box of a port. */
export class Crowd {
  readonly members: readonly Member[];

  constructor(server: Server, size: number) {
    this.members = Array.from({ length: size }, (_, n) => new Member(server, n));
  }

  synced(): Promise<unknown> {
    return Promise.all(this.members.map(({ client }) => client.synced()));
  }

  get connected(): number {
    return this.members.filter(({ client }) => client.state === 'open').length;
  }

  /** Members that show something else than the server does, by box; an empty list once all agree. */
  async #differing(server: Server): Promise<string[]> {
    const shown = new Map<string, string[]>();
    const rest = createRestClient(server);
    for (let query: VisitQuery | undefined = { port, limit: 500 }; query; ) {
      const page: Awaited<ReturnType<typeof rest.getVisits>> = await rest.getVisits(query);
      for (const visit of page.visits) shown.set(visit.container, [...(shown.get(visit.container) ?? []), JSON.stringify(visit)]);
      query = page.cursor === undefined ? undefined : { ...query, cursor: page.cursor };
    }
    const text = (visits: readonly string[]) => visits.toSorted().join();
    return this.members.flatMap(({ box, client }) =>
      text([...client.visits('a').values()].map((v) => JSON.stringify(v))) === text(shown.get(box) ?? []) ? [] : [box],
    );
  }

  /** Waits until every member shows what the server shows; none was told of a gap or went back on the way. */
  async expectWhole(server: Server): Promise<void> {
    let differing: readonly string[] = [];
    await until('every client shows what the server shows', async () => {
      differing = await this.#differing(server);
      return differing.length === 0;
    }).catch(() => expect(differing).toEqual([]));
    expect(this.members.flatMap(({ gaps }) => gaps)).toEqual([]);
    expect(this.members.flatMap(({ backward }) => backward)).toEqual([]);
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(({ client }) => client.close()));
  }
}

/** Sends events about the boxes of a crowd, whatever becomes of the server, until it is stopped. */
export class CrowdLoad {
  server: Server;
  /** Batches that were acknowledged. */
  sent = 0;
  #ended = false;
  #serial = 0;
  readonly #done: Promise<void>;

  constructor(server: Server) {
    this.server = server;
    this.#done = this.#run();
  }

  /** Resolves when the last request has its answer. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const events = Array.from({ length: 20 }, () => this.#event());
      // The server may be away: who sends keeps at it, with the same ids.
      while (!(await this.#accepted(events)) && !this.#ended);
      this.sent++;
    }
  }

  async #accepted(events: readonly object[]): Promise<boolean> {
    try {
      await createRestClient(this.server).sendEvents(events);
      return true;
    } catch (error) {
      if (error instanceof RequestRefused && error.status < 500) throw error;
      return new Promise((resolve) => setTimeout(resolve, 20, false));
    }
  }

  #event(): object {
    const n = ++this.#serial;
    const code = n % 3 === 0 ? 'terminal.gated-out' : 'terminal.discharged';
    const occurredAt = new Date(Date.UTC(2026, 2, 1) + n * 60_000).toISOString();
    return {
      id: `crowd-${n}`,
      source: 'crowd',
      port,
      code,
      subject: { type: 'container', id: boxNumber(1 + (n % crowdBoxes)) },
      occurredAt,
    };
  }
}
