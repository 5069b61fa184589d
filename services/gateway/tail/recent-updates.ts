import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { Positions } from '@clearquay/domain/stream/revision.ts';
import type { Update } from './update.ts';

/** Why a cursor cannot be served from memory. Only what is too old may still be in the warehouse. */
export type ResumeRefusal = 'cursor-too-old' | 'cursor-ahead' | 'update-unreadable';

/** The newest updates of every partition, bounded in bytes over all of them. */
export interface RecentUpdates {
  /** Keeps an update; the first of a partition that was not settled only tells where what is held begins, unless it is expected. */
  push(update: Update): void;
  /** Says below which revision the first update of a partition is the first that was ever told. */
  expect(partition: number, first: bigint): void;
  /** Says how far a partition is of which nothing was read from the topic, 0 where nothing was ever told; what was read stands. */
  settle(partition: number, revision: bigint): void;
  /** An update of a partition cannot be read: no cursor from before it is served. */
  lose(partition: number): void;
  /** The revision reached in each partition. */
  positions(): Positions;
  /** Every update after a cursor, in order within a partition, if all of them are still held. */
  after(cursor: Positions): Result<readonly Update[], ResumeRefusal>;
  readonly bytes: number;
}

interface Shelf {
  /** Held updates start at `head`; what is before it was evicted. */
  updates: (Update | undefined)[];
  head: number;
  /** The last revision before those that are held; 0 when everything is held; nothing while it is not known. */
  floor: bigint | undefined;
  /** An update below this one has none before it. */
  first: bigint;
  position: bigint;
}

/** Builds an empty memory of at most `maxBytes`. */
export function createRecentUpdates(maxBytes: number): RecentUpdates {
  const shelves = new Map<number, Shelf>();
  let bytes = 0;

  const shelfOf = (partition: number): Shelf => {
    const known = shelves.get(partition);
    if (known) return known;
    const shelf: Shelf = { updates: [], head: 0, floor: undefined, first: 0n, position: 0n };
    shelves.set(partition, shelf);
    return shelf;
  };

  const evictFrom = (shelf: Shelf) => {
    const oldest = shelf.updates[shelf.head] as Update;
    bytes -= oldest.bytes;
    shelf.floor = oldest.revision;
    shelf.updates[shelf.head++] = undefined;
    if (shelf.head > 1024 && shelf.head * 2 > shelf.updates.length) {
      shelf.updates = shelf.updates.slice(shelf.head);
      shelf.head = 0;
    }
  };

  // The partition with most updates gives first, so a busy port does not push out the others.
  const evictFromLargest = () => {
    let largest: Shelf | undefined;
    for (const shelf of shelves.values()) if (!largest || held(shelf) > held(largest)) largest = shelf;
    if (largest) evictFrom(largest);
  };

  return {
    get bytes() {
      return bytes;
    },
    lose(partition) {
      const shelf = shelfOf(partition);
      while (held(shelf) > 0) evictFrom(shelf);
      shelf.floor = undefined;
      shelf.first = 0n;
    },
    push(update) {
      const shelf = shelfOf(update.partition);
      if (update.revision > shelf.position) shelf.position = update.revision;
      if (shelf.floor === undefined && update.revision >= shelf.first) {
        shelf.floor = update.revision;
        return;
      }
      shelf.floor ??= 0n;
      shelf.updates.push(update);
      bytes += update.bytes;
      while (bytes > maxBytes) evictFromLargest();
    },
    expect(partition, first) {
      shelfOf(partition).first = first;
    },
    settle(partition, revision) {
      const shelf = shelfOf(partition);
      if (shelf.position > 0n) return;
      shelf.position = revision;
      shelf.floor = revision;
    },
    positions: () => new Map([...shelves].filter(([, s]) => s.position > 0n).map(([p, s]) => [p, s.position])),
    after: (cursor) => after(shelves, cursor),
  };
}

const held = (shelf: Shelf): number => shelf.updates.length - shelf.head;

function after(shelves: ReadonlyMap<number, Shelf>, cursor: Positions): Result<readonly Update[], ResumeRefusal> {
  for (const [partition, reached] of cursor) if (reached > (shelves.get(partition)?.position ?? 0n)) return refuse('cursor-ahead');
  const missed: Update[] = [];
  for (const [partition, shelf] of shelves) {
    const from = cursor.get(partition) ?? 0n;
    if (from === shelf.position) {
      if (from > 0n && shelf.floor === undefined) return refuse('update-unreadable');
      continue;
    }
    if (shelf.floor === undefined || from < shelf.floor) return refuse('cursor-too-old');
    const first = firstAfter(shelf, from);
    // A revision that is not here by itself may be a former owner's from before what is held.
    const stands = from === shelf.floor || shelf.updates[first - 1]?.revision === from;
    if (!stands) return refuse('cursor-too-old');
    for (let i = first; i < shelf.updates.length; i++) missed.push(shelf.updates[i] as Update);
  }
  return ok(missed);
}

/** The index of the first held update above a revision; revisions grow within a partition. */
function firstAfter(shelf: Shelf, revision: bigint): number {
  let low = shelf.head;
  let high = shelf.updates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shelf.updates[middle] as Update).revision > revision) high = middle;
    else low = middle + 1;
  }
  return low;
}
