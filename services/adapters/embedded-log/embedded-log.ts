import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EventLog, LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { createGroups } from './groups.ts';
import { createLogReader } from './log-reader.ts';
import type { GroupProgress, GroupStreams, ReplyOf, Rewound } from './operations.ts';
import { createStreamEnds } from './stream-ends.ts';
import { createTopicDirectory, type TopicDirectory } from './topic-directory.ts';
import { startWorker, type WorkerClient } from './worker-client.ts';
import { createWriteQueue } from './write-queue.ts';

const hourMs = 3_600_000;

export interface EmbeddedLogOptions {
  /** Created when missing; holds `event-log.db` and its companions. Only one process may have it open. */
  readonly directory: string;
  /** How long an owner may go on after `lost` fired before it is passed over. Default 30 s. */
  readonly groupSessionMs?: number;
  /** How long readers of a compacted topic can still see that a key was deleted. Default 24 h. */
  readonly tombstoneMs?: number;
  /** Time between two runs of retention and compaction; one runs at open. Default 1 h. */
  readonly sweepMs?: number;
  /** Bytes of one reply to a read, at most, plus one record. Default 4 MiB. */
  readonly maxReadBytes?: number;
  /** A transaction takes appends until it holds this many bytes. Default 4 MiB. */
  readonly groupBytes?: number;
  /** Appends are refused with `CQ_UNAVAILABLE` while more than this waits. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** Appends are refused with `CQ_LOG_FULL` when the file would grow over this. Absent: the disk is the limit. */
  readonly maxBytes?: number;
  /** The structure of the whole file is checked at open up to this size (some 0.7 s per GiB). Default 1 GiB. */
  readonly checkBytes?: number;
  /** Epoch milliseconds; stamps appends and drives retention. Default `Date.now`. */
  readonly nowMs?: () => number;
  readonly logger?: Logger;
}

/** One moment of the log, kept apart from what is appended later. */
export interface FrozenLog {
  /** Writes the moment to a file. What `release` rejects after it is not to be used. */
  copyTo(path: string): Promise<void>;
  /** Lets go of the moment; rejects when it was lost because the log was closed. */
  release(): Promise<void>;
}

/** The event log in a file, with what an operator does to it. A group here is named with its topics, as when it is joined. */
export interface EmbeddedLog extends EventLog {
  /** Keeps the log as it is now; appends go on. One at a time. */
  freeze(): Promise<FrozenLog>;
  /** Sets a group that has no members back to the first record appended at or after a time (epoch ms); never forward. */
  rewind(group: string, topics: readonly string[], sinceMs: number): Promise<Rewound>;
  progress(group: string, topics: readonly string[]): Promise<GroupProgress>;
  /** True when the newest write succeeded, or an empty one does now; rejects with what keeps it from being written. */
  isWritable(): Promise<boolean>;
}

/**
 * Opens the event log that lives in one SQLite file and its own thread. Rejects with an `EventLogError` when the
 * file is open elsewhere, is damaged, or ends before what was acknowledged.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const { directory, maxBytes, checkBytes = 2 ** 30 } = options;
  const worker = startWorker();
  try {
    const opened = await worker.call('open', { directory, checkBytes, ...(maxBytes === undefined ? {} : { maxBytes }) });
    const sweep = sweeping(worker, options);
    const logFailure = (err: unknown): void => options.logger?.error({ err }, 'retention of the event log failed');
    await sweep.run().catch((error: unknown) => {
      // Even deleting takes space at first; a full disk must not keep readers out.
      if (!(error instanceof EventLogError && error.code === 'CQ_LOG_FULL')) throw error;
      logFailure(error);
    });
    const timer = setInterval(() => void sweep.run().catch(logFailure), options.sweepMs ?? hourMs);
    return eventLog(worker, opened, options, () => {
      clearInterval(timer);
      sweep.stop();
    });
  } catch (error) {
    await worker.close();
    throw error;
  }
}

/** Step by step, so that appends and reads go on in between; never two runs at once. */
function sweeping(worker: WorkerClient, { nowMs = Date.now, tombstoneMs = 24 * hourMs }: EmbeddedLogOptions) {
  let running = false;
  let stopped = false;
  return {
    async run(): Promise<void> {
      if (running) return;
      running = true;
      try {
        const request = { nowMs: nowMs(), tombstoneMs };
        while (!stopped && (await worker.call('sweep', request)));
      } finally {
        running = false;
      }
    },
    stop(): void {
      stopped = true;
    },
  };
}

