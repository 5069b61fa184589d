/** Tells whether one more frame is allowed at a monotonic time in milliseconds. */
export type FrameRate = (nowMs: number) => boolean;

/** A bucket that holds five seconds' worth of frames and fills at `perSecond`. */
export function createFrameRate(perSecond: number): FrameRate {
  const capacity = perSecond * 5;
  let tokens = capacity;
  let last: number | undefined;
  return (now) => {
    tokens = Math.min(capacity, tokens + ((now - (last ?? now)) * perSecond) / 1_000);
    last = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
