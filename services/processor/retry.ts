import { setTimeout as delay } from 'node:timers/promises';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';

export interface RetryOptions {
  /** Ends the tries: the partition is lost, or the drain took too long. */
  readonly signal: AbortSignal;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Called before every pause. */
  readonly failed: (error: unknown) => void;
}

/** True for broken infrastructure that may work again: the same request is then sent again. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof PartitionLostError) return false;
  if (error instanceof EventLogError) return true;
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}

/**
 * Does the same work again until it succeeds, with growing pauses. Rejects with the work's own error when that is not
 * retriable, and with the signal's reason once it fired.
 */
export async function untilDone<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, retryMinMs, retryMaxMs, failed } = options;
  for (let pauseMs = retryMinMs; ; pauseMs = Math.min(pauseMs * 2, retryMaxMs)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isRetriable(error)) throw error;
      failed(error);
    }
    await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
