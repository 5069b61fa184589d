import type { DayContext } from './day-context.ts';
import { tellDischarge } from './discharge-story.ts';
import { tellImportClearance } from './import-clearance.ts';
import { tellFees, tellFreeStorage, tellHandOut } from './import-delivery.ts';
import { tellCarrierRelease, tellManifest } from './import-story.ts';
import type { ImportCourse, Ref, Shipment } from './shipment.ts';
import { hour, minute } from './spans.ts';

/**
 * Tells a box that three consignees share: a master bill and three house bills, each with its own declaration. Most
 * are stripped at the freight station of the port, the others leave unopened once the slowest bill is free.
 */
export function tellGroupage(ctx: DayContext, shipment: Shipment<ImportCourse>): void {
  const { random, profile } = ctx;
  const { bill, boxes, call } = shipment;
  const houses: Ref[] = ['A', 'B', 'C'].map((letter) => ({ type: 'bill', id: `${bill.id}${letter}`, kind: 'house' }));
  tellManifest(ctx, shipment, 'LCL', [bill, ...houses]);
  for (const box of boxes) tellDischarge(ctx, { box, bill, call, full: true, to: 'yard' });
  const cleared = houses.map((house) => Math.max(...tellImportClearance(ctx, { ...shipment, bill: house, course: 'plain' })));
  const released = [bill, ...houses].map((one, i) =>
    tellCarrierRelease(ctx, { ...shipment, course: 'plain' }, one, cleared[i - 1] ?? call.arrived + 10 * hour),
  );
  for (const box of boxes) {
    tellFreeStorage(ctx, { box, shipment }, false);
    const readyAt = Math.max(...cleared, ...released, box.moveAt + hour);
    if (random.chance(0.3)) {
      tellHandOut(ctx, { shipment: { ...shipment, course: 'plain' }, box, readyAt, to: 'consignee' });
      continue;
    }
    const strippedAt = box.moveAt + random.between(10 * hour, 40 * hour);
    call.terminal.say('terminal.relocated', box.ref, strippedAt - 4 * hour, [], {
      details: { reason: 'customer', from: 'yard', to: profile.freightStation, charged: true },
      location: { facility: call.terminal.code },
    });
    tellFees(ctx, call.terminal, box, strippedAt - 2 * hour, 'stripping');
    call.terminal.say('terminal.stripped', box.ref, strippedAt, [bill, ...houses], { location: { facility: profile.freightStation } });
    for (const [i, house] of houses.entries())
      call.terminal.say('terminal.fee-charged', house, Math.max(strippedAt, cleared[i] ?? 0) + 30 * minute, [], {
        details: { item: 'freight-station-handling', amount: '210.00', currency: 'CNY', listVersion: '2026-1' },
      });
  }
}
