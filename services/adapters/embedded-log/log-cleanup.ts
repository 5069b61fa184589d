import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { LogCatalog } from './log-catalog.ts';
import type { LogFile } from './log-file.ts';
import type { LogRecords } from './log-records.ts';
import type { TopicState } from './operations.ts';
import { readFrames } from './record-frame.ts';
import { offsetOf, recordId } from './record-id.ts';

// One step holds up appends and reads for some tens of milliseconds.
const rowsPerStep = 5_000;
const readBytes = 4 * 2 ** 20;

/** Retention and compaction in bounded steps. */
export interface LogCleanup {
  /** Does one step; false when nothing is left to do at this time. */
  step(nowMs: number, tombstoneMs: number): boolean;
}

export function createLogCleanup(file: LogFile, catalog: LogCatalog, records: LogRecords): LogCleanup {
  const ages = file.db.prepare('SELECT id, at FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
  const dropRange = file.db.prepare('DELETE FROM records WHERE id >= ? AND id < ?');
  const drop = file.db.prepare('DELETE FROM records WHERE id = ?');

  /** Drops the records at the start of a stream that were appended before a time. */
  function retain(stream: number, beforeMs: number): boolean {
    const { start, end } = catalog.boundsOf(stream);
    let keep = start;
    for (const { id, at } of ages.iterate(recordId(stream, start), recordId(stream, end), rowsPerStep)) {
      if (Number(at) >= beforeMs) break;
      keep = offsetOf(Number(id)) + 1;
    }
    if (keep === start) return false;
    file.transaction(() => {
      dropRange.run(recordId(stream, start), recordId(stream, keep));
      catalog.save(stream, { start: keep, end });
    });
    catalog.moved(stream, { start: keep, end });
    return true;
  }

  /** Every record of a stream, read as any reader would: damage stops the compaction. */
  function* recordsOf(stream: number): Generator<StoredRecord> {
    const { start, end } = catalog.boundsOf(stream);
    for (let from = start; from < end; ) {
      const { frames, next } = records.read([{ stream, from, max: rowsPerStep }], readBytes);
      yield* readFrames(frames, () => ({ topic: '', partition: 0 }));
      from = next[0] ?? end;
    }
  }

  /** Drops what a newer record of the same key replaces, and tombstones that had their time. */
  function compact(stream: number, tombstonesBeforeMs: number): boolean {
    const newest = new Map<string | null, { offset: number; expired: boolean }>();
    const gone: number[] = [];
    for (const { key, value, offset, timestamp } of recordsOf(stream)) {
      const older = newest.get(key);
      if (older) gone.push(older.offset);
      newest.set(key, { offset, expired: value === null && timestamp < tombstonesBeforeMs });
    }
    for (const { offset, expired } of newest.values()) if (expired) gone.push(offset);
    if (gone.length === 0) return false;
    file.transaction(() => {
      for (const offset of gone.slice(0, rowsPerStep)) drop.run(recordId(stream, offset));
    });
    return true;
  }

  function clean(topic: TopicState, stream: number, nowMs: number, tombstoneMs: number): boolean {
    if (topic.cleanup === 'compact') return compact(stream, nowMs - tombstoneMs);
    return topic.retentionMs !== undefined && retain(stream, nowMs - topic.retentionMs);
  }

  return {
    step(nowMs, tombstoneMs) {
      for (const topic of catalog.topics()) {
        for (let stream = topic.firstStream; stream < topic.firstStream + topic.partitions; stream++) {
          if (clean(topic, stream, nowMs, tombstoneMs)) return true;
        }
      }
      return false;
    },
  };
}
