import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';
import type { Patient } from './patient.ts';

/** What an owner knows when it takes partitions over in one generation of the group. */
export interface Epoch {
  readonly epoch: number;
  /** Next offsets of the agency topics at the takeover, by topic and partition: what lies before may be written in part. */
  readonly ends: ReadonlyMap<string, readonly number[]>;
  /** The last stamp of a batch by partition. */
  readonly appliedAt: ReadonlyMap<number, Instant>;
}

export interface EpochDeps {
  readonly log: Pick<EventLog, 'bounds'>;
  readonly clock: Clock;
  readonly owner: string;
}

const highestSql = 'SELECT max(epoch) AS highest FROM batches';
const rivalsSql = "SELECT count() AS rivals FROM batches WHERE kind = 'claim' AND epoch >= {epoch:UInt64} AND owner != {owner:String}";
const stampsSql = 'SELECT partition, toUnixTimestamp64Milli(max(applied_at)) AS applied FROM batches GROUP BY partition';
const claimPauseMs = 100;

/** Claims an epoch above every one before: written as a row and read back, again and higher while a rival shows. */
async function claim(generation: number, io: Patient, deps: EpochDeps): Promise<{ epoch: number; isFirst: boolean }> {
  const { owner, clock } = deps;
  for (;;) {
    const [{ highest = '0' } = {}] = await io.query<{ highest?: string }>(highestSql);
    const epoch = Math.max(generation, 1 + Number(highest));
    const row = { partition: 0, revision: String(revisionOf(epoch, 0)), epoch, kind: 'claim', ranges: '{}', events: 0, visits: 0, owner };
    await io.insert('batches', [{ ...row, applied_at: clock.now() }], `claim-${owner}-${epoch}`);
    const [{ rivals = '0' } = {}] = await io.query<{ rivals?: string }>(rivalsSql, { epoch, owner });
    if (Number(rivals) === 0) return { epoch, isFirst: Number(highest) === 0 };
    // Two that see each other part by the length of their pause.
    await delay(Math.random() * claimPauseMs);
  }
}

async function takeOver(generation: number, io: Patient, deps: EpochDeps): Promise<Epoch> {
  const { epoch, isFirst } = await claim(generation, io, deps);
  const ends = new Map<string, readonly number[]>();
  // Where nobody ever owned anything, nothing can be written in part.
  if (!isFirst)
    for (const topic of eventTopics)
      ends.set(
        topic,
        (await io.again('log', () => deps.log.bounds(topic))).map((b) => b.end),
      );
  const stamps = await io.query<{ partition: number; applied: string }>(stampsSql);
  return { epoch, ends, appliedAt: new Map(stamps.map((s) => [s.partition, instant(Number(s.applied))])) };
}

/**
 * Gives the epoch of a generation; all partitions gained in one generation share one claim. A generation that could
 * not claim is tried again by the next partition that asks; `io` is that of the one that asks first.
 */
export function createEpochs(deps: EpochDeps): (generation: number, io: Patient) => Promise<Epoch> {
  let newest: { generation: number; epoch: Promise<Epoch> } | undefined;
  return (generation, io) => {
    if (newest && newest.generation >= generation) return newest.epoch;
    const epoch = takeOver(generation, io, deps);
    const claimed = { generation, epoch };
    newest = claimed;
    epoch.catch(() => {
      if (newest === claimed) newest = undefined;
    });
    return epoch;
  };
}
