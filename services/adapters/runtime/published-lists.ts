import { readFile } from 'node:fs/promises';
import { parseFacilityTable } from '@clearquay/domain/clearance/facility-rules.ts';
import { parseFeeLists } from '@clearquay/domain/clearance/fee-list.ts';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import { parseServiceLimits } from '@clearquay/domain/clearance/service-limits.ts';

/** Reads `facilities.csv`, `service-limits.csv` and `fees.csv` of a folder such as `seeds/reference/`; throws when one cannot be read. */
export async function loadPublishedLists(folder: URL): Promise<PublishedLists> {
  const text = (name: string): Promise<string> => readFile(new URL(name, folder), 'utf8');
  const [facilities, serviceLimits, fees] = await Promise.all([text('facilities.csv'), text('service-limits.csv'), text('fees.csv')]);
  return {
    facilities: parseFacilityTable(facilities),
    serviceLimits: parseServiceLimits(serviceLimits),
    feeLists: parseFeeLists(fees),
  };
}
