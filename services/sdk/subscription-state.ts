import type { DeltaFrame, RemovedFrame, SnapshotFrame } from '@clearquay/domain/stream/frames.ts';
import type { Change, SeenVisit } from './change.ts';

/** The local state of one subscription: what its visits are, and from where it can be resumed. */
export class SubscriptionState {
  readonly id: string;
  readonly visits = new Map<string, SeenVisit>();
  /** Resumes this state; nothing until a snapshot was complete. */
  cursor: string | undefined;
  #staged: Map<string, SeenVisit> | undefined;
  /** Visits that left after the cursor, with the revision: a resume may repeat what was before. */
  readonly #left = new Map<string, bigint>();

  constructor(id: string) {
    this.id = id;
  }

  /** True when the state is whole: everything up to the cursor is in it. */
  get synced(): boolean {
    return this.cursor !== undefined;
  }

  /** Subscribed anew: nothing is left of a snapshot that was not complete. */
  restart(): void {
    this.#staged = undefined;
  }

  /** A gap or a new snapshot makes the state stale until the snapshot is complete. */
  markStale(): void {
    this.cursor = undefined;
    this.#staged = undefined;
  }

  /** Collects the chunks of a snapshot; the last one replaces the state, and what differs is the change. */
  snapshot(frame: SnapshotFrame): Change[] {
    this.cursor = undefined;
    this.#staged ??= new Map();
    for (const visit of frame.visits) this.#staged.set(visit.visitId, visit);
    if (!frame.last) return [];
    const fresh = this.#staged;
    const changes: Change[] = [];
    for (const visitId of this.visits.keys()) if (!fresh.has(visitId)) changes.push(...this.#remove(visitId, 'not-in-snapshot'));
    for (const [visitId, visit] of fresh) {
      const changed = this.visits.get(visitId)?.version !== visit.version;
      this.visits.set(visitId, visit);
      if (changed) changes.push({ kind: 'changed', subscription: this.id, visitId, visit });
    }
    this.#staged = undefined;
    this.#left.clear();
    this.cursor = frame.cursor;
    return changes;
  }

  /** Applies a revision when it is newer than what is held. */
  delta({ visit, version, changes, events, supersedes, skipped }: DeltaFrame): Change[] {
    const { visitId } = visit;
    const held = this.visits.get(visitId);
    const newest = held ? BigInt(held.version) : this.#left.get(visitId);
    if (newest !== undefined && newest >= BigInt(version)) return [];
    this.visits.set(visitId, visit);
    this.#left.delete(visitId);
    const delta = { changes, events, ...(supersedes && { supersedes }), ...(skipped && { skipped }) };
    return [{ kind: 'changed', subscription: this.id, visitId, visit, delta }];
  }

  /** Lets a visit go, unless what is held is newer than its leaving. */
  removed({ visit, version, reason }: RemovedFrame): Change[] {
    const held = this.visits.get(visit);
    if (held && BigInt(held.version) > BigInt(version)) return [];
    this.#left.set(visit, BigInt(version));
    return this.#remove(visit, reason);
  }

  checkpoint(cursor: string): void {
    if (!this.synced) return;
    this.cursor = cursor;
    this.#left.clear();
  }

  #remove(visitId: string, reason: Extract<Change, { kind: 'removed' }>['reason']): Change[] {
    return this.visits.delete(visitId) ? [{ kind: 'removed', subscription: this.id, visitId, reason }] : [];
  }
}
