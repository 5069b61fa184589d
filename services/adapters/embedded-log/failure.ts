import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';

// Primary result codes, https://www.sqlite.org/rescode.html
const sqliteBusy = 5;
const sqliteReadOnly = 8;
const sqliteIoError = 10;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteCantOpen = 14;
const sqliteNotADatabase = 26;

const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

const diskFailures: ReadonlySet<number | undefined> = new Set([sqliteReadOnly, sqliteIoError, sqliteCantOpen]);

/** True when the disk itself failed or turned read-only: what a later sync reports can then no longer be trusted. */
export const isDiskFailure = (error: unknown): boolean => diskFailures.has(primaryCode(error));

/** The file is not what was written to it. `what` names the damage. */
export const damaged = (what: string): EventLogError =>
  new EventLogError(
    'CQ_UNAVAILABLE',
    `The event log is damaged: ${what}. Restore it from a backup, or move its files away to start with an empty log`,
  );

/** Names what SQLite or the file system reported, in terms of the log. */
export function asEventLogError(error: unknown): EventLogError {
  if (error instanceof EventLogError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const system = error instanceof Error && 'code' in error ? error.code : undefined;
  if (isDiskFailure(error) || system === 'EROFS')
    return new EventLogError('CQ_UNAVAILABLE', `The disk of the event log failed or is read-only: ${text}. Mend it and mount it writable`);
  switch (primaryCode(error)) {
    case sqliteFull:
      return new EventLogError('CQ_LOG_FULL', `The event log has no space left: ${text}`);
    case sqliteBusy:
      return new EventLogError('CQ_UNAVAILABLE', 'The event log is open in another process or a second time in this one');
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return damaged(text);
    default:
      return new EventLogError(system === 'ENOSPC' ? 'CQ_LOG_FULL' : 'CQ_UNAVAILABLE', `The event log failed: ${text}`);
  }
}
