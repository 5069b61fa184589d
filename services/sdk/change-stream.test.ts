import { expect, test } from 'vitest';
import type { Change } from './change.ts';
import { ChangeStream } from './change-stream.ts';

const change = (visitId: string, reason: 'merged' | 'left-filter' = 'merged'): Change => ({
  kind: 'removed',
  subscription: 'a',
  visitId,
  reason,
});

test('changes come in order, to a reader that waits and to one that comes later', async () => {
  const stream = new ChangeStream(() => {});
  const first = stream.next();
  stream.push(change('v'));
  stream.push(change('w'));
  expect([(await first).value, (await stream.next()).value]).toEqual([change('v'), change('w')]);
});

test('a reader that falls behind gets the newest change of each visit', async () => {
  const stream = new ChangeStream(() => {});
  for (let i = 0; i < 10_000; i++) stream.push(change('v'));
  stream.push(change('v', 'left-filter'));
  stream.push(change('w'));
  stream.end();
  const seen = await Array.fromAsync(stream);
  expect(seen).toEqual([change('v', 'left-filter'), change('w')]);
});

test('leaving a loop detaches the stream', async () => {
  let detached = 0;
  const stream = new ChangeStream(() => detached++);
  stream.push(change('v'));
  for await (const _ of stream) break;
  expect(detached).toBe(1);
  expect((await stream.next()).done).toBe(true);
});
