import { randomUUID } from 'node:crypto';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';

/**
 * The name of the history that a warehouse holds, made by the first who asks. A warehouse that was emptied or replaced has
 * another one: revisions may be given out again there, so nothing that names one of the former means anything.
 */
export async function installationOf(warehouse: Warehouse): Promise<string> {
  const read = () => warehouse.query<{ id: string }>('SELECT id FROM installation ORDER BY made_at LIMIT 1');
  const [known] = await read();
  if (known) return known.id;
  // Of several who find none, the one token lets one write.
  await warehouse.insert('installation', [{ id: randomUUID() }], 'installation');
  const [made] = await read();
  if (!made) throw new Error('The name of the installation was written and is not there.');
  return made.id;
}
