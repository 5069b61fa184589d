/** Milliseconds of one minute. */
export const minute = 60_000;
/** Milliseconds of one hour. */
export const hour = 60 * minute;
/** Milliseconds of one day. */
export const day = 24 * hour;

/** The moment at a share (0 to 1) of the way between two moments. */
export const along = (from: number, to: number, share: number): number => from + (to - from) * share;
