import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { Update } from '../tail/update.ts';

/**
 * Finds the sessions that an update may concern by what never changes in a visit: its container and its port.
 * Filters that name neither are asked every time.
 */
export interface InterestIndex<S> {
  add(session: S, filter: Filter): void;
  remove(session: S, filter: Filter): void;
  /** Calls `offer` once per session that may be concerned. */
  each(update: Update, offer: (session: S) => void): void;
}

/** Builds an empty index. A session may stand in it with several filters. */
export function createInterestIndex<S>(): InterestIndex<S> {
  const buckets = new Map<string, Map<S, number>>();

  const change = (session: S, filter: Filter, by: 1 | -1) => {
    for (const key of keysOf(filter)) {
      const bucket = buckets.get(key) ?? new Map<S, number>();
      const count = (bucket.get(session) ?? 0) + by;
      if (count > 0) bucket.set(session, count);
      else bucket.delete(session);
      if (bucket.size > 0) buckets.set(key, bucket);
      else buckets.delete(key);
    }
  };

  return {
    add: (session, filter) => change(session, filter, 1),
    remove: (session, filter) => change(session, filter, -1),
    each(update, offer) {
      const found = [everything, `container ${update.container}`, `port ${update.port}`].flatMap((key) => buckets.get(key) ?? []);
      found.forEach((bucket, i) => {
        for (const session of bucket.keys()) if (!found.some((earlier, j) => j < i && earlier.has(session))) offer(session);
      });
    },
  };
}

const everything = '*';

function keysOf({ containers, ports }: Filter): Iterable<string> {
  if (containers?.length) return new Set(containers.map((c) => `container ${c}`));
  if (ports?.length) return new Set(ports.map((p) => `port ${p}`));
  return [everything];
}
