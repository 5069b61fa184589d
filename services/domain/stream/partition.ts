const encoder = new TextEncoder();

/** Partitions of every agency topic, of raw and of updates; fixed when the warehouse is created. */
export const partitionCount = 32;

/**
 * The partition of a record key: Kafka's own default (murmur2 of the UTF-8 bytes, sign bit dropped, modulo), so that
 * producers of any language meet in the same one.
 */
export function partitionOf(key: string): number {
  const data = encoder.encode(key);
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ data.length;
  const words = data.length >> 2;
  for (let i = 0; i < words; i++) {
    const at = i * 4;
    let k = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16) | ((data[at + 3] as number) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = data.length & 3;
  const tail = words * 4;
  if (rest === 3) h ^= (data[tail + 2] as number) << 16;
  if (rest >= 2) h ^= (data[tail + 1] as number) << 8;
  if (rest >= 1) h = Math.imul(h ^ (data[tail] as number), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return (h & 0x7fffffff) % partitionCount;
}
