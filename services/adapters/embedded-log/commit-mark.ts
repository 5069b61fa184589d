import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/*
 * SQLite ends the recovery of its write-ahead log at the first frame that does not fit, silently: rightly after a
 * crash, wrongly when acknowledged frames were cut off or flipped. Beside the database lies a mark with the number
 * of the newest durable commit. It is written after the commit and never synced, so it may lag, but it can never be
 * ahead of an undamaged log. Whoever copies a log in use has to copy the mark before the database.
 */

/** The newest commit that was durable when it was written. */
export interface CommitMark {
  readonly logId: string;
  readonly commits: number;
}

/** The mark, or nothing when there is none or it was torn. */
export function readCommitMark(path: string): CommitMark | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const found = /^([0-9a-f-]{36}) (\d{16})\n$/.exec(text);
  return found ? { logId: found[1] as string, commits: Number(found[2]) } : undefined;
}

/** Keeps the mark file open for one small write per commit. */
export function openCommitMark(path: string, logId: string): { set(commits: number): void; close(): void } {
  const file = openSync(path, 'a+');
  closeSync(file);
  const descriptor = openSync(path, 'r+');
  return {
    set(commits) {
      try {
        writeSync(descriptor, `${logId} ${String(commits).padStart(16, '0')}\n`, 0, 'latin1');
      } catch {
        // The commit is durable already; a mark that lags only sees less.
      }
    },
    close: () => closeSync(descriptor),
  };
}
