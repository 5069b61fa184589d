/** Bounds and intervals of a processor; every one has a default. */
export interface ProcessorOptions {
  /** Names this process in `batches`; unique per start. */
  readonly owner: string;
  /** True when this process is the whole group, so that it is ready with all partitions only. */
  readonly ownsAll: boolean;
  /** Records of one batch at most. */
  readonly maxBatchRecords: number;
  /** Bytes of one batch; kept by learning how big records are. */
  readonly maxBatchBytes: number;
  /** Batches between poll and commit in all partitions together; further partitions wait and their batches grow. */
  readonly batchesInFlight: number;
  /** Time from one batch of a partition to the next, at least. 0: at once. */
  readonly flushIntervalMs: number;
  /** How long an idle poll waits; a drain takes at most this long to notice. */
  readonly pollWaitMs: number;
  /** Bound of what is remembered of subjects and visits, by estimate. The batches in flight stay in memory beyond it. */
  readonly cacheBytes: number;
  /** Subjects that one batch may reach from its events at most; what lies beyond keeps its state until its own next event. */
  readonly maxReach: number;
  /** First and longest pause between two tries of an insert, append or query. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** How long `close` waits for the batches in flight before it gives them up; they are applied again later. */
  readonly drainMs: number;
  /** Time between two looks at how far the processor is behind. */
  readonly lagIntervalMs: number;
  /** Time between two looks at which visits change by the passing of time. */
  readonly dueIntervalMs: number;
}

/** The defaults of everything but the owner. */
export const processorDefaults: Omit<ProcessorOptions, 'owner'> = {
  ownsAll: true,
  maxBatchRecords: 20_000,
  maxBatchBytes: 32 * 2 ** 20,
  batchesInFlight: 4,
  flushIntervalMs: 0,
  pollWaitMs: 250,
  cacheBytes: 512 * 2 ** 20,
  maxReach: 200_000,
  retryMinMs: 50,
  retryMaxMs: 5_000,
  drainMs: 8_000,
  lagIntervalMs: 2_000,
  dueIntervalMs: 5_000,
};
