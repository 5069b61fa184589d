const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2299, 11, 31);

/** A time within what `DateTime64` holds; quarantined events may lie beyond, their body keeps the exact one. */
export const columnInstant = (ms: number): number => Math.min(Math.max(ms, earliest), latest);
