import type { DeltaFrame, ServerFrame, SnapshotFrame } from '@clearquay/domain/stream/frames.ts';
import type { Change, SeenVisit } from '@clearquay/sdk/change.ts';
import { LiveState, type SubscriptionSpec } from '@clearquay/sdk/live-state.ts';
import { WebSocket } from 'ws';
import { testKey } from './gateway-under-test.ts';
import { until } from './until.ts';

/** What one subscription was told: enough to say of every revision whether it was told or passed over in silence. */
class Told {
  /** Revisions of deltas and of what left, and those named as skipped. */
  readonly revisions = new Set<string>();
  /** The newest version of each visit in a snapshot. */
  readonly shown = new Map<string, bigint>();
  /** The newest version of each visit that the local state had. */
  readonly had = new Map<string, bigint>();
  gaps = 0;
  /** A snapshot was complete. */
  whole = false;
}

/**
 * A client that checks the protocol while it follows it: the local state of the SDK on a connection that a test breaks,
 * stops reading and takes up again. What is against the protocol is noted in `violations`.
 */
export class Follower {
  readonly violations: string[] = [];
  readonly told = new Map<string, Told>();
  /** Deltas that named revisions which they took the place of. */
  coalesced = 0;
  /** Gets every delta as it comes. */
  onDelta: (frame: DeltaFrame) => void = () => {};
  /** Close codes in order. */
  readonly closes: number[] = [];
  readonly #url: () => string;
  readonly #live = new LiveState([]);
  /** Subscriptions that the server may have in this connection, oldest first. */
  #served: string[] = [];
  #socket: WebSocket | undefined;

  constructor(url: () => string) {
    this.#url = url;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  visits(id: string): ReadonlyMap<string, SeenVisit> {
    return this.#live.visits(id);
  }

  /** Connects and takes up every subscription where it stands; does nothing when connected. */
  async connect(): Promise<void> {
    if (this.connected) return;
    const socket = new WebSocket(new URL('/v1/stream', this.#url().replace('http', 'ws')), {
      headers: { authorization: `Bearer ${testKey}` },
    });
    this.#socket = socket;
    this.#served = [];
    const welcomed = Promise.withResolvers<void>();
    socket.once('message', (data) => {
      if ((JSON.parse(String(data)) as ServerFrame).type !== 'welcome') this.violations.push('the first frame is no welcome');
      socket.on('message', (text) => this.#receive(JSON.parse(String(text)) as ServerFrame));
      for (const frame of this.#live.begin()) this.#send(frame);
      welcomed.resolve();
    });
    socket.on('error', welcomed.reject);
    socket.on('close', (code) => {
      this.closes.push(code);
      welcomed.reject(new Error(`closed with ${code}`));
    });
    await welcomed.promise;
  }

  /** Breaks the connection without a word. */
  async disconnect(): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    socket.resume();
    const before = this.closes.length;
    socket.terminate();
    await until('the connection is gone', () => this.closes.length > before);
  }

  /** Reads no longer, until `read`. */
  stopReading(): void {
    this.#socket?.pause();
  }

  read(): void {
    this.#socket?.resume();
  }

  subscribe(spec: SubscriptionSpec): void {
    this.told.set(spec.id, new Told());
    this.#live.add(spec);
    const frames = this.#live.subscribe(spec.id);
    if (this.connected) for (const frame of frames) this.#send(frame);
  }

  unsubscribe(id: string): void {
    this.#live.remove(id);
    this.told.delete(id);
    if (this.connected) this.#send({ type: 'unsubscribe', id });
  }

  /** Of the given revisions of visits, those that a subscription was told nothing about. */
  silent(id: string, revisions: Iterable<{ readonly visitId: string; readonly revision: string }>): string[] {
    const told = this.told.get(id);
    return [...revisions].flatMap(({ visitId, revision }) => {
      const isTold = told?.revisions.has(revision) || (told?.shown.get(visitId) ?? 0n) >= BigInt(revision);
      return isTold ? [] : [`${visitId} ${revision}`];
    });
  }

  #send(frame: { readonly type: string; readonly id?: string }): void {
    if (frame.type === 'subscribe' && frame.id !== undefined) this.#served.push(frame.id);
    this.#socket?.send(JSON.stringify(frame));
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'snapshot':
        this.#expectServed(frame.type, [frame.id]);
        this.#show(frame);
        break;
      case 'delta':
        this.onDelta(frame);
        if (frame.skipped) this.coalesced++;
        this.#hear(frame, [frame.version, ...(frame.skipped ?? [])]);
        break;
      case 'removed':
        this.#hear(frame, [frame.version]);
        break;
      case 'checkpoint':
        this.#expectServed(frame.type, frame.subscriptions);
        break;
      case 'gap': {
        this.#expectServed(frame.type, [frame.id]);
        const told = this.told.get(frame.id);
        if (told) told.gaps++;
        break;
      }
      case 'unsubscribed':
        this.#served = this.#served.filter((id) => id !== frame.id);
        break;
      case 'error':
        this.violations.push(`error ${frame.code} ${frame.message}`);
        break;
      default:
        break;
    }
    for (const change of this.#live.apply(frame)) this.#follow(change);
  }

  #show({ id, visits, last }: SnapshotFrame): void {
    const told = this.told.get(id);
    for (const { visitId, version } of visits) told?.shown.set(visitId, BigInt(version));
    if (told && last) told.whole = true;
  }

  #hear({ type, subscriptions }: Pick<DeltaFrame, 'subscriptions'> & { readonly type: string }, revisions: readonly string[]): void {
    const targets = this.#expectServed(type, subscriptions);
    for (const id of targets) for (const revision of revisions) this.told.get(id)?.revisions.add(revision);
  }

  /** The subscriptions that a frame is for; nothing may come for one that the server said to have given up. */
  #expectServed(type: string, named: readonly string[] | undefined): readonly string[] {
    const targets = named ?? this.#served.slice(0, 1);
    if (targets.length === 0) this.violations.push(`a ${type} for nobody`);
    for (const id of targets) if (!this.#served.includes(id)) this.violations.push(`a ${type} for ${id}, which is unsubscribed`);
    return targets;
  }

  /** The state of a visit never goes back. */
  #follow(change: Change): void {
    const had = this.told.get(change.subscription)?.had;
    if (!had || change.kind !== 'changed') return;
    const version = BigInt(change.visit.version);
    const before = had.get(change.visitId) ?? 0n;
    if (version <= before) this.violations.push(`${change.subscription}: ${change.visitId} went from ${before} to ${version}`);
    had.set(change.visitId, version);
  }
}
