import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Counter } from '@clearquay/domain/ports/metrics.ts';
import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { type ClientFrame, closeCodes, type ServerFrame } from '@clearquay/domain/stream/frames.ts';
import type { CursorCodec } from '../cursor.ts';
import type { GatewayLimits } from '../limits.ts';
import type { RecentUpdates } from '../tail/recent-updates.ts';
import type { Update, View } from '../tail/update.ts';
import { parseClientFrame } from './client-frame.ts';
import type { InterestIndex } from './interest-index.ts';
import { reaches } from './membership.ts';
import { Outbox, type Wire } from './outbox.ts';
import { SnapshotFrames } from './snapshot-frames.ts';
import type { SnapshotReader } from './snapshot-reader.ts';
import { Subscription } from './subscription.ts';

/** What all sessions of a gateway share. */
export interface SessionDeps {
  readonly recent: RecentUpdates;
  readonly cursors: CursorCodec;
  readonly snapshots: SnapshotReader;
  readonly interest: InterestIndex<Session>;
  readonly limits: GatewayLimits;
  readonly logger: Logger;
  /** Subscriptions begun, by how: snapshot, resumed, gap. */
  readonly starts: Counter;
}

/** The connection of one session. `close` begins the closing handshake and cuts the socket after a grace. */
export interface Connection extends Wire {
  close(code: number, reason: string): void;
}

type SubscribeFrame = Extract<ClientFrame, { type: 'subscribe' }>;

/** A server frame as UTF-8 JSON. */
export const encodeFrame = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame));

/** One client on the live stream (`protocol.md`, Live stream). It never throws at its caller. */
export class Session {
  readonly id: string;
  /** The close code that ended it from this side. */
  closedWith: number | undefined;
  readonly #connection: Connection;
  readonly #deps: SessionDeps;
  readonly #outbox: Outbox;
  readonly #subscriptions = new Map<string, Subscription>();
  #ended = false;
  #checkpointed: string | undefined;

  constructor(id: string, connection: Connection, deps: SessionDeps) {
    this.id = id;
    this.#connection = connection;
    this.#deps = deps;
    this.#outbox = new Outbox(connection, deps.limits, () => this.#subscriptions.size > 1);
  }