function eventLog(worker: WorkerClient, opened: ReplyOf<'open'>, options: EmbeddedLogOptions, stopSweeping: () => void): EmbeddedLog {
  const { nowMs = Date.now, maxReadBytes = 4 * 2 ** 20, groupBytes = 4 * 2 ** 20, maxQueuedBytes = 64 * 2 ** 20 } = options;
  const topics = createTopicDirectory();
  const ends = createStreamEnds();
  const learn = (catalog: ReplyOf<'open'>): void => {
    topics.set(catalog.topics);
    ends.set(catalog.bounds.map(({ end }, stream) => [stream, end]));
  };
  learn(opened);
  let isWritable = true;
  const queue = createWriteQueue({
    async write(group) {
      const reply = await worker.call('write', group, [group.frames.buffer]).catch((error: unknown) => {
        isWritable = false;
        throw error;
      });
      isWritable = true;
      ends.set(reply.ends);
      return reply;
    },
    streamOf: (record) => streamToAppend(topics, record),
    nowMs,
    groupBytes,
    maxQueuedBytes,
  });
  const reader = createLogReader({ worker, topics, ends, maxReadBytes });
  const groups = createGroups({ worker, topics, ends, queue, reader, sessionMs: options.groupSessionMs ?? 30_000, logger: options.logger });

  let closed = false;
  let closing: Promise<void> | undefined;
  const whileOpen = <A extends unknown[], T>(work: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      if (closed) throw new EventLogError('CQ_UNAVAILABLE', 'The event log is closed');
      return work(...args);
    };
  };
  // Owners that are ending may still append; only then is the log shut.
  async function close(): Promise<void> {
    await groups.close();
    closed = true;
    stopSweeping();
    reader.close();
    await queue.drained();
    await worker.close();
  }

  const groupStreams = (group: string, names: readonly string[]): GroupStreams => ({
    group,
    streams: names.map(topics.topic).flatMap((t) => Array.from({ length: t.partitions }, (_, at) => t.firstStream + at)),
  });

  return {
    freeze: whileOpen(async () => {
      const file = await worker.call('hold', null);
      return {
        // In another process: closing the file in this one would drop the locks that SQLite holds on it.
        copyTo: async (path) => void (await promisify(execFile)('cp', [file, path])),
        release: whileOpen(async () => void (await worker.call('letGo', null))),
      };
    }),
    rewind: whileOpen((group: string, names: readonly string[], sinceMs: number) =>
      worker.call('rewind', { ...groupStreams(group, names), sinceMs }),
    ),
    progress: whileOpen((group: string, names: readonly string[]) => worker.call('progress', groupStreams(group, names))),
    isWritable: whileOpen(async () => isWritable || queue.commit([])),
    ensureTopics: whileOpen(async (specs) => learn(await worker.call('ensureTopics', specs))),
    append: whileOpen(queue.append),
    join: whileOpen(groups.join),
    read: whileOpen((topic, partition, offset, { maxRecords, waitMs }) =>
      reader.read(topics.stream(topic, partition), offset, maxRecords, waitMs),
    ),
    bounds: whileOpen((topic) => worker.call('bounds', topics.topic(topic))),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function streamToAppend(topics: TopicDirectory, { topic, partition, key }: LogRecord): number {
  if (key === null && topics.topic(topic).cleanup === 'compact') throw new TypeError(`Records of ${topic} need a key`);
  return topics.stream(topic, partition);
}
