import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { ClientFrame, ServerFrame } from '@clearquay/domain/stream/frames.ts';
import type { Change, SeenVisit } from './change.ts';
import { SubscriptionState } from './subscription-state.ts';

/** One filter to follow; `id` is the caller's name for it. */
export interface SubscriptionSpec {
  readonly id: string;
  readonly filter: Filter;
  /** Default `full`. */
  readonly fields?: 'summary' | 'full';
}

/** The local copies of all subscriptions, without the connection: frames in, changes and subscribe frames out. */
export class LiveState {
  readonly #specs: Map<string, SubscriptionSpec>;
  readonly #states: Map<string, SubscriptionState>;
  /** Subscriptions that the server has in this connection, in the order in which it got them. */
  #active: string[] = [];

  constructor(specs: readonly SubscriptionSpec[]) {
    this.#specs = new Map(specs.map((spec) => [spec.id, spec]));
    this.#states = new Map(specs.map(({ id }) => [id, new SubscriptionState(id)]));
  }

  /** True when every subscription has its whole state. */
  get synced(): boolean {
    return [...this.#states.values()].every((state) => state.synced);
  }

  visits(id: string): ReadonlyMap<string, SeenVisit> {
    return this.#states.get(id)?.visits ?? new Map();
  }

  /** The frames that subscribe a new connection to everything, each with its cursor. */
  begin(): ClientFrame[] {
    this.#active = [];
    return [...this.#specs.keys()].flatMap((id) => this.subscribe(id));
  }

  /** The frame that subscribes to one; nothing when there is none of that id. */
  subscribe(id: string): ClientFrame[] {
    const spec = this.#specs.get(id);
    if (!spec) return [];
    this.drop(id);
    this.#active.push(id);
    const state = this.#states.get(id);
    state?.restart();
    const cursor = state?.cursor;
    return [{ type: 'subscribe', ...spec, ...(cursor !== undefined && { cursor }) }];
  }

  /** Takes up one more; `subscribe` gives its frame. Throws when one of that id is there. */
  add(spec: SubscriptionSpec): void {
    if (this.#specs.has(spec.id)) throw new Error(`There is a subscription ${spec.id}; choose another id, or unsubscribe it first.`);
    this.#specs.set(spec.id, spec);
    this.#states.set(spec.id, new SubscriptionState(spec.id));
  }

  /** Forgets one and its visits; the server may still have it until `drop`. */
  remove(id: string): void {
    this.#specs.delete(id);
    this.#states.delete(id);
  }

  /** The server has a subscription no longer. */
  drop(id: string): void {
    this.#active = this.#active.filter((a) => a !== id);
  }

  /** Applies a frame; frames that carry no state change nothing. */
  apply(frame: ServerFrame): Change[] {
    switch (frame.type) {
      case 'snapshot':
        return this.#states.get(frame.id)?.snapshot(frame) ?? [];
      case 'delta':
        return this.#targets(frame.subscriptions).flatMap((state) => state.delta(frame));
      case 'removed':
        return this.#targets(frame.subscriptions).flatMap((state) => state.removed(frame));
      case 'unsubscribed':
        this.drop(frame.id);
        return [];
      case 'gap':
        this.#states.get(frame.id)?.markStale();
        return [];
      case 'checkpoint':
        for (const state of this.#targets(frame.subscriptions)) state.checkpoint(frame.cursor);
        return [];
      default:
        return [];
    }
  }

  /** A frame that names no subscription is for the only one that the server had when it wrote it: the first. */
  #targets(named: readonly string[] | undefined): SubscriptionState[] {
    return (named ?? this.#active.slice(0, 1)).flatMap((id) => this.#states.get(id) ?? []);
  }
}
