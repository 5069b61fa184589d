import { tellTemperatures } from './cold-story.ts';
import { tellDangerousGoods } from './dangerous-goods-story.ts';
import type { DayContext } from './day-context.ts';
import { clearExport, fileExport } from './export-clearance.ts';
import { tellGateIn, tellInlandStart } from './export-gate.ts';
import { bookingOf, tellPreStowage, tellStuffing } from './export-preparation.ts';
import { type Loading, tellBoarding, tellSailed } from './loading-story.ts';
import type { Box, ExportCourse, Shipment } from './shipment.ts';
import { hour, minute } from './spans.ts';
import type { VesselCall } from './vessel-call.ts';

/** When the first box of an export bill reaches the gate: before the cut-off, or just before its slot when loaded directly. */
function gateInAt(ctx: DayContext, { call, course, boxes }: Shipment<ExportCourse>): number {
  if (course === 'direct-load' && call.fate !== 'omitted') return (boxes[0] as Box).moveAt - 3 * hour;
  return call.eta - ctx.random.between(15 * hour, 54 * hour);
}

/** A box taken back by its shipper before loading. */
function takeBack(ctx: DayContext, { boxes, call }: Shipment<ExportCourse>, at: number): void {
  for (const box of boxes)
    call.terminal.say('terminal.gated-out', box.ref, at + 6 * hour, [{ type: 'truck', id: ctx.numbers.truck() }], {
      details: { mode: 'truck', full: true, to: 'consignee' },
      location: { facility: call.terminal.code },
    });
}

/** Dangerous and chilled boxes need more than customs before they are loaded. */
function tellCargo(ctx: DayContext, { boxes, call, cargo }: Shipment<ExportCourse>, packedAt: number, inAt: number): void {
  for (const box of boxes) {
    if (cargo === 'dangerous') tellDangerousGoods(ctx, box, call, packedAt - 20 * hour, inAt + 30 * minute);
    if (cargo === 'reefer' || cargo === 'cold-chain') tellTemperatures(ctx, box, call, inAt + 30 * minute, box.moveAt);
  }
}

/**
 * Tells an export bill from the release of its empties to the closing of its declaration.
 *
 * @param calls all calls of the day in order of arrival, for boxes that are rolled over
 * @param notBefore when the empties can be drawn at the earliest, for boxes that came in as imports
 */
export function tellExport(ctx: DayContext, shipment: Shipment<ExportCourse>, calls: readonly VesselCall[], notBefore = 0): void {
  const { bill, boxes, call, course } = shipment;
  const inAt = Math.max(gateInAt(ctx, shipment), notBefore + 36 * hour);
  const packedAt = inAt - (course === 'inland' ? 30 * hour : ctx.random.between(4 * hour, 12 * hour));
  const booking = bookingOf(ctx, shipment);
  tellStuffing(ctx, shipment, booking, packedAt);
  tellPreStowage(ctx, shipment, booking, packedAt, course === 'inland');
  if (course === 'direct-load') ctx.say.customs('customs.direct-load-approved', bill, inAt - 2 * hour, [call.ref]);
  const accepted = boxes.map((box, i) => tellGateIn(ctx, shipment, box, inAt + i * 7 * minute));
  const arrivedAt = Math.max(...accepted);
  const filing = fileExport(ctx, shipment, packedAt, course === 'inland' ? packedAt + 5 * hour : arrivedAt);
  if (course === 'inland') tellInlandStart(ctx, shipment, filing.declaration, inAt);
  const clearAt = course === 'inland' ? inAt : clearExport(ctx, shipment, filing, arrivedAt);
  tellCargo(ctx, shipment, packedAt, inAt);
  if (course === 'withdrawn') {
    takeBack(ctx, shipment, clearAt);
    return;
  }
  const loading: Loading = { bill, call, calls, direct: course === 'direct-load', full: true };
  const sailed = boxes.map((box) => tellBoarding(ctx, loading, box, course)).find((one) => one !== undefined);
  if (sailed)
    tellSailed(
      ctx,
      bill,
      sailed,
      filing.declaration,
      course === 'inland' ? 'through' : ctx.random.pick(['original', 'online', 'telex-released']),
    );
}
