import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { OffsetCommit, ReplyOf, RequestOf } from './operations.ts';
import { createFrameWriter, type FrameWriter } from './record-frame.ts';

export interface WriteQueueDeps {
  /** Writes one group in one durable transaction. */
  write(group: RequestOf<'write'>): Promise<ReplyOf<'write'>>;
  /** The stream of a record; throws when there is none. */
  streamOf(record: LogRecord): number;
  nowMs(): number;
  /** A group is closed when it holds this many bytes; one append is never split. */
  readonly groupBytes: number;
  /** Appends are refused while more than this many bytes wait. */
  readonly maxQueuedBytes: number;
}

/** Group commit: what arrives while a transaction runs goes together into the next one. */
export interface WriteQueue {
  /** Resolves with the offsets when they are durable. */
  append(records: readonly LogRecord[]): Promise<readonly number[]>;
  /** Resolves with false when the generation is no longer the newest. */
  commit(commits: readonly OffsetCommit[]): Promise<boolean>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

interface Member {
  readonly records: number;
  readonly commits: number;
  resolve(result: { readonly offsets: Float64Array; readonly refused: boolean }): void;
  reject(error: unknown): void;
}

interface Group {
  readonly writer: FrameWriter;
  readonly members: Member[];
  readonly commits: OffsetCommit[];
  records: number;
}

const newGroup = (): Group => ({ writer: createFrameWriter(16 * 1024), members: [], commits: [], records: 0 });

/** Gives every member of a group its part of the reply. */
function share({ members }: Group, { offsets, refused }: ReplyOf<'write'>): void {
  const all = new Float64Array(offsets);
  let record = 0;
  let commit = 0;
  for (const member of members) {
    const commits = commit;
    member.resolve({
      offsets: all.subarray(record, record + member.records),
      refused: refused.some((at) => at >= commits && at < commits + member.commits),
    });
    record += member.records;
    commit += member.commits;
  }
}

export function createWriteQueue(deps: WriteQueueDeps): WriteQueue {
  const waiting: Group[] = [];
  let queuedBytes = 0;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // One turn of the microtask queue: callers of the same moment share the first transaction too.
    await undefined;
    for (let group = waiting.shift(); group; group = waiting.shift()) {
      const frames = group.writer.take();
      try {
        share(group, await deps.write({ frames, records: group.records, commits: group.commits }));
      } catch (error) {
        for (const { reject } of group.members) reject(error);
      }
      queuedBytes -= frames.length;
    }
    running = undefined;
  }

  function openGroup(): Group {
    const last = waiting.at(-1);
    if (last && last.writer.length() < deps.groupBytes) return last;
    const group = newGroup();
    waiting.push(group);
    return group;
  }

  function enter(group: Group, records: number, commits: number): Promise<{ offsets: Float64Array; refused: boolean }> {
    group.records += records;
    running ??= run();
    return new Promise((resolve, reject) => group.members.push({ records, commits, resolve, reject }));
  }

  return {
    async append(records) {
      if (records.length === 0) return [];
      if (queuedBytes > deps.maxQueuedBytes) {
        throw new EventLogError('CQ_UNAVAILABLE', `More than ${deps.maxQueuedBytes} bytes wait for the event log`);
      }
      const streams = records.map(deps.streamOf);
      const group = openGroup();
      const before = group.writer.length();
      const now = Math.trunc(deps.nowMs());
      records.forEach((record, at) => {
        group.writer.add(streams[at] as number, now, record);
      });
      queuedBytes += group.writer.length() - before;
      return Array.from((await enter(group, records.length, 0)).offsets);
    },
    async commit(commits) {
      const group = openGroup();
      group.commits.push(...commits);
      return !(await enter(group, 0, commits.length)).refused;
    },
    drained: async () => running,
  };
}
