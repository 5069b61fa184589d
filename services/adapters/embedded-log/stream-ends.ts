// A longer delay would overflow and fire at once.
const longestTimerMs = 2 ** 31 - 1;

/** The next offset of every stream, and those who wait for it to move. */
export interface StreamEnds {
  end(stream: number): number;
  /** Moves ends and wakes who waits for these streams. */
  set(ends: Iterable<readonly [stream: number, end: number]>): void;
  /** Wakes who waits for these streams, or everybody, although nothing moved. */
  wake(streams?: readonly number[]): void;
  /** Resolves when one of the streams moved, somebody woke it, or `waitMs` are over: one timer, no polling. */
  moved(streams: readonly number[], waitMs: number): Promise<void>;
}

export function createStreamEnds(): StreamEnds {
  const ends: number[] = [];
  const waiters = new Map<number, Set<() => void>>();
  const wake = (stream: number): void => {
    for (const waiter of [...(waiters.get(stream) ?? [])]) waiter();
  };
  return {
    end: (stream) => ends[stream] ?? 0,
    set(moved) {
      for (const [stream, end] of moved) {
        ends[stream] = end;
        wake(stream);
      }
    },
    wake(streams = [...waiters.keys()]) {
      streams.forEach(wake);
    },
    moved(streams, waitMs) {
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          for (const stream of streams) waiters.get(stream)?.delete(done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(waitMs, longestTimerMs));
        for (const stream of streams) {
          const there = waiters.get(stream);
          if (there) there.add(done);
          else waiters.set(stream, new Set([done]));
        }
      });
    },
  };
}
