import type { Update, View } from '../tail/update.ts';

/** What the outbox needs of a WebSocket. */
export interface Wire {
  /** Bytes that were sent and that the system has not taken yet. */
  readonly bufferedAmount: number;
  send(data: Buffer): void;
}

/** What one update means to one session. The subscription lists stand only in a session that has several. */
export interface Outcome {
  readonly update: Update;
  readonly view: View;
  readonly deltaTo: readonly string[];
  readonly removedFrom: readonly string[];
  readonly reason: 'left-filter' | 'merged';
  /** Revisions that the update took the place of already. */
  readonly skipped?: readonly string[];
}

/** Limits of an outbox, in bytes. */
export interface OutboxLimits {
  readonly queueBytes: number;
  readonly sendAheadBytes: number;
}

interface Waiting {
  readonly outcome: Outcome;
  readonly skipped: readonly string[];
}

/**
 * The frames on their way to one client, bounded in bytes. A client that reads gets every revision at once. When its
 * socket fills, updates wait here, the newest of each visit only, naming the revisions that it replaced.
 */
export class Outbox {
  readonly #wire: Wire;
  readonly #limits: OutboxLimits;
  readonly #several: () => boolean;
  readonly #waiting = new Map<string, Waiting>();
  #checkpoint: Buffer | undefined;
  #waitingBytes = 0;
  #room: PromiseWithResolvers<void> | undefined;

  /** `several` tells whether frames must name the subscriptions that they are for. */
  constructor(wire: Wire, limits: OutboxLimits, several: () => boolean) {
    this.#wire = wire;
    this.#limits = limits;
    this.#several = several;
  }

  /** Everything that waits for this client, here and in its socket. */
  get bytes(): number {
    return this.#waitingBytes + this.#wire.bufferedAmount;
  }

  /** True once the client is too slow for its bound. */
  get overfull(): boolean {
    return this.bytes > this.#limits.queueBytes;
  }

  /** Sends an answer or a chunk of a snapshot without coalescing. */
  send(frame: Buffer): void {
    this.#wire.send(frame);
  }

  /**
   * Sends what an update means, or lets it wait. Only what comes in the order of revisions is coalesced: a subscription
   * that catches up has a `lane` of its own beside those that are live.
   */
  push(outcome: Outcome, lane = ''): void {
    if (this.#waiting.size === 0 && !this.#checkpoint && this.#flows) this.#write({ outcome, skipped: outcome.skipped ?? [] });
    else this.#wait(`${lane} ${outcome.update.visitId}`, outcome);
  }

  #wait(key: string, outcome: Outcome): void {
    const before = this.#waiting.get(key);
    const next = before ? coalesce(before, outcome) : { outcome, skipped: outcome.skipped ?? [] };
    if (before) this.#waitingBytes -= cost(before);
    this.#waiting.set(key, next);
    this.#waitingBytes += cost(next);
  }

  /** Takes a subscription out of everything that waits: nothing is sent for it any longer. */
  forget(subscription: string): void {
    const others = (ids: readonly string[]) => ids.filter((id) => id !== subscription);
    for (const [key, waiting] of this.#waiting) {
      const { outcome } = waiting;
      this.#waitingBytes -= cost(waiting);
      const next = { ...waiting, outcome: { ...outcome, deltaTo: others(outcome.deltaTo), removedFrom: others(outcome.removedFrom) } };
      if (next.outcome.deltaTo.length + next.outcome.removedFrom.length === 0) this.#waiting.delete(key);
      else {
        this.#waiting.set(key, next);
        this.#waitingBytes += cost(next);
      }
    }
    // It may name the subscription; the next one is at most a second away.
    this.#checkpoint = undefined;
  }

  /** Sends a checkpoint behind everything that waits; a newer one takes the place of one that waits. */
  checkpoint(frame: Buffer): void {
    if (this.#waiting.size === 0 && this.#flows) {
      this.#checkpoint = undefined;
      this.#wire.send(frame);
    } else this.#checkpoint = frame;
  }

  /** Goes on sending after the socket drained. */
  drained(): void {
    for (const [key, waiting] of this.#waiting) {
      if (!this.#flows) return;
      this.#waiting.delete(key);
      this.#waitingBytes -= cost(waiting);
      this.#write(waiting);
    }
    if (this.#checkpoint) this.checkpoint(this.#checkpoint);
    if (this.#flows) this.#releaseRoom();
  }

  /** Resolves when nothing waits and the socket has room; also when the session ends (`end`). */
  async room(): Promise<void> {
    if (this.#waiting.size === 0 && this.#flows) return;
    this.#room ??= Promise.withResolvers<void>();
    await this.#room.promise;
  }

  /** Drops what waits and lets nobody wait for room any longer. */
  end(): void {
    this.#waiting.clear();
    this.#waitingBytes = 0;
    this.#checkpoint = undefined;
    this.#releaseRoom();
  }

  get #flows(): boolean {
    return this.#wire.bufferedAmount <= this.#limits.sendAheadBytes;
  }

  #releaseRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #write({ outcome, skipped }: Waiting): void {
    const { update, view, deltaTo, removedFrom, reason } = outcome;
    const several = this.#several();
    if (removedFrom.length > 0 && (several || deltaTo.length === 0)) {
      const subscriptions = several ? removedFrom : undefined;
      const { visitId: visit, revision } = update;
      this.#wire.send(Buffer.from(JSON.stringify({ type: 'removed', visit, version: String(revision), reason, subscriptions })));
    }
    if (deltaTo.length > 0) this.#wire.send(update.deltaWith(view, { skipped, subscriptions: several ? deltaTo : undefined }));
  }
}

const cost = ({ outcome, skipped }: Waiting): number => {
  const delta = outcome.deltaTo.length > 0 ? outcome.update.delta(outcome.view).length : 0;
  return delta + 128 + 64 * (outcome.deltaTo.length + outcome.removedFrom.length) + 24 * skipped.length;
};

/** The newest state of a visit in place of an older one that never left. */
function coalesce(before: Waiting, after: Outcome): Waiting {
  const old = before.outcome;
  return {
    outcome: {
      ...after,
      view: old.view === 'full' && old.deltaTo.length > 0 ? 'full' : after.view,
      deltaTo: [...new Set([...old.deltaTo.filter((id) => !after.removedFrom.includes(id)), ...after.deltaTo])],
      removedFrom: [...new Set([...old.removedFrom.filter((id) => !after.deltaTo.includes(id)), ...after.removedFrom])],
    },
    skipped: old.deltaTo.length > 0 ? [...before.skipped, String(old.update.revision)] : before.skipped,
  };
}
