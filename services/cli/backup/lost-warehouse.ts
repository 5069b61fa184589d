import { processorGroup } from '@clearquay/processor/groups.ts';
import type { Parts } from '../parts.ts';
import { CommandFailure } from '../terminal.ts';

/** True when events were applied according to the embedded log, and the warehouse knows nothing of them. */
export async function isWarehouseLost({ embeddedLog, warehouse }: Pick<Parts, 'embeddedLog' | 'warehouse'>): Promise<boolean> {
  if (!embeddedLog) return false;
  const { read } = await embeddedLog.progress(processorGroup.group, processorGroup.topics);
  if (read === 0) return false;
  return (await warehouse.query('SELECT 1 FROM batches LIMIT 1')).length === 0;
}

/** Going on beside an empty warehouse would show "no data" for what happened. */
export async function refuseLostWarehouse(parts: Pick<Parts, 'embeddedLog' | 'warehouse'>): Promise<void> {
  if (await isWarehouseLost(parts))
    throw new CommandFailure(
      'CQ_WAREHOUSE_LOST: The log was applied, but the warehouse is empty. Restore a backup, or rebuild the warehouse from the log ' +
        'with: clearquay replay --from 1970-01-01T00:00:00Z',
    );
}
