import type { Batch } from '../batch.ts';

/** Gives the records of the batch up: the next owner begins behind them. */
export async function commit(batch: Batch, done: (next: ReadonlyMap<string, number>) => Promise<void>): Promise<void> {
  await done(new Map(Array.from(batch.ranges, ([topic, [, next]]) => [topic, next])));
}
