import { epochOf, revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { Patient } from './patient.ts';

/**
 * The revisions between the last marker that was whole and confirmed at a takeover and the first of the epoch that took
 * over: those of a batch that was cut off or waits to be confirmed, and whatever a stopped owner still writes.
 */
export interface Gap {
  readonly after: bigint;
  readonly before: bigint;
}

/**
 * The gaps of the newest takeovers of a partition, in order; the last one is that of the epoch that stands now. A row may
 * come late into any of them. What is outside is whole, and told unless its records are read again.
 */
export type Fence = readonly [...Gap[], Gap];

/** Takeovers of a partition of which the gaps are kept. */
const keptGaps = 20;

/** True for a revision of a former owner that may not have been told. */
export const isUntold = (revision: bigint, fence: Fence): boolean =>
  fence.some(({ after, before }) => revision > after && revision < before);

/** What stood at the takeover by the epoch that the fence is of. */
export const toldAt = (fence: Fence): bigint => (fence.at(-1) as Gap).after;

/** For each epoch that wrote between the first gap and now, its last revision that is in no gap. */
export const standing = (fence: Fence): { readonly epoch: number; readonly until: bigint }[] =>
  fence.slice(1).map(({ after }, i) => ({ epoch: epochOf((fence[i] as Gap).before), until: after }));

const markersSql = `SELECT partition, max(revision) AS marker FROM batches
  WHERE (kind = 'told' OR (kind = 'batch' AND unconfirmed = 0)) AND epoch < {epoch:UInt64} GROUP BY partition`;
const formerSql = `SELECT partition, epoch, min(fence) AS after FROM batches
  WHERE kind = 'batch' AND epoch < {epoch:UInt64} AND fence < 18446744073709551615
  GROUP BY partition, epoch ORDER BY epoch DESC LIMIT ${keptGaps} BY partition`;

/** The fence of every partition as an epoch finds it. */
export async function fencesOf(epoch: number, io: Pick<Patient, 'query'>): Promise<(partition: number) => Fence> {
  const [markers, former] = await Promise.all([
    io.query<{ partition: number; marker: string }>(markersSql, { epoch }),
    io.query<{ partition: number; epoch: string; after: string }>(formerSql, { epoch }),
  ]);
  const told = new Map(markers.map((r) => [r.partition, BigInt(r.marker)]));
  const gaps = Map.groupBy(former.reverse(), (r) => r.partition);
  return (partition) => [
    ...(gaps.get(partition) ?? []).map((r) => ({ after: BigInt(r.after), before: revisionOf(Number(r.epoch), 0) })),
    { after: told.get(partition) ?? 0n, before: revisionOf(epoch, 0) },
  ];
}
