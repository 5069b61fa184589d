/** The bounds of a gateway. Every queue and buffer is bounded in bytes or in entries. */
export interface GatewayLimits {
  /** Largest client frame. */
  readonly maxPayloadBytes: number;
  /** A session that shows no sign of life for two of these is closed with 4408. */
  readonly heartbeatMs: number;
  /** At most one checkpoint per session in this time. */
  readonly checkpointMs: number;
  /** What may wait for one session, in its queue and its socket together, before it is closed with 4409. */
  readonly queueBytes: number;
  /** Above this many bytes in the socket, deltas wait in the queue and are coalesced per visit. */
  readonly sendAheadBytes: number;
  /** What one subscription may buffer while its snapshot is read; beyond it the session is closed with 4409. */
  readonly snapshotBufferBytes: number;
  /** Visits read from the warehouse at once for a snapshot. */
  readonly snapshotPageRows: number;
  /** Visits in one snapshot frame. */
  readonly snapshotChunkVisits: number;
  /** Bytes in one snapshot frame; one visit alone may be larger. */
  readonly snapshotChunkBytes: number;
  /** Snapshot queries that run at the same time. */
  readonly concurrentSnapshots: number;
  /** How long a subscription waits for the warehouse to show what the tail has seen, before it fails. */
  readonly warehouseLagMs: number;
  /** Updates that are read from the warehouse for one cursor that is older than the memory; beyond it a gap. */
  readonly storedUpdates: number;
  /** Visits that one subscription with a filter on changing fields may hold. */
  readonly trackedVisits: number;
  /** Memory for recent updates, from which cursors are resumed. */
  readonly recentBytes: number;
  /** Updates per partition that are read back at start, at most. */
  readonly rewindRecords: number;
  /** The age of updates that are read back at start: a younger cursor is served from memory. Told in `welcome`. */
  readonly resumeWindowMs: number;
  /** How long one read of the updates topic waits. */
  readonly readWaitMs: number;
  readonly sessions: number;
  /** Requests that wait at the same time for something to happen. */
  readonly waits: number;
  /** Pause between two looks at what is waited for, all who wait together. */
  readonly lookMs: number;
  readonly subscriptionsPerSession: number;
  /** Client frames per second and session, with a burst of five times as many; beyond it 4429. */
  readonly framesPerSecond: number;
  /** Time for a closing handshake before the socket is cut. */
  readonly closeGraceMs: number;
  /** The same when all sessions end at once. */
  readonly drainGraceMs: number;
}

/** Bounds for one process with about a gigabyte. */
export const defaultLimits: GatewayLimits = {
  maxPayloadBytes: 64 * 1024,
  heartbeatMs: 30_000,
  checkpointMs: 1_000,
  queueBytes: 1024 * 1024,
  sendAheadBytes: 128 * 1024,
  snapshotBufferBytes: 16 * 1024 * 1024,
  snapshotPageRows: 1_000,
  snapshotChunkVisits: 200,
  snapshotChunkBytes: 128 * 1024,
  concurrentSnapshots: 8,
  warehouseLagMs: 10_000,
  storedUpdates: 10_000,
  trackedVisits: 100_000,
  recentBytes: 128 * 1024 * 1024,
  rewindRecords: 20_000,
  resumeWindowMs: 600_000,
  readWaitMs: 5_000,
  sessions: 10_000,
  waits: 10_000,
  lookMs: 150,
  subscriptionsPerSession: 16,
  framesPerSecond: 20,
  closeGraceMs: 2_000,
  drainGraceMs: 15_000,
};
