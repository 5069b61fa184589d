import type { Batch } from '../batch.ts';
import { type InsertDeps, markerRow, needsConfirmation, type Written } from './insert.ts';

/** Writes that a batch was published, where that is needed. */
export async function confirm(batch: Batch, written: Written, deps: InsertDeps): Promise<void> {
  if (!needsConfirmation(batch, written.revisions)) return;
  const row = { ...markerRow(batch, written, deps), kind: 'told' };
  await deps.insert('batches', [row], `${batch.epoch}-${batch.number}-told`);
}
