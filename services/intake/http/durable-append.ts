import type { EventLog, LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { type PositionEntry, positionEntries } from './position.ts';

/**
 * Appends in one step and resolves when all of it is durable. A log that is full or away ends the request, which then
 * acknowledges nothing.
 */
export async function appendDurably(log: EventLog, records: readonly LogRecord[]): Promise<readonly number[]> {
  if (records.length === 0) return [];
  try {
    return await log.append(records);
  } catch (error) {
    if (error instanceof EventLogError) throw new ProblemError(error.code, 'Nothing was accepted. Send the same request again later.');
    throw error;
  }
}

/** Bounds of one append of a longer series. */
export interface AppendParts {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/**
 * Appends a series in several steps, each durable before the next, and holds no more of it than one step. Returns the
 * position of its status events.
 */
export async function appendInParts(log: EventLog, records: Iterable<LogRecord>, parts: AppendParts): Promise<PositionEntry[]> {
  const position: PositionEntry[] = [];
  let waiting: LogRecord[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    position.push(...positionEntries(waiting, await appendDurably(log, waiting)));
    waiting = [];
    bytes = 0;
  };
  for (const record of records) {
    waiting.push(record);
    bytes += record.value?.length ?? 0;
    if (waiting.length >= parts.maxRecords || bytes >= parts.maxBytes) await flush();
  }
  await flush();
  return newest(position);
}

/** The highest offset per topic and partition. */
const newest = (entries: readonly PositionEntry[]): PositionEntry[] => [
  ...new Map([...entries].sort((a, b) => a[2] - b[2]).map((e) => [`${e[0]}/${e[1]}`, e])).values(),
];
