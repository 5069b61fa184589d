import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { openCommitMark, readCommitMark } from './commit-mark.ts';
import { damaged } from './failure.ts';
import { applicationId, logSchema, schemaVersion } from './log-schema.ts';
import type { LogFileOptions } from './operations.ts';
import { sealOf } from './seal.ts';

const busyTimeoutMs = 500;
// 16 MiB of write-ahead log between checkpoints: fewer syncs of the main file.
export const checkpointPages = 4000;

/** The open database. It cannot be opened a second time while it is. */
export interface LogFile {
  readonly db: DatabaseSync;
  /** Absolute or as the directory was given. */
  readonly path: string;
  readonly logId: string;
  /** Runs the work in one transaction that is durable when this returns; nothing of it stands when it throws. */
  transaction(work: () => void): void;
  close(): void;
}

function pragma(db: DatabaseSync, name: string): SQLOutputValue | undefined {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return row && Object.values(row)[0];
}

function connect(path: string, maxBytes: number | undefined): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    // Exclusive before anything else touches the file: then no other connection can read or write it.
    pragma(db, 'locking_mode = EXCLUSIVE');
    if (pragma(db, 'journal_mode = WAL') !== 'wal') throw damaged('it cannot be switched to write-ahead logging');
    db.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA cache_size = -16384`);
    if (maxBytes !== undefined) pragma(db, `max_page_count = ${Math.max(1, Math.floor(maxBytes / Number(pragma(db, 'page_size'))))}`);
    // An empty write takes the exclusive lock now, and reads the header.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function create(db: DatabaseSync): void {
  const logId = randomUUID();
  db.exec(`BEGIN IMMEDIATE; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; ${logSchema}`);
  db.prepare('INSERT INTO meta VALUES (1, ?, 0, ?)').run(logId, sealOf(logId, 0));
  db.exec('COMMIT');
}

/** Refuses a file that is not a log, is damaged, or ends before a commit that was acknowledged. */
function verify(db: DatabaseSync, path: string, markPath: string, checkBytes: number): { logId: string; commits: number } {
  if (pragma(db, 'application_id') !== applicationId) throw damaged(`${path} is not an event log`);
  if (pragma(db, 'user_version') !== schemaVersion) throw damaged(`${path} has the layout of another version`);
  if (statSync(path).size <= checkBytes) {
    const found = pragma(db, 'quick_check(1)');
    if (found !== 'ok') throw damaged(`the structure check of ${path} says: ${String(found)}`);
  }
  const meta = db.prepare('SELECT log_id, commits, seal FROM meta').get();
  const logId = String(meta?.['log_id']);
  const commits = Number(meta?.['commits']);
  if (meta?.['seal'] !== sealOf(logId, commits)) throw damaged('its first row does not fit its checksum');
  const mark = readCommitMark(markPath);
  if (mark && mark.logId !== logId) throw damaged(`${markPath} belongs to another log`);
  if (mark && mark.commits > commits) throw damaged(`the last ${mark.commits - commits} acknowledged commits are missing`);
  return { logId, commits };
}

/** Opens the log in its directory, creating both when missing. Throws an error of SQLite or an `EventLogError`. */
export function openLogFile({ directory, maxBytes, checkBytes, logId: wanted }: LogFileOptions): LogFile {
  const path = join(directory, 'event-log.db');
  // Where a disk is not mounted yet, a new log would be hidden by it.
  if (wanted !== undefined && !existsSync(path)) throw new EventLogError('CQ_UNAVAILABLE', `The event log is not there: ${path}`);
  mkdirSync(directory, { recursive: true });
  const markPath = join(directory, 'event-log.mark');
  const db = connect(path, maxBytes);
  try {
    if (pragma(db, 'page_count') === 0 || (pragma(db, 'schema_version') === 0 && pragma(db, 'application_id') === 0)) {
      if (readCommitMark(markPath)) throw damaged(`${path} is empty, and ${markPath} says that it was not`);
      create(db);
    }
    const { logId, commits } = verify(db, path, markPath, checkBytes);
    if (wanted !== undefined && logId !== wanted) throw damaged(`${path} is another log than before`);
    return committing({ db, path }, logId, commits, openCommitMark(markPath, logId));
  } catch (error) {
    db.close();
    throw error;
  }
}

function committing(
  { db, path }: Pick<LogFile, 'db' | 'path'>,
  logId: string,
  opened: number,
  mark: ReturnType<typeof openCommitMark>,
): LogFile {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const count = db.prepare('UPDATE meta SET commits = ?, seal = ?');
  const commit = db.prepare('COMMIT');
  let commits = opened;
  mark.set(commits);
  return {
    db,
    path,
    logId,
    transaction(work) {
      begin.run();
      try {
        work();
        count.run(commits + 1, sealOf(logId, commits + 1));
        commit.run();
      } catch (error) {
        // SQLite has rolled back by itself after some failures, among them a full disk.
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
      commits += 1;
      mark.set(commits);
    },
    close() {
      mark.close();
      db.close();
    },
  };
}
