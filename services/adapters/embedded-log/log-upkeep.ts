import type { LogCatalog } from './log-catalog.ts';
import { checkpointPages, type LogFile } from './log-file.ts';
import type { LogGroups } from './log-groups.ts';
import type { GroupProgress, GroupStreams, Rewound } from './operations.ts';
import { offsetOf, recordId } from './record-id.ts';

/** Generations between a log and a copy of it: more changes of owners than the original will see. */
const generationsApart = 1_024;

/** What an operator does to a log: copy it, read it again. */
export interface LogUpkeep {
  /** Brings the write-ahead log into the file. */
  settle(): void;
  hold(): string;
  /** Throws when this file was not held: it was opened anew since. */
  letGo(): null;
  progress(request: GroupStreams): GroupProgress;
  rewind(request: GroupStreams & { sinceMs: number }): Rewound;
  fork(): null;
}

export function createLogUpkeep(file: LogFile, catalog: LogCatalog, groups: LogGroups): LogUpkeep {
  const firstSince = file.db.prepare('SELECT id FROM records WHERE id >= ? AND id < ? AND at >= ? ORDER BY id LIMIT 1');

  function progress({ group, streams }: GroupStreams): GroupProgress {
    const next = new Map(groups.committed(group));
    let read = 0;
    let left = 0;
    for (const stream of streams) {
      const { start, end } = catalog.boundsOf(stream);
      read += next.get(stream) ?? 0;
      left += end - Math.max(start, next.get(stream) ?? 0);
    }
    return { read, left };
  }

  function settle(): void {
    const done = file.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (done?.['busy'] !== 0) throw new Error('the write-ahead log could not be brought into the file');
  }

  let isHeld = false;
  function letGo(): null {
    if (!isHeld) throw new Error('its file was opened anew meanwhile, so what was copied is not of one moment');
    isHeld = false;
    file.db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    return null;
  }

  return {
    settle,
    hold() {
      isHeld = true;
      try {
        // From here on only a checkpoint would write to the main file.
        file.db.exec('PRAGMA wal_autocheckpoint = 0');
        settle();
        return file.path;
      } catch (error) {
        letGo();
        throw error;
      }
    },
    letGo,
    progress,
    rewind({ group, streams, sinceMs }) {
      const next = new Map(groups.committed(group));
      const back = streams.flatMap((stream): [number, number][] => {
        const { start, end } = catalog.boundsOf(stream);
        const row = firstSince.get(recordId(stream, start), recordId(stream, end), sinceMs);
        const first = row ? offsetOf(Number(row['id'])) : end;
        return first < (next.get(stream) ?? 0) ? [[stream, first]] : [];
      });
      groups.reset(group, back, 1);
      return { records: progress({ group, streams }).left, isTrimmed: streams.some((stream) => catalog.boundsOf(stream).start > 0) };
    },
    fork() {
      groups.reset('', [], generationsApart);
      return null;
    },
  };
}
