import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { expect, test } from 'vitest';
import { createUntilReached } from './warehouse-position.ts';

/** A replica that lags: each question is answered with the next rows, the last ones for ever. */
function replica(...answers: readonly object[][]) {
  let asked = 0;
  const unused = () => Promise.reject(new Error('only queries are asked'));
  const query: Warehouse['query'] = async <T>() => (answers[Math.min(asked++, answers.length - 1)] ?? []) as T[];
  return { asked: () => asked, warehouse: { insert: unused, query, ping: unused, close: unused } satisfies Warehouse };
}

test('who waits for a position goes on once a replica that lags has reached it, and it is not asked for again', async () => {
  const { warehouse, asked } = replica([], [{ partition: 3, reached: '7' }]);
  const reached = createUntilReached(warehouse, 10_000);
  await Promise.all(Array.from({ length: 100 }, () => reached(new Map([[3, 5n]]))));
  await reached(new Map([[3, 7n]]));
  expect(asked()).toBe(2);
});

test('a replica that does not come so far is given up, with what it lacks still asked for', async () => {
  const { warehouse } = replica([{ partition: 3, reached: '7' }]);
  const reached = createUntilReached(warehouse, 0);
  await expect(reached(new Map([[4, 1n]]))).rejects.toThrow('not reached');
});

test('a gateway that has seen nothing waits for nothing', async () => {
  const { warehouse, asked } = replica([]);
  await createUntilReached(warehouse, 0)(new Map());
  expect(asked()).toBe(0);
});
