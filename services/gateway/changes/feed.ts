import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { Positions } from '@clearquay/domain/stream/revision.ts';
import { encodeFrame } from '../session/session.ts';
import type { RecentUpdates } from '../tail/recent-updates.ts';
import type { Update } from '../tail/update.ts';
import { judgeChange } from './judge-change.ts';
import type { StoredChanges } from './stored-changes.ts';

/** Some revisions of the feed. */
export interface FeedPage {
  /** Frames `delta` and `removed` as UTF-8 JSON; in order within a partition. */
  readonly frames: readonly Buffer[];
  /** Everything up to here was looked at. */
  readonly reached: Positions;
  /** False when everything that is known was looked at. */
  readonly more: boolean;
}

export interface FeedDeps {
  readonly recent: RecentUpdates;
  readonly stored: StoredChanges;
  /** Revisions read from the warehouse at once. */
  readonly pageRows: number;
}

/** Pages of the warehouse that one request looks through at most, about. */
const maxPages = 10;

/** Collects the frames of one page and how far it came. */
class Collector implements FeedPage {
  readonly frames: Buffer[] = [];
  readonly reached: Map<number, bigint>;
  more = false;
  readonly #filter: Filter;
  readonly #limit: number;

  constructor(cursor: Positions, filter: Filter, limit: number) {
    this.reached = new Map(cursor);
    this.#filter = filter;
    this.#limit = limit;
  }

  /** Takes updates in order; false when the page is full. */
  take(updates: Iterable<Update>): boolean {
    for (const update of updates) {
      if (this.frames.length >= this.#limit) {
        this.more = true;
        return false;
      }
      const verdict = judgeChange(this.#filter, update);
      if (verdict === 'delta') this.frames.push(update.delta('full'));
      else if (verdict !== 'nothing')
        this.frames.push(encodeFrame({ type: 'removed', visit: update.visitId, version: String(update.revision), reason: verdict }));
      this.reach(update.partition, update.revision);
    }
    return true;
  }

  reach(partition: number, revision: bigint): void {
    if (revision > (this.reached.get(partition) ?? 0n)) this.reached.set(partition, revision);
  }
}

const unknownCursor = (): ProblemError =>
  new ProblemError(
    'CQ_CURSOR_INVALID',
    'This cursor lies ahead of all that is known here. Read the visits anew and begin with ?cursor=now.',
  );

/** Reads what came behind a cursor: from memory when all of it is held there, else from the warehouse. */
export class Feed {
  readonly #deps: FeedDeps;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /** The cursor of the present. */
  get now(): Positions {
    return this.#deps.recent.positions();
  }

  /** No cursor: from the first revision that is kept. Throws `ProblemError` `CQ_CURSOR_INVALID` for a cursor of another life of the data. */
  async read(cursor: Positions | undefined, filter: Filter, limit: number): Promise<FeedPage> {
    const page = new Collector(cursor ?? new Map(), filter, limit);
    const missed = cursor && this.#deps.recent.after(cursor);
    if (!missed?.ok) await this.#readStored(page, filter);
    else if (page.take(missed.value)) for (const [partition, position] of this.now) page.reach(partition, position);
    return page;
  }

  async #readStored(page: Collector, filter: Filter): Promise<void> {
    const { recent, stored, pageRows } = this.#deps;
    // Up to where this gateway has told its subscribers, so that no cursor gets ahead of them.
    const told = recent.positions();
    const markers = await stored.markers();
    for (const [partition, reached] of page.reached) if (reached > (markers.get(partition)?.last ?? 0n)) throw unknownCursor();
    let looked = 0;
    for (const [partition, to] of [...told].sort(([a], [b]) => a - b)) {
      for (let from = page.reached.get(partition) ?? 0n; from < to; from = page.reached.get(partition) ?? 0n) {
        const updates = await stored.read({ partition, from, to }, filter, pageRows);
        if (!page.take(updates)) return;
        looked += updates.length;
        if (looked >= maxPages * pageRows) {
          page.more = true;
          return;
        }
        if (updates.length === 0) page.reach(partition, to);
      }
    }
  }
}
