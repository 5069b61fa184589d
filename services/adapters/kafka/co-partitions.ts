/** A member of a group as its leader sees it. */
export interface GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
}

/** Partitions by topic. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

/**
 * Gives partition p of every topic to the same member, in turn by the order of the members' ids. A member that does not
 * read a topic, as while versions are mixed, leaves that part of its partitions without an owner.
 */
export function coPartitions(members: readonly GroupMember[], counts: ReadonlyMap<string, number>): Map<string, Assignment> {
  const inOrder = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  return new Map(
    inOrder.map(({ id, topics }, at) => {
      const own = (count: number): number[] => Array.from({ length: count }, (_, p) => p).filter((p) => p % inOrder.length === at);
      return [id, new Map(topics.map((topic) => [topic, own(counts.get(topic) ?? 0)]))];
    }),
  );
}
