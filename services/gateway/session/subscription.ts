import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { Update, View } from '../tail/update.ts';
import { Membership } from './membership.ts';

/** An update that waits, with the revisions of its visit that it took the place of. */
export interface Buffered {
  readonly update: Update;
  readonly skipped: readonly string[];
}

/** One filter of one session. While it catches up, by snapshot or from memory, updates wait in its buffer. */
export class Subscription {
  readonly id: string;
  readonly filter: Filter;
  readonly view: View;
  membership: Membership;
  /** False once the client gave it up or it failed. */
  alive = true;
  #coalescing: boolean;
  /** Visits that the snapshot showed at a revision which the tail had not reached. */
  readonly #ahead = new Map<string, bigint>();
  #buffer: Map<string, Buffered> | undefined = new Map();
  #bufferBytes = 0;

  /** `resumed`: the client holds visits from before; it gets every revision, not only the newest of each visit. */
  constructor(id: string, filter: Filter, view: View, resumed: boolean) {
    this.id = id;
    this.filter = filter;
    this.view = view;
    this.membership = new Membership(filter, resumed);
    this.#coalescing = !resumed;
  }

  /** The client cannot be resumed: it begins with nothing, as one without a cursor. */
  startOver(): void {
    this.membership = new Membership(this.filter, false);
    this.#coalescing = true;
    this.#buffer = new Map();
    this.#bufferBytes = 0;
  }

  /** True from the beginning until `goLive`. */
  get catchingUp(): boolean {
    return this.#buffer !== undefined;
  }

  get bufferBytes(): number {
    return this.#bufferBytes;
  }

  /** Keeps an update until its turn comes; one that cannot concern the filter is not kept. */
  buffer(update: Update): void {
    if (!this.#buffer || !this.membership.reaches(update) || !this.isNews(update)) return;
    const key = this.#coalescing ? update.visitId : `${update.partition} ${update.revision}`;
    const held = this.#buffer.get(key);
    if (held) this.#discard(key, held);
    this.#buffer.set(key, { update, skipped: held ? [...held.skipped, String(held.update.revision)] : [] });
    this.#bufferBytes += update.bytes;
  }

  /** A snapshot shows a visit: updates that are in it already do not follow it. `isAhead`: the tail has not reached it yet. */
  show(visitId: string, revision: bigint, isAhead: boolean): void {
    const held = this.#buffer?.get(visitId);
    if (held && held.update.revision <= revision) this.#discard(visitId, held);
    if (isAhead) this.#ahead.set(visitId, revision);
    this.membership.admit(visitId);
  }

  /** False for an update that the snapshot overtook. Ask once per update, in order. */
  isNews({ visitId, revision }: Update): boolean {
    const shown = this.#ahead.get(visitId);
    if (shown === undefined) return true;
    if (revision >= shown) this.#ahead.delete(visitId);
    return revision > shown;
  }

  /** Takes the update that waited longest. */
  next(): Buffered | undefined {
    for (const [key, held] of this.#buffer ?? []) {
      this.#discard(key, held);
      return held;
    }
    return undefined;
  }

  /** From here on updates are judged as they come. */
  goLive(): void {
    this.#buffer = undefined;
  }

  #discard(key: string, { update }: Buffered): void {
    this.#buffer?.delete(key);
    this.#bufferBytes -= update.bytes;
  }
}
