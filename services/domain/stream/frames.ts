import type { StatusEventJson } from '../events/event-json.ts';
import type { VisitJson } from '../visit/visit-json.ts';
import type { Filter } from './filter.ts';

/** What a client may send on the stream (`protocol.md`, Live stream). */
export type ClientFrame =
  | {
      readonly type: 'subscribe';
      readonly id: string;
      readonly filter: Filter;
      readonly cursor?: string;
      readonly fields?: 'summary' | 'full';
    }
  | { readonly type: 'unsubscribe'; readonly id: string }
  | { readonly type: 'ping' };

/** A visit in at most 300 bytes: what a list shows. */
export interface VisitSummary {
  readonly visitId: string;
  readonly version: string;
  readonly port: string;
  readonly container: string;
  readonly direction: string;
  readonly status: string;
  /** The name and time of the latest actual milestone. */
  readonly latest?: { readonly milestone: string; readonly at: string };
}

export interface WelcomeFrame {
  readonly type: 'welcome';
  readonly session: string;
  readonly heartbeatMs: number;
  readonly limits: { readonly subscriptions: number; readonly maxPayloadBytes: number };
  /** Milliseconds for which a cursor is served from memory. */
  readonly resumeWindow: number;
}

export interface SnapshotFrame {
  readonly type: 'snapshot';
  readonly id: string;
  readonly visits: readonly (VisitJson | VisitSummary)[];
  readonly last: boolean;
  readonly cursor?: string;
}

/** One revision of one visit. `events` caused it; `supersedes` are `source/id` that it took out of effect. */
export interface DeltaFrame {
  readonly type: 'delta';
  readonly visit: VisitJson | VisitSummary;
  readonly version: string;
  readonly changes: readonly string[];
  readonly events: readonly StatusEventJson[];
  readonly supersedes?: readonly string[];
  /** Revisions of the visit that were coalesced into this one because the client read slowly. */
  readonly skipped?: readonly string[];
  /** The subscriptions that it is for; only in a session that has several. */
  readonly subscriptions?: readonly string[];
}

/** The client holds the visit no longer, from revision `version` on. `subscriptions` as in a delta. */
export interface RemovedFrame {
  readonly type: 'removed';
  readonly visit: string;
  readonly version: string;
  readonly reason: 'left-filter' | 'no-longer-visible' | 'merged';
  readonly subscriptions?: readonly string[];
}

/** A cursor from which the client misses nothing. `subscriptions` as in a delta: one that is not named keeps its older cursor. */
export interface CheckpointFrame {
  readonly type: 'checkpoint';
  readonly cursor: string;
  readonly subscriptions?: readonly string[];
}

/** What a server sends on the stream. */
export type ServerFrame =
  | WelcomeFrame
  | SnapshotFrame
  | DeltaFrame
  | CheckpointFrame
  | RemovedFrame
  | { readonly type: 'unsubscribed'; readonly id: string }
  | { readonly type: 'pong' }
  | { readonly type: 'gap'; readonly id: string; readonly reason: string }
  | { readonly type: 'error'; readonly id?: string; readonly code: string; readonly message: string };

/** WebSocket close codes of this protocol. */
export const closeCodes = {
  badFrame: 4400,
  notAuthenticated: 4401,
  heartbeatMissed: 4408,
  tooSlow: 4409,
  tooMany: 4429,
  goingAway: 1001,
} as const;
