import { isDeepStrictEqual } from 'node:util';
import type { TopicSpec } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { damaged } from './failure.ts';
import type { LogFile } from './log-file.ts';
import type { StreamBounds, TopicState } from './operations.ts';
import { maxStreams } from './record-id.ts';
import { sealOf } from './seal.ts';

/** Topics and the bounds of their streams, read once at open and kept in memory. */
export interface LogCatalog {
  topics(): TopicState[];
  /** Indexed by stream. */
  bounds(): readonly StreamBounds[];
  boundsOf(stream: number): StreamBounds;
  topicOf(stream: number): TopicState;
  ensureTopics(specs: readonly TopicSpec[]): void;
  /** Saves bounds inside a transaction; `moved` makes them known after it. */
  save(stream: number, bounds: StreamBounds): void;
  moved(stream: number, bounds: StreamBounds): void;
}

function readTopics({ db }: LogFile): TopicState[] {
  return db
    .prepare('SELECT name, first_stream, partitions, cleanup, retention_ms, seal FROM topics ORDER BY first_stream')
    .all()
    .map((row) => {
      const name = String(row['name']);
      const firstStream = Number(row['first_stream']);
      const partitions = Number(row['partitions']);
      const cleanup = row['cleanup'] === 'compact' ? 'compact' : 'delete';
      const retentionMs = row['retention_ms'] === null ? null : Number(row['retention_ms']);
      if (row['seal'] !== sealOf(name, firstStream, partitions, cleanup, retentionMs)) {
        throw damaged(`the row of topic ${name} does not fit its checksum`);
      }
      return { name, firstStream, partitions, cleanup, ...(retentionMs === null ? {} : { retentionMs }) };
    });
}

function readBounds({ db }: LogFile): StreamBounds[] {
  return db
    .prepare('SELECT stream, start, end, seal FROM streams ORDER BY stream')
    .all()
    .map((row, at) => {
      const stream = Number(row['stream']);
      const bounds = { start: Number(row['start']), end: Number(row['end']) };
      if (stream !== at || row['seal'] !== sealOf(stream, bounds.start, bounds.end)) {
        throw damaged(`the row of stream ${at} does not fit its checksum`);
      }
      return bounds;
    });
}

/** Throws when a topic cannot stand as wanted; true when there is something to write. */
function differs(wanted: TopicSpec, stands: TopicState | undefined): boolean {
  if (stands === undefined) return true;
  if (stands.partitions !== wanted.partitions) {
    throw new EventLogError(
      'CQ_UNAVAILABLE',
      `Topic ${wanted.name} stands with ${stands.partitions} partitions, not ${wanted.partitions}: run the version that made this log, ` +
        'or begin with an empty data directory and send the events again',
    );
  }
  if (stands.cleanup !== wanted.cleanup) {
    throw new EventLogError('CQ_UNAVAILABLE', `Topic ${wanted.name} stands with cleanup ${stands.cleanup}, not ${wanted.cleanup}`);
  }
  return stands.retentionMs !== wanted.retentionMs;
}

/** Throws when a row does not fit its checksum. */
export function openLogCatalog(file: LogFile): LogCatalog {
  let topics = readTopics(file);
  const bounds = readBounds(file);
  const streams = topics.reduce((sum, topic) => sum + topic.partitions, 0);
  if (streams !== bounds.length) throw damaged(`it has ${bounds.length} streams where its topics need ${streams}`);
  const saveTopic = file.db.prepare('INSERT OR REPLACE INTO topics VALUES (?, ?, ?, ?, ?, ?)');
  const saveStream = file.db.prepare('INSERT OR REPLACE INTO streams VALUES (?, ?, ?, ?)');
  const save = (stream: number, { start, end }: StreamBounds): void => {
    saveStream.run(stream, start, end, sealOf(stream, start, end));
  };
  const nothing = { start: 0, end: 0 };

  function ensureTopics(specs: readonly TopicSpec[]): void {
    const next = new Map(topics.map((topic) => [topic.name, topic]));
    let added = bounds.length;
    for (const spec of specs) {
      const stands = next.get(spec.name);
      if (!differs(spec, stands)) continue;
      const { name, partitions, cleanup, retentionMs } = spec;
      const kept = { name, partitions, cleanup, ...(retentionMs === undefined ? {} : { retentionMs }) };
      next.set(name, { ...kept, firstStream: stands?.firstStream ?? added });
      if (!stands) added += partitions;
    }
    if (added > maxStreams) throw new EventLogError('CQ_UNAVAILABLE', `The embedded log holds at most ${maxStreams} partitions`);
    const wanted = [...next.values()];
    if (isDeepStrictEqual(wanted, topics)) return;
    file.transaction(() => {
      for (const { name, firstStream, partitions, cleanup, retentionMs = null } of wanted) {
        saveTopic.run(name, firstStream, partitions, cleanup, retentionMs, sealOf(name, firstStream, partitions, cleanup, retentionMs));
      }
      for (let stream = bounds.length; stream < added; stream++) save(stream, nothing);
    });
    topics = wanted;
    while (bounds.length < added) bounds.push(nothing);
  }

  return {
    topics: () => topics,
    bounds: () => bounds,
    boundsOf: (stream) => bounds[stream] ?? nothing,
    topicOf: (stream) => topics.findLast((topic) => topic.firstStream <= stream) as TopicState,
    ensureTopics,
    save,
    moved: (stream, to) => {
      bounds[stream] = to;
    },
  };
}
