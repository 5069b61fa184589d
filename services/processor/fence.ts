import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { Patient } from './patient.ts';

/**
 * The revisions that former owners of a partition gave and may not have published: those of a batch that was cut off or
 * waits to be confirmed, and whatever a stopped owner still writes when it goes on. What is outside is whole, and told
 * unless its records are read again.
 */
export interface Fence {
  /** The marker of the last batch that was whole at the takeover, and confirmed where it had to be. */
  readonly after: bigint;
  /** The first revision of the epoch that stands now. */
  readonly before: bigint;
}

/** True for a revision of a former owner that may not have been told. */
export const isUntold = (revision: bigint, { after, before }: Fence): boolean => revision > after && revision < before;

const markersSql = `SELECT partition, max(revision) AS marker FROM batches
  WHERE (kind = 'told' OR (kind = 'batch' AND unconfirmed = 0)) AND epoch < {epoch:UInt64} GROUP BY partition`;

/** The fence of every partition as an epoch finds it. */
export async function fencesOf(epoch: number, io: Pick<Patient, 'query'>): Promise<(partition: number) => Fence> {
  const rows = await io.query<{ partition: number; marker: string }>(markersSql, { epoch });
  const markers = new Map(rows.map((r) => [r.partition, BigInt(r.marker)]));
  const before = revisionOf(epoch, 0);
  return (partition) => ({ after: markers.get(partition) ?? 0n, before });
}
