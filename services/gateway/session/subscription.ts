import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { Update, View } from '../tail/update.ts';
import { Membership } from './membership.ts';

/** One filter of one session. While it catches up, by snapshot or from memory, updates wait in its buffer. */
export class Subscription {
  readonly id: string;
  readonly filter: Filter;
  readonly view: View;
  readonly membership: Membership;
  /** False once the client gave it up or it failed. */
  alive = true;
  readonly #coalescing: boolean;
  #buffer: Map<string, Update> | undefined = new Map();
  #bufferBytes = 0;

  /** `resumed`: the client holds visits from before; it gets every revision, not only the newest of each visit. */
  constructor(id: string, filter: Filter, view: View, resumed: boolean) {
    this.id = id;
    this.filter = filter;
    this.view = view;
    this.membership = new Membership(filter, resumed);
    this.#coalescing = !resumed;
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
    if (!this.#buffer || !this.membership.reaches(update)) return;
    const key = this.#coalescing ? update.visitId : `${update.partition} ${update.revision}`;
    const held = this.#buffer.get(key);
    if (held && held.revision > update.revision) return;
    if (held) this.#discard(key, held);
    this.#buffer.set(key, update);
    this.#bufferBytes += update.bytes;
  }

  /** Drops a buffered update that a row of the snapshot has in it already. */
  forget(visitId: string, revision: bigint): void {
    const held = this.#buffer?.get(visitId);
    if (held && held.revision <= revision) this.#discard(visitId, held);
  }

  /** Takes the update that waited longest. */
  next(): Update | undefined {
    for (const [key, update] of this.#buffer ?? []) {
      this.#discard(key, update);
      return update;
    }
    return undefined;
  }

  /** From here on updates are judged as they come. */
  goLive(): void {
    this.#buffer = undefined;
  }

  #discard(key: string, update: Update): void {
    this.#buffer?.delete(key);
    this.#bufferBytes -= update.bytes;
  }
}
