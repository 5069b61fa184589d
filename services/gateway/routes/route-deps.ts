import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Seal } from '../seal.ts';

/** What the reading routes need. */
export interface RouteDeps {
  readonly warehouse: Warehouse;
  readonly ports: PortTable;
  readonly seal: Seal;
}
