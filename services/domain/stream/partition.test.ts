import { expect, test } from 'vitest';
import { partitionOf } from './partition.ts';

// Kafka's own murmur2 for these keys (org.apache.kafka.common.utils.UtilsTest), sign bit dropped, modulo 32.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('%s meets the records of every Kafka client in one partition', (key, murmur2) => {
  expect(partitionOf(key)).toBe((murmur2 & 0x7fffffff) % 32);
});
