import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import { expect, test } from 'vitest';
import { untilDone } from './retry.ts';

const options = (signal: AbortSignal, failed: (error: unknown) => void = () => {}) => ({ signal, retryMinMs: 1, retryMaxMs: 2, failed });
const broken = (retriable: boolean): Error => Object.assign(new Error('broken'), { retriable });

test('broken infrastructure is asked again until it answers', async () => {
  const failures: unknown[] = [];
  let tries = 0;
  const work = async (): Promise<number> => {
    tries++;
    if (tries === 1) throw broken(true);
    if (tries === 2) throw new EventLogError('CQ_LOG_FULL', 'full');
    return tries;
  };
  expect(
    await untilDone(
      work,
      options(new AbortController().signal, (e) => failures.push(e)),
    ),
  ).toBe(3);
  expect(failures).toHaveLength(2);
});

test('a bug and a lost partition are not tried again', async () => {
  const { signal } = new AbortController();
  const lost = new PartitionLostError('g', 1, 1);
  for (const error of [new TypeError('bug'), broken(false), lost]) {
    let tries = 0;
    const work = async (): Promise<never> => {
      tries++;
      throw error;
    };
    await expect(untilDone(work, options(signal))).rejects.toBe(error);
    expect(tries).toBe(1);
  }
});

test('the signal ends the tries at once, also within a pause', async () => {
  const controller = new AbortController();
  const reason = new Error('lost');
  const failing = untilDone(async () => Promise.reject(broken(true)), {
    ...options(controller.signal, () => queueMicrotask(() => controller.abort(reason))),
    retryMinMs: 60_000,
    retryMaxMs: 60_000,
  });
  await expect(failing).rejects.toBe(reason);
});