  /** Greets the client; the first frame of every session. */
  welcome(): void {
    const { heartbeatMs, subscriptionsPerSession, maxPayloadBytes, resumeWindowMs } = this.#deps.limits;
    this.#send({
      type: 'welcome',
      session: this.id,
      heartbeatMs,
      limits: { subscriptions: subscriptionsPerSession, maxPayloadBytes },
      resumeWindow: resumeWindowMs,
    });
  }

  /** Handles one text message of the client. */
  receive(text: string): void {
    if (this.#ended) return;
    const parsed = parseClientFrame(text);
    if (parsed.ok) this.#act(parsed.value);
    else {
      const { problem, id, fatal } = parsed.error;
      this.#refuse(problem.code, problem.message, id);
      if (fatal) this.close(closeCodes.badFrame, 'bad frame');
    }
    if (this.#outbox.overfull) this.#tooSlow();
  }

  /** Takes one update of the tail: encodes nothing unless a subscription wants it. */
  offer(update: Update): void {
    const deltaTo: string[] = [];
    const removedFrom: string[] = [];
    let view: View = 'summary';
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.catchingUp) {
        subscription.buffer(update);
        if (subscription.bufferBytes > this.#deps.limits.snapshotBufferBytes) this.#tooSlow();
        continue;
      }
      const verdict = subscription.membership.judge(update);
      if (verdict === 'nothing' || this.#tracksTooMany(subscription)) continue;
      if (verdict === 'delta') deltaTo.push(subscription.id);
      else removedFrom.push(subscription.id);
      if (verdict === 'delta' && subscription.view === 'full') view = 'full';
    }
    if (deltaTo.length + removedFrom.length === 0) return;
    this.#outbox.push({ update, view, deltaTo, removedFrom, reason: update.merged ? 'merged' : 'left-filter' });
    if (this.#outbox.overfull) this.#tooSlow();
  }

  /** Sends a checkpoint frame of the given cursor, unless it was sent or a snapshot is not complete. */
  checkpoint(cursor: string, frame: Buffer): void {
    if (this.#subscriptions.size === 0 || this.#checkpointed === cursor) return;
    for (const subscription of this.#subscriptions.values()) if (subscription.catchingUp) return;
    this.#checkpointed = cursor;
    this.#outbox.checkpoint(frame);
  }

  /** The socket has room again. */
  drained(): void {
    this.#outbox.drained();
  }

  /** Ends the session with a code of the protocol. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.ended();
    this.closedWith = code;
    this.#connection.close(code, reason);
  }

  /** The connection is gone: frees everything that the session holds. */
  ended(): void {
    this.#ended = true;
    for (const subscription of this.#subscriptions.values()) this.#drop(subscription);
    this.#outbox.end();
  }

  #act(frame: ClientFrame): void {
    switch (frame.type) {
      case 'ping':
        this.#send({ type: 'pong' });
        break;
      case 'unsubscribe':
        this.#unsubscribe(frame.id);
        break;
      case 'subscribe':
        this.#trySubscribe(frame);
        break;
      default:
        frame satisfies never;
    }
  }

  #unsubscribe(id: string): void {
    const known = this.#subscriptions.get(id);
    if (known) this.#drop(known);
    this.#send({ type: 'unsubscribed', id });
  }

  #trySubscribe(frame: SubscribeFrame): void {
    const { subscriptionsPerSession: most } = this.#deps.limits;
    if (this.#subscriptions.has(frame.id)) this.#refuse('CQ_FRAME_INVALID', 'Unsubscribe first, or choose another id.', frame.id);
    else if (this.#subscriptions.size >= most) this.#refuse('CQ_LIMIT', `A session holds at most ${most} subscriptions.`, frame.id);
    else this.#subscribe(frame);
  }

  #subscribe({ id, filter, fields: view = 'full', cursor }: SubscribeFrame): void {
    const { starts } = this.#deps;
    const missed = cursor === undefined ? undefined : this.#missedSince(cursor, filter);
    const subscription = new Subscription(id, filter, view, missed?.ok === true);
    this.#subscriptions.set(id, subscription);
    this.#deps.interest.add(this, filter);
    starts.add(1, { how: missed ? (missed.ok ? 'resumed' : 'gap') : 'snapshot' });
    if (missed?.ok) {
      for (const update of missed.value) subscription.buffer(update);
      void this.#catchUp(subscription);
    } else {
      if (missed) this.#send({ type: 'gap', id, reason: missed.error });
      void this.#snapshot(subscription);
    }
  }

  /** What came after a cursor, if all of it is in memory; else the reason of the gap. */
  #missedSince(text: string, filter: Filter): Result<readonly Update[], string> {
    const cursor = this.#deps.cursors.decode(text);
    if (!cursor.ok) return refuse('cursor-invalid');
    // An update names only its own codes, so whether a visit from before the cursor had a code is not in memory.
    if (filter.codes?.length) return refuse('filter-not-resumable');
    const missed = this.#deps.recent.after(cursor.value);
    if (!missed.ok) return missed;
    const wanted = missed.value.filter((update) => reaches(filter, update));
    const bytes = wanted.reduce((sum, u) => sum + u.bytes, 0);
    return bytes > this.#deps.limits.snapshotBufferBytes ? refuse('too-much-missed') : ok(wanted);
  }

  /** Sends the current state in chunks; what changes meanwhile is buffered and follows. */
  async #snapshot(subscription: Subscription): Promise<void> {
    const { recent, cursors, snapshots, limits, logger } = this.#deps;
    const cursor = cursors.encode(recent.positions());
    const frames = new SnapshotFrames(subscription.id, subscription.view, {
      visits: limits.snapshotChunkVisits,
      bytes: limits.snapshotChunkBytes,
    });
    try {
      for await (const rows of snapshots(subscription.filter)) {
        if (!subscription.alive) return;
        for (const row of rows) {
          subscription.forget(row.visitId, BigInt(row.version));
          subscription.membership.admit(row.visitId);
          const frame = frames.add(row);
          if (frame && !(await this.#sendChunk(subscription, frame))) return;
        }
        if (this.#tracksTooMany(subscription)) return;
      }
    } catch (error) {
      logger.warn({ error: String(error) }, 'a snapshot could not be read');
      this.#fail(subscription, 'CQ_UNAVAILABLE', 'The snapshot cannot be read now. Subscribe again in a moment.');
      return;
    }
    if (await this.#sendChunk(subscription, frames.last(cursor))) await this.#catchUp(subscription);
  }

  /** Sends a chunk once the client took what came before; false when nobody wants it any longer. */
  async #sendChunk(subscription: Subscription, frame: Buffer): Promise<boolean> {
    await this.#outbox.room();
    if (subscription.alive) this.#outbox.send(frame);
    return subscription.alive;
  }

  /** Sends what was buffered as fast as the client reads, then lets the subscription go live. */
  async #catchUp(subscription: Subscription): Promise<void> {
    const { id, view, membership } = subscription;
    for (let update = subscription.next(); update; update = subscription.next()) {
      const verdict = membership.judge(update);
      if (verdict === 'nothing') continue;
      const [deltaTo, removedFrom] = verdict === 'delta' ? [[id], []] : [[], [id]];
      this.#outbox.push({ update, view, deltaTo, removedFrom, reason: update.merged ? 'merged' : 'left-filter' });
      await this.#outbox.room();
      if (!subscription.alive) return;
    }
    subscription.goLive();
    // Tells the client at once that it has everything up to here.
    const cursor = this.#deps.cursors.encode(this.#deps.recent.positions());
    this.checkpoint(cursor, encodeFrame({ type: 'checkpoint', cursor }));
  }

  #drop(subscription: Subscription): void {
    if (!subscription.alive) return;
    subscription.alive = false;
    this.#subscriptions.delete(subscription.id);
    this.#deps.interest.remove(this, subscription.filter);
  }

  /** Ends one subscription with an error; the connection stays. */
  #fail(subscription: Subscription, code: ProblemCode, message: string): void {
    if (!subscription.alive) return;
    this.#drop(subscription);
    this.#refuse(code, message, subscription.id);
  }

  #tracksTooMany(subscription: Subscription): boolean {
    const { trackedVisits } = this.#deps.limits;
    if (subscription.membership.size <= trackedVisits) return false;
    this.#fail(subscription, 'CQ_LIMIT', `Narrow the filter: it holds more than ${trackedVisits} visits.`);
    return true;
  }

  #tooSlow(): void {
    this.close(closeCodes.tooSlow, 'too slow');
  }

  #refuse(code: ProblemCode, message: string, id?: string): void {
    this.#send({ type: 'error', ...(id !== undefined && { id }), code, message });
  }

  #send(frame: ServerFrame): void {
    this.#outbox.send(encodeFrame(frame));
  }
}
