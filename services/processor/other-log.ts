import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Patient } from './patient.ts';

const lastSql = `SELECT partition, ranges FROM batches WHERE kind = 'batch' AND (partition, revision) IN (
  SELECT partition, max(revision) FROM batches WHERE kind = 'batch' AND events > 0 GROUP BY partition)`;

/**
 * Names a log that ends before the last batch that was applied of it: its end was lost, or it is another one than the
 * warehouse was filled from. Events are told apart by their ids and not by their offsets, so the owner goes on.
 */
export async function nameOtherLog(
  ends: ReadonlyMap<string, readonly number[]>,
  io: Pick<Patient, 'query'>,
  logger: Pick<Logger, 'warn'>,
): Promise<void> {
  const last = await io.query<{ partition: number; ranges: string }>(lastSql);
  const behind = last.flatMap(({ partition, ranges }) =>
    Object.entries(JSON.parse(ranges) as Record<string, [from: number, next: number]>).flatMap(([topic, [, applied]]) => {
      const end = ends.get(topic)?.[partition] ?? 0;
      return end < applied ? [{ topic, partition, end, applied }] : [];
    }),
  );
  if (behind.length > 0)
    logger.warn(
      { behind },
      'the log ends before what the warehouse has applied of it: its end was lost, or it is another log; what the warehouse has ' +
        'stands and what comes is applied; restore the log that belongs to it, or send again what producers may have lost',
    );
}
