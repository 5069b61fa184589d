import { setTimeout as delay } from 'node:timers/promises';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Positions } from '@clearquay/domain/stream/revision.ts';

/** Resolves once the warehouse shows everything up to the positions; rejects when it does not in time or does not answer. */
export type UntilReached = (positions: Positions) => Promise<void>;

const retryMs = 50;

/**
 * Asks the markers of whole batches. Who writes them publishes afterwards, so on one server the first answer is yes;
 * a replica may lag. What was reached once is not asked for again, and who waits at the same time shares the answer.
 */
export function createUntilReached(warehouse: Warehouse, timeoutMs: number): UntilReached {
  const known = new Map<number, bigint>();
  let asking: Promise<void> | undefined;

  const ask = async (missing: readonly (readonly [number, bigint])[]): Promise<void> => {
    const found = await warehouse.query<{ partition: number; reached: string }>(...markersFrom(missing));
    for (const { partition, reached } of found) known.set(partition, BigInt(reached));
    if (found.length < missing.length) await delay(retryMs);
  };

  return async (positions) => {
    const deadline = performance.now() + timeoutMs;
    while (true) {
      const missing = [...positions].filter(([partition, revision]) => (known.get(partition) ?? 0n) < revision);
      if (missing.length === 0) return;
      if (performance.now() > deadline) throw new Error('The warehouse has not reached the position of the stream.');
      asking ??= ask(missing).finally(() => {
        asking = undefined;
      });
      await asking;
    }
  };
}

function markersFrom(missing: readonly (readonly [number, bigint])[]): [sql: string, params: Record<string, unknown>] {
  const terms = missing.map(([partition], i) => `(partition = ${partition} AND revision >= {r${i}:UInt64})`);
  const params = Object.fromEntries(missing.map(([, revision], i) => [`r${i}`, String(revision)]));
  return [
    `SELECT partition, toString(max(revision)) AS reached FROM batches WHERE kind = 'batch' AND (${terms.join(' OR ')}) GROUP BY partition`,
    params,
  ];
}
