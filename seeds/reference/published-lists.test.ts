import { readFile } from 'node:fs/promises';
import { parseClearanceTargets, targetHoursOf } from '@clearquay/domain/clearance/clearance-targets.ts';
import { parseFacilityTable } from '@clearquay/domain/clearance/facility-rules.ts';
import { parseFeeLists } from '@clearquay/domain/clearance/fee-list.ts';
import { readAmount } from '@clearquay/domain/clearance/money.ts';
import { parseServiceLimits, serviceLimitOf } from '@clearquay/domain/clearance/service-limits.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { expect, test } from 'vitest';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

test('the fee list names each item once per version, free or with a price that can be read', async () => {
  const lists = parseFeeLists(await text('fees.csv'));
  expect(lists.map((l) => l.version)).toEqual(['2025-1', '2026-1']);
  for (const list of lists) {
    expect(list.validFrom).toBe(Date.UTC(Number(list.version.slice(0, 4)), 0, 1) - 8 * 3_600_000);
    expect(new Set(list.items.map((i) => i.item)).size).toBe(list.items.length);
    for (const item of list.items) {
      expect(item.name && item.nameZh && item.payer && item.basis).toBeTruthy();
      if (item.price !== undefined) expect(readAmount(item.price)).toBeGreaterThan(0n);
    }
    // A waiver of inspection costs covers what public funds bear.
    expect(list.items.every((i) => i.inspection === (i.payer === 'public funds'))).toBe(true);
  }
});

test('the list of service limits gives each operation one limit per version, the newest in force', async () => {
  const limits = parseServiceLimits(await text('service-limits.csv'));
  expect(limits.length).toBeGreaterThan(5);
  expect(limits.every((l) => l.limitMinutes > 0 && Number.isFinite(l.validFrom) && l.nameZh && l.owner)).toBe(true);
  expect(new Set(limits.map((l) => `${l.version} ${l.operation}`)).size).toBe(limits.length);
  const newest = limits.at(-1)?.validFrom;
  expect(newest && serviceLimitOf(limits, 'relocation', undefined, newest)?.limitMinutes).toBe(240);
  expect(newest && serviceLimitOf(limits, 'relocation', '2025-1', newest)?.limitMinutes).toBe(360);
});

test('every listed facility asks for something else than the defaults', async () => {
  const facilities = parseFacilityTable(await text('facilities.csv'));
  expect(facilities.size).toBeGreaterThan(0);
  for (const [facility, { asksForEir, asksForPayment, asksForOnwardMove }] of facilities) {
    expect(facility).toMatch(/^[A-Z]{5}\/\S+$/);
    expect(asksForEir && !asksForPayment && asksForOnwardMove, facility).toBe(false);
  }
});

test('a port keeps the target that it published last until the next one', async () => {
  const targets = parseClearanceTargets(await text('clearance-targets.csv'));
  expect(targets.every((t) => t.belowHours > 0 && Number.isFinite(t.validFrom) && t.source)).toBe(true);
  const newer = {
    port: 'CNDLC',
    clock: 'clearance-import',
    validFrom: instant(Date.UTC(2027, 0, 1)),
    belowHours: 30,
    source: 'x',
  } as const;
  const hours = (port: string, year: number) => targetHoursOf([newer, ...targets], port, 'clearance-import', instant(Date.UTC(year, 5, 1)));
  expect([hours('CNDLC', 2021), hours('CNDLC', 2022), hours('CNDLC', 2026), hours('CNDLC', 2027)]).toEqual([undefined, 40, 40, 30]);
  expect(hours('CNYTG', 2026)).toBeUndefined();
  expect(targetHoursOf(targets, 'CNDLC', 'clearance-export', instant(Date.UTC(2026, 5, 1)))).toBe(1);
});
