import { compareWithFold } from '@clearquay/cli/bench/compare-with-fold.ts';
import type { PortTable, UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { expect } from 'vitest';
import { publishedLists } from '../published-lists.ts';

/** `source/id` of the events that are applied, each as often as it stands in the table that readers see. */
export const appliedEvents = async (warehouse: Warehouse): Promise<string[]> =>
  (await warehouse.query<{ name: string }>("SELECT concat(source, '/', event_id) AS name FROM events FINAL")).map(({ name }) => name);

/** Invariant I2 for one port. Gives how many visits there are. */
export async function expectFold(warehouse: Warehouse, port: UnLocode, ports: PortTable): Promise<number> {
  const { written, differences } = await compareWithFold(warehouse, port, { ports, lists: publishedLists });
  // A text at a time would tell nothing: as objects the difference of the two is told.
  const asObjects = (side: 'written' | 'folded') => differences.map((it) => ({ box: it.box, visits: it[side].map((t) => JSON.parse(t)) }));
  expect(asObjects('written')).toEqual(asObjects('folded'));
  return written.length;
}
