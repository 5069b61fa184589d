import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import { type ClientFrame, closeCodes, type ServerFrame } from '@clearquay/domain/stream/frames.ts';
import type { Update, View } from '../tail/update.ts';
import { type CatchUpDeps, type CatchUpSession, catchUp } from './catch-up.ts';
import { parseClientFrame } from './client-frame.ts';
import type { InterestIndex } from './interest-index.ts';
import { Outbox, type Wire } from './outbox.ts';
import { Subscription } from './subscription.ts';

/** What all sessions of a gateway share. */
export interface SessionDeps extends CatchUpDeps {
  readonly interest: InterestIndex<Session>;
}

/** The connection of one session. `close` begins the closing handshake and cuts the socket after a grace. */
export interface Connection extends Wire {
  close(code: number, reason: string): void;
}

type SubscribeFrame = Extract<ClientFrame, { type: 'subscribe' }>;

/** A server frame as UTF-8 JSON. */
export const encodeFrame = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame));

/** Timers fire a little early or late; a checkpoint is not left out for that. */
const checkpointSlack = 0.9;

/** One client on the live stream (`protocol.md`, Live stream). It never throws at its caller. */
export class Session {
  readonly id: string;
  /** The close code that ended it from this side. */
  closedWith: number | undefined;
  readonly #connection: Connection;
  readonly #deps: SessionDeps;
  readonly #outbox: Outbox;
  readonly #catchUp: CatchUpSession;
  readonly #subscriptions = new Map<string, Subscription>();
  #ended = false;
  #checkpointed: string | undefined;
  #checkpointedAt = Number.NEGATIVE_INFINITY;

  constructor(id: string, connection: Connection, deps: SessionDeps) {
    this.id = id;
    this.#connection = connection;
    this.#deps = deps;
    this.#outbox = new Outbox(connection, deps.limits, () => this.#subscriptions.size > 1);
    this.#catchUp = {
      outbox: this.#outbox,
      gap: (id, reason) => this.#send({ type: 'gap', id, reason }),
      fail: (subscription, code, message) => this.#fail(subscription, code, message),
      tracksTooMany: (subscription) => this.#tracksTooMany(subscription),
      // Tells the client soon that it has everything up to here.
      live: () => this.checkpoint(deps.cursors.encode(deps.recent.positions())),
    };
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
      const verdict = subscription.isNews(update) ? subscription.membership.judge(update) : 'nothing';
      if (verdict === 'nothing' || this.#tracksTooMany(subscription)) continue;
      if (verdict === 'delta') deltaTo.push(subscription.id);
      else removedFrom.push(subscription.id);
      if (verdict === 'delta' && subscription.view === 'full') view = 'full';
    }
    if (deltaTo.length + removedFrom.length === 0) return;
    this.#outbox.push({ update, view, deltaTo, removedFrom, reason: update.merged ? 'merged' : 'left-filter' });
    if (this.#outbox.overfull) this.#tooSlow();
  }

  /**
   * Sends a checkpoint of the given cursor, unless it was sent, one was sent within `checkpointMs` (`last`: whenever that
   * was) or a subscription is catching up. `frame`: the checkpoint encoded once for all sessions with one subscription.
   */
  checkpoint(cursor: string, { last = false, frame }: { readonly last?: boolean; readonly frame?: Buffer } = {}): void {
    const { size } = this.#subscriptions;
    const now = performance.now();
    if (size === 0 || this.#checkpointed === cursor) return;
    if (!last && now - this.#checkpointedAt < this.#deps.limits.checkpointMs * checkpointSlack) return;
    for (const subscription of this.#subscriptions.values()) if (subscription.catchingUp) return;
    this.#checkpointed = cursor;
    this.#checkpointedAt = now;
    const named = size > 1 && { subscriptions: [...this.#subscriptions.keys()] };
    this.#outbox.checkpoint(frame && !named ? frame : encodeFrame({ type: 'checkpoint', cursor, ...named }));
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
    const subscription = new Subscription(id, filter, view, cursor !== undefined);
    this.#subscriptions.set(id, subscription);
    this.#deps.interest.add(this, filter);
    void catchUp(subscription, cursor, this.#deps, this.#catchUp);
  }

  #drop(subscription: Subscription): void {
    if (!subscription.alive) return;
    subscription.alive = false;
    this.#subscriptions.delete(subscription.id);
    this.#deps.interest.remove(this, subscription.filter);
    this.#outbox.forget(subscription.id);
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
