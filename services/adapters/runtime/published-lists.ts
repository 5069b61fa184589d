import { readFile } from 'node:fs/promises';
import { parseClearanceTargets } from '@clearquay/domain/clearance/clearance-targets.ts';
import { parseFacilityTable } from '@clearquay/domain/clearance/facility-rules.ts';
import { parseFeeLists } from '@clearquay/domain/clearance/fee-list.ts';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import { parseServiceLimits } from '@clearquay/domain/clearance/service-limits.ts';

/** Reads the lists of a folder such as `seeds/reference/`; throws when one cannot be read. */
export async function loadPublishedLists(folder: URL): Promise<PublishedLists> {
  const text = (name: string): Promise<string> => readFile(new URL(name, folder), 'utf8');
  const names = ['facilities.csv', 'service-limits.csv', 'fees.csv', 'clearance-targets.csv'] as const;
  const [facilities = '', serviceLimits = '', fees = '', targets = ''] = await Promise.all(names.map(text));
  return {
    facilities: parseFacilityTable(facilities),
    serviceLimits: parseServiceLimits(serviceLimits),
    feeLists: parseFeeLists(fees),
    clearanceTargets: parseClearanceTargets(targets),
  };
}
