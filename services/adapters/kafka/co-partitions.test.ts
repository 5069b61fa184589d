import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coPartitions } from './co-partitions.ts';

const counts = new Map([
  ['customs', 32],
  ['terminal', 32],
  ['control', 1],
]);
const topics = [...counts.keys()];
const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 });

test('partition p of every topic goes to one member, every partition to one, none has two more than another', () => {
  fc.assert(
    fc.property(ids, (members) => {
      const given = coPartitions(
        members.map((id) => ({ id, topics })),
        counts,
      );
      const ownerOf = new Map<number, string>();
      for (const [id, assignment] of given) {
        for (const [topic, partitions] of assignment) {
          for (const partition of partitions) {
            expect(partition).toBeLessThan(counts.get(topic) ?? 0);
            expect(ownerOf.get(partition) ?? id).toBe(id);
            ownerOf.set(partition, id);
          }
        }
      }
      const sizes = [...given.values()].map((assignment) => assignment.get('terminal')?.length ?? 0);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(32);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(ownerOf.size).toBe(32);
    }),
  );
});

test('all members come to the same result, whatever order they are listed in', () => {
  fc.assert(
    fc.property(ids, (members) => {
      const listed = members.map((id) => ({ id, topics }));
      const sorted = (given: ReturnType<typeof coPartitions>) => [...given].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(coPartitions(listed.toReversed(), counts))).toEqual(sorted(coPartitions(listed, counts)));
    }),
  );
});

test('a member is given nothing of a topic that it does not read', () => {
  const given = coPartitions(
    [
      { id: 'a', topics: ['customs'] },
      { id: 'b', topics },
    ],
    counts,
  );
  expect([...(given.get('a')?.keys() ?? [])]).toEqual(['customs']);
  expect(given.get('b')?.get('terminal')).toEqual(Array.from({ length: 16 }, (_, at) => 2 * at + 1));
});
