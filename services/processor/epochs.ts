import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog, OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { eventTopics, topics } from '@clearquay/schemas/topics.ts';
import { type Fence, fencesOf } from './fence.ts';
import { nameOtherLog } from './other-log.ts';
import type { Patient } from './patient.ts';

/** What an owner knows when it takes partitions over in one generation of the group. */
export interface Epoch {
  readonly epoch: number;
  /** Next offsets of the agency topics at the takeover, by topic and partition: what lies before may be written in part. */
  readonly ends: ReadonlyMap<string, readonly number[]>;
  /** The last stamp by partition. */
  readonly appliedAt: ReadonlyMap<number, Instant>;
  /** What former owners may have written without having told it, by partition. */
  fence(partition: number): Fence;
}

export interface EpochDeps {
  readonly log: Pick<EventLog, 'bounds' | 'read'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly owner: string;
  readonly logger: Pick<Logger, 'warn'>;
}

type Owned = Pick<OwnedPartition, 'generation' | 'commit'>;

const highestSql = 'SELECT max(epoch) AS highest FROM batches';
const rivalsSql = `SELECT count() AS rivals, max(generation) AS generation
  FROM batches WHERE kind = 'claim' AND epoch >= {epoch:UInt64} AND owner != {owner:String}`;
// A batch that was cut off has no marker, but its revisions have its stamp.
const stampsSql = `SELECT partition, toUnixTimestamp64Milli(max(applied_at)) AS applied FROM (
  SELECT partition, applied_at FROM batches UNION ALL SELECT partition, applied_at FROM changes) GROUP BY partition`;
const claimPauseMs = 100;

/** The highest epoch of the last updates of the partitions: a warehouse that begins anew does not know what was told from the one before it. */
async function highestTold(io: Patient, { log, codec }: EpochDeps): Promise<number> {
  const { name } = topics.updates;
  const bounds = await io.again('log', () => log.bounds(name));
  const told = bounds.map(async ({ start, end }, partition) => {
    if (start === end) return 0;
    const [last] = await io.again('log', () => log.read(name, partition, end - 1, { maxRecords: 1, waitMs: 1_000 }));
    if (!last?.value) return 0;
    await codec.learn([last.value]);
    const update = codec.decode(name, last.value);
    return update.ok ? (update.value as VisitUpdate).epoch : 0;
  });
  return Math.max(...(await Promise.all(told)));
}

/**
 * Claims an epoch above every one before: written as a row and read back, again and higher while a rival shows. Who meets
 * a rival of a newer generation was passed over while it claimed, and must not win by claiming once more.
 */
async function claim(generation: number, io: Patient, deps: EpochDeps): Promise<{ epoch: number; isFirst: boolean }> {
  const { owner, clock } = deps;
  for (;;) {
    const [claimed] = await io.query<{ highest: string }>(highestSql);
    const highest = Number(claimed?.highest ?? 0);
    const epoch = Math.max(generation, 1 + (highest || (await highestTold(io, deps))));
    const revision = String(revisionOf(epoch, 0));
    const row = {
      partition: 0,
      revision,
      epoch,
      kind: 'claim',
      ranges: '{}',
      events: 0,
      visits: 0,
      owner,
      generation,
      unconfirmed: 0,
      fence: 0,
    };
    await io.insert('batches', [{ ...row, applied_at: clock.now() }], `claim-${owner}-${epoch}`);
    const [seen] = await io.query<{ rivals: string; generation: string }>(rivalsSql, { epoch, owner });
    if (Number(seen?.rivals ?? 0) === 0) return { epoch, isFirst: highest === 0 };
    if (Number(seen?.generation) > generation) throw new PartitionLostError('clearquay-processor', 0, generation);
    // Two that see each other part by the length of their pause.
    await delay(Math.random() * claimPauseMs);
  }
}

async function takeOver({ generation, commit }: Owned, io: Patient, deps: EpochDeps): Promise<Epoch> {
  const { epoch, isFirst } = await claim(generation, io, deps);
  // Who stood still before it read the highest epoch has claimed above its successor. Whoever takes over after this sees the claim.
  await io.again('log', () => commit(new Map()));
  const ends = new Map<string, readonly number[]>();
  // Where nobody ever owned anything, nothing can be written in part.
  if (!isFirst)
    for (const topic of eventTopics)
      ends.set(
        topic,
        (await io.again('log', () => deps.log.bounds(topic))).map((b) => b.end),
      );
  if (!isFirst) await nameOtherLog(ends, io, deps.logger);
  const [stamps, fence] = await Promise.all([io.query<{ partition: number; applied: string }>(stampsSql), fencesOf(epoch, io)]);
  return { epoch, ends, appliedAt: new Map(stamps.map((s) => [s.partition, instant(Number(s.applied))])), fence };
}

/**
 * Gives the epoch of a generation; all partitions gained in one generation share one claim. A generation that could
 * not claim is tried again by the next partition that asks; partition and `io` are those of the one that asks first.
 */
export function createEpochs(deps: EpochDeps): (owned: Owned, io: Patient) => Promise<Epoch> {
  let newest: { generation: number; epoch: Promise<Epoch> } | undefined;
  return (owned, io) => {
    const { generation } = owned;
    if (newest && newest.generation >= generation) return newest.epoch;
    const epoch = takeOver(owned, io, deps);
    const claimed = { generation, epoch };
    newest = claimed;
    epoch.catch(() => {
      if (newest === claimed) newest = undefined;
    });
    return epoch;
  };
}
