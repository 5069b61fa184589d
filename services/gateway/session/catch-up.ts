import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Counter } from '@clearquay/domain/ports/metrics.ts';
import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import type { StoredUpdates } from '../changes/stored-updates.ts';
import type { CursorCodec } from '../cursor.ts';
import type { GatewayLimits } from '../limits.ts';
import type { RecentUpdates } from '../tail/recent-updates.ts';
import type { UntilReached } from '../warehouse-position.ts';
import { reaches } from './membership.ts';
import type { Outbox } from './outbox.ts';
import { SnapshotFrames } from './snapshot-frames.ts';
import type { SnapshotReader } from './snapshot-reader.ts';
import type { Buffered, Subscription } from './subscription.ts';

/** Where the past of a subscription comes from. */
export interface CatchUpDeps {
  readonly recent: RecentUpdates;
  readonly stored: StoredUpdates;
  readonly snapshots: SnapshotReader;
  readonly reached: UntilReached;
  readonly cursors: CursorCodec;
  readonly limits: GatewayLimits;
  readonly logger: Logger;
  /** Subscriptions begun, by how: snapshot, resumed (from memory), stored (from the warehouse), gap. */
  readonly starts: Counter;
}

/** The session of a subscription, as far as catching up needs it. */
export interface CatchUpSession {
  readonly outbox: Outbox;
  /** Tells that the cursor cannot be resumed. */
  gap(id: string, reason: string): void;
  /** A subscription has everything: it is judged as updates come from here on. */
  live(): void;
  /** Ends the subscription with an error; the connection stays. */
  fail(subscription: Subscription, code: ProblemCode, message: string): void;
  /** True when the subscription remembers more visits than it may, and was ended for it. */
  tracksTooMany(subscription: Subscription): boolean;
}

/**
 * Brings a subscription to the present: from its cursor where that can be done, else by a snapshot. Updates of the tail
 * are buffered from before the first step and follow the last one, so nothing falls in between. Call it in the same
 * turn in which the subscription begins to buffer; it never rejects.
 */
export async function catchUp(subscription: Subscription, cursor: string | undefined, deps: CatchUpDeps, session: CatchUpSession) {
  try {
    if (cursor !== undefined) {
      const gap = await resume(subscription, cursor, deps, session);
      if (gap === undefined) return await follow(subscription, session);
      if (!subscription.alive) return;
      subscription.startOver();
      session.gap(subscription.id, gap);
    }
    deps.starts.add(1, { how: cursor === undefined ? 'snapshot' : 'gap' });
    if (await snapshot(subscription, deps, session)) await follow(subscription, session);
  } catch (error) {
    deps.logger.warn({ error: String(error) }, 'a subscription could not be brought up to date');
    session.fail(subscription, 'CQ_UNAVAILABLE', 'The warehouse does not answer now. Subscribe again in a moment.');
  }
}

/** Sends what came after a cursor, or the first part of it; gives the reason of the gap when that cannot be done. */
async function resume(subscription: Subscription, text: string, deps: CatchUpDeps, session: CatchUpSession): Promise<string | undefined> {
  const { recent, stored, reached, limits, starts } = deps;
  const { filter } = subscription;
  const cursor = deps.cursors.decode(text);
  if (!cursor.ok) return 'cursor-invalid';
  // An update names only its own codes, so whether a visit from before the cursor had a code is not known.
  if (filter.codes?.length) return 'filter-not-resumable';
  const missed = recent.after(cursor.value);
  if (missed.ok) {
    const wanted = missed.value.filter((update) => reaches(filter, update));
    if (wanted.reduce((sum, u) => sum + u.bytes, 0) > limits.snapshotBufferBytes) return 'too-much-missed';
    for (const update of wanted) subscription.buffer(update);
    starts.add(1, { how: 'resumed' });
    return undefined;
  }
  if (missed.error !== 'cursor-too-old') return missed.error;
  const positions = recent.positions();
  await reached(positions);
  const older = await stored.between(cursor.value, positions, filter);
  if (!older.ok) return older.error;
  starts.add(1, { how: 'stored' });
  for await (const updates of older.value)
    for (const update of updates) if (!(await send(subscription, { update, skipped: [] }, session))) return undefined;
  return undefined;
}

/** Sends the current state in chunks; false when nobody wants it any longer. */
async function snapshot(subscription: Subscription, deps: CatchUpDeps, session: CatchUpSession): Promise<boolean> {
  const { recent, cursors, snapshots, reached, limits } = deps;
  const positions = recent.positions();
  const frames = new SnapshotFrames(subscription.id, subscription.view, {
    visits: limits.snapshotChunkVisits,
    bytes: limits.snapshotChunkBytes,
  });
  await reached(positions);
  for await (const rows of snapshots(subscription.filter)) {
    const seen = recent.positions();
    for (const row of rows) {
      const revision = BigInt(row.version);
      subscription.show(row.visitId, revision, revision > (seen.get(partitionOf(row.port)) ?? 0n));
      const frame = frames.add(row);
      if (frame && !(await sendChunk(subscription, frame, session))) return false;
    }
    if (!subscription.alive || session.tracksTooMany(subscription)) return false;
  }
  return await sendChunk(subscription, frames.last(cursors.encode(positions)), session);
}

/** Sends a chunk once the client took what came before; false when nobody wants it any longer. */
async function sendChunk(subscription: Subscription, frame: Buffer, { outbox }: CatchUpSession): Promise<boolean> {
  await outbox.room();
  if (subscription.alive) outbox.send(frame);
  return subscription.alive;
}

/** Sends what was buffered as fast as the client reads, then lets the subscription go live. */
async function follow(subscription: Subscription, session: CatchUpSession): Promise<void> {
  for (let next = subscription.next(); next; next = subscription.next()) if (!(await send(subscription, next, session))) return;
  if (!subscription.alive) return;
  subscription.goLive();
  session.live();
}

/** Sends what an update means to a subscription that catches up; false when nobody wants it any longer. */
async function send(subscription: Subscription, { update, skipped }: Buffered, session: CatchUpSession): Promise<boolean> {
  const { id, view, membership, alive } = subscription;
  const verdict = alive ? membership.judge(update) : 'nothing';
  if (verdict === 'nothing') return alive;
  const [deltaTo, removedFrom] = verdict === 'delta' ? [[id], []] : [[], [id]];
  session.outbox.push({ update, view, deltaTo, removedFrom, reason: update.merged ? 'merged' : 'left-filter', skipped }, id);
  await session.outbox.room();
  return subscription.alive && !session.tracksTooMany(subscription);
}
