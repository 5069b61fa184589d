import { crc32 } from 'node:zlib';

/** Checksum of a small row, kept in the row: SQLite itself does not notice a flipped bit in a value. */
export const sealOf = (...values: readonly (string | number | null)[]): number => crc32(values.join('\n'));
