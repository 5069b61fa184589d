import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { EventName } from './read-event.ts';

/** Those who wait for an event to be known. They share one look at the warehouse, however many they are. */
export interface Arrivals {
  /** Resolves when something of that name is in the tables, the time has passed, or the gateway drains. */
  next(name: EventName, ms: number, signal: AbortSignal): Promise<void>;
  /** True once nobody may wait any longer. */
  readonly draining: boolean;
  drain(): void;
}

const sql = (table: 'events' | 'dead_letters') => `SELECT DISTINCT source, event_id AS id FROM ${table}
WHERE event_id IN {ids:Array(String)} AND source IN {sources:Array(String)}`;

const keyOf = ({ source, id }: { readonly source: string; readonly id: string }): string => `${source}\u0000${id}`;

export interface ArrivalDeps {
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly logger: Logger;
  /** Pause between two looks. */
  readonly lookMs: number;
  /** Who may wait at the same time. */
  readonly most: number;
}

/** Builds the watch; it looks only while somebody waits. */
export function createArrivals({ warehouse, logger, lookMs, most }: ArrivalDeps): Arrivals {
  const waiting = new Map<() => void, EventName>();
  let draining = false;
  let isLooking = false;

  const look = async () => {
    const names = [...waiting];
    const params = { ids: [...new Set(names.map(([, n]) => n.id))], sources: [...new Set(names.map(([, n]) => n.source))] };
    const found = await Promise.all([
      warehouse.query<EventName>(sql('events'), params),
      warehouse.query<EventName>(sql('dead_letters'), params),
    ]);
    const known = new Set(found.flat().map(keyOf));
    for (const [wake, name] of names) if (known.has(keyOf(name))) wake();
  };

  const keepLooking = async () => {
    isLooking = true;
    while (waiting.size > 0) {
      await delay(lookMs, undefined, { ref: false });
      await look().catch((error: unknown) =>
        logger.warn({ error: String(error) }, 'what is waited for could not be looked up; it is tried again'),
      );
    }
    isLooking = false;
  };

  return {
    async next(name, ms, signal) {
      if (waiting.size >= most) throw new ProblemError('CQ_UNAVAILABLE', 'Too many are waiting. Ask without ?wait= or try again later.');
      if (draining || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => resolve(), { once: true });
      waiting.set(resolve, name);
      if (!isLooking) void keepLooking();
      await promise;
      clearTimeout(timer);
      waiting.delete(resolve);
    },
    get draining() {
      return draining;
    },
    drain() {
      draining = true;
      for (const wake of waiting.keys()) wake();
    },
  };
}
