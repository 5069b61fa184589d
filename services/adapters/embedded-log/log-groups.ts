import { damaged } from './failure.ts';
import type { LogCatalog } from './log-catalog.ts';
import type { LogFile } from './log-file.ts';
import type { OffsetCommit } from './operations.ts';
import { sealOf } from './seal.ts';

/** Generations and committed offsets of consumer groups. */
export interface LogGroups {
  /** True while no newer generation of the group exists. */
  isCurrent(commit: OffsetCommit): boolean;
  /** Saves an offset inside a transaction. */
  commit(commit: OffsetCommit): void;
  /** The next generation, durable, and where the group goes on, per stream. */
  newGeneration(group: string): { generation: number; committed: [stream: number, next: number][] };
  committed(group: string): [stream: number, next: number][];
  /** Sets offsets of a group and makes the generations of all groups stale, `by` further on. */
  reset(group: string, offsets: readonly (readonly [stream: number, next: number])[], by: number): void;
}

/** Throws when a row does not fit its checksum or a group is ahead of its stream. */
export function openLogGroups(file: LogFile, catalog: LogCatalog): LogGroups {
  const generations = new Map<string, number>();
  for (const row of file.db.prepare('SELECT group_name, generation, seal FROM generations').all()) {
    const group = String(row['group_name']);
    const generation = Number(row['generation']);
    if (row['seal'] !== sealOf(group, generation)) throw damaged(`the generation of group ${group} does not fit its checksum`);
    generations.set(group, generation);
  }
  const select = file.db.prepare('SELECT stream, next, seal FROM committed WHERE group_name = ? ORDER BY stream');
  const saveCommit = file.db.prepare('INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?)');
  const saveGeneration = file.db.prepare('INSERT OR REPLACE INTO generations VALUES (?, ?, ?)');

  function committedBy(group: string): [number, number][] {
    return select.all(group).map((row) => {
      const stream = Number(row['stream']);
      const next = Number(row['next']);
      if (row['seal'] !== sealOf(group, stream, next)) throw damaged(`an offset of group ${group} does not fit its checksum`);
      if (next > catalog.boundsOf(stream).end) throw damaged(`group ${group} has read further than stream ${stream} goes`);
      return [stream, next];
    });
  }
  for (const group of generations.keys()) committedBy(group);

  return {
    isCurrent: ({ group, generation }) => generations.get(group) === generation,
    commit({ group, stream, next }) {
      saveCommit.run(group, stream, next, sealOf(group, stream, next));
    },
    newGeneration(group) {
      const generation = (generations.get(group) ?? 0) + 1;
      const committed = committedBy(group);
      file.transaction(() => saveGeneration.run(group, generation, sealOf(group, generation)));
      generations.set(group, generation);
      return { generation, committed };
    },
    committed: committedBy,
    reset(group, offsets, by) {
      file.transaction(() => {
        for (const [stream, next] of offsets) saveCommit.run(group, stream, next, sealOf(group, stream, next));
        for (const [name, generation] of generations) saveGeneration.run(name, generation + by, sealOf(name, generation + by));
      });
      for (const [name, generation] of generations) generations.set(name, generation + by);
    },
  };
}
