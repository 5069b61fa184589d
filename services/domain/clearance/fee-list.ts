import { type Instant, instant } from '../identifiers/instant.ts';

/** One row of the published list of port charges (收费目录清单). */
export interface FeeItem {
  readonly item: string;
  readonly name: string;
  readonly nameZh: string;
  readonly payer: string;
  /** Decimal text, or nothing when the service is free. */
  readonly price?: string;
  readonly currency: string;
  /** What the price is for, such as `per box`. */
  readonly basis: string;
  /** True for lifting, moving and storage for a customs inspection: what a waiver of inspection costs covers. */
  readonly inspection: boolean;
}

/** One version of the list. */
export interface FeeList {
  readonly version: string;
  readonly validFrom: Instant;
  readonly items: readonly FeeItem[];
}

/**
 * Reads the versions of a list with the header `version,valid_from,item,name,name_zh,payer,price,currency,basis,inspection`:
 * `valid_from` in ISO 8601, `price` a decimal or `free`, `inspection` `yes` or `no`.
 */
export function parseFeeLists(csv: string): FeeList[] {
  const lists = new Map<string, { version: string; validFrom: Instant; items: FeeItem[] }>();
  const [, ...lines] = csv.trim().split('\n');
  for (const line of lines) {
    const [version = '', from = '', item = '', name = '', nameZh = '', payer = '', price = '', currency = '', basis = '', inspection = ''] =
      line.trim().split(',');
    const list = lists.get(version) ?? { version, validFrom: instant(Date.parse(from)), items: [] };
    lists.set(version, list);
    const isFree = price === 'free';
    list.items.push({ item, name, nameZh, payer, ...(!isFree && { price }), currency, basis, inspection: inspection === 'yes' });
  }
  return [...lists.values()].sort((a, b) => a.validFrom - b.validFrom);
}

/** The version that a charge names, else the one valid at its time; nothing before the first. */
export const feeListAt = (lists: readonly FeeList[], version: string | undefined, at: Instant): FeeList | undefined =>
  lists.find((l) => l.version === version) ?? [...lists].sort((a, b) => a.validFrom - b.validFrom).findLast((l) => l.validFrom <= at);
