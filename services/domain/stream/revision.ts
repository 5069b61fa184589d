/** Epoch and sequence of one change in one number: `epoch · 2^40 + sequence`, so a newer owner always wins. */
export const revisionOf = (epoch: number, sequence: number): bigint => (BigInt(epoch) << 40n) + BigInt(sequence);

export const epochOf = (revision: bigint): number => Number(revision >> 40n);

/** The revision reached in each partition; what a cursor carries. */
export type Positions = ReadonlyMap<number, bigint>;
