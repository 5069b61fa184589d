import type { Batch } from '../batch.ts';
import type { InsertDeps, Written } from './insert.ts';

export interface MarkDeps extends InsertDeps {
  readonly owner: string;
}

/** First and next offset of the batch per topic, as JSON. */
function rangesOf(batch: Batch): string {
  const ranges: Record<string, [number, number]> = {};
  for (const { topic, offset } of batch.records) {
    const range = ranges[topic];
    if (range) range[1] = offset + 1;
    else ranges[topic] = [offset, offset + 1];
  }
  return JSON.stringify(ranges);
}

/**
 * Writes the marker that the batch is whole and told. Revisions above the last marker of a partition may have reached
 * nobody: whoever takes it over looks after them.
 */
export async function mark(batch: Batch, { revisions, marker }: Written, { insert, owner }: MarkDeps): Promise<void> {
  const { partition, appliedAt, epoch, number } = batch;
  const row = {
    partition,
    revision: marker,
    epoch,
    kind: 'batch',
    ranges: rangesOf(batch),
    events: batch.counts.applied,
    visits: revisions.length,
    owner,
    generation: 0,
    applied_at: appliedAt,
  };
  await insert('batches', [row], `${epoch}-${number}-batches`);
}
