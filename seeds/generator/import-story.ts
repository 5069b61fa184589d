import { tellColdChainArrival, tellColdChainResult, tellFumigation, tellTemperatures } from './cold-story.ts';
import { tellDangerousGoods } from './dangerous-goods-story.ts';
import type { DayContext } from './day-context.ts';
import { tellDischarge } from './discharge-story.ts';
import { tellImportClearance } from './import-clearance.ts';
import { tellCarriage, tellEmptyReturn, tellFreeStorage, tellHandOut } from './import-delivery.ts';
import { type Box, type ImportCourse, newBox, type Ref, type Shipment } from './shipment.ts';
import { day, hour, minute } from './spans.ts';

/** A box whose empty is back at the depot and may be drawn for an export. */
export interface ReturnedBox {
  readonly box: Box;
  readonly backAt: number;
}

const never = Number.POSITIVE_INFINITY;

/** The manifest line of a bill: its boxes and call, and its acceptance by customs, now and then at the second try. */
export function tellManifest(ctx: DayContext, shipment: Shipment<ImportCourse>, load: 'FCL' | 'LCL', bills: readonly Ref[]): void {
  const { random, say } = ctx;
  const { call, boxes, cargo, parties } = shipment;
  const linkedAt = call.eta - random.between(34 * hour, 80 * hour);
  for (const box of boxes)
    for (const bill of bills)
      call.carrier.say(
        'carrier.bill-linked',
        box.ref,
        linkedAt,
        [bill, ...(bill === shipment.bill ? [] : [shipment.bill]), call.ref, box.seal],
        {
          details: {
            direction: 'import',
            load,
            boxes: boxes.length,
            sizeType: box.sizeType,
            packages: 20 + random.int(900),
            grossKg: 4000 + random.int(20_000),
            ...(cargo === 'dangerous' && { dangerousGoods: true }),
          },
          parties,
        },
      );
  for (const bill of bills) {
    const acceptedAt = linkedAt + random.between(hour, 6 * hour);
    if (random.chance(0.015))
      say.customs('customs.filing-rejected', bill, acceptedAt - 30 * minute, [call.ref], {
        details: { filing: 'manifest', reason: 'consignee code missing' },
      });
    say.customs('customs.manifest-accepted', bill, acceptedAt, [call.ref]);
  }
}

/** The carrier lets a bill go, after a hold of its own now and then; returns when. */
export function tellCarrierRelease(ctx: DayContext, shipment: Shipment<ImportCourse>, bill: Ref, clearedAt: number): number {
  const { random } = ctx;
  const { call, course } = shipment;
  const { say } = call.carrier;
  const likely = Math.min(clearedAt, call.arrived + 5 * day) + random.between(-8 * hour, 2 * hour);
  let at = course === 'ship-side' ? call.arrived - 2 * hour : Math.max(call.arrived, likely);
  if (course !== 'ship-side' && random.chance(0.012)) {
    const kind = random.pick(['freight', 'document', 'recall']);
    say('carrier.hold-placed', bill, at - hour, [], { details: { kind } });
    at += random.between(3 * hour, 20 * hour);
    say('carrier.hold-lifted', bill, at - 10 * minute, [], { details: { kind } });
  }
  const validUntil = ctx.stamp(at + 14 * day);
  if (random.chance(0.5))
    say('carrier.delivery-order-issued', bill, at, [call.ref], {
      details: { form: random.pick(['electronic', 'electronic', 'paper']), validUntil },
    });
  else say('carrier.e-release-confirmed', bill, at, [call.ref], { details: { validUntil } });
  if (random.chance(0.35))
    say('carrier.bill-issued', bill, at - 20 * hour, [], { details: { form: random.pick(['original', 'telex-released', 'online']) } });
  return at;
}

/** Damage, seals and holds of the terminal; returns when they no longer keep the box. */
function tellMishaps(ctx: DayContext, box: Box, shipment: Shipment<ImportCourse>): number {
  const { random, say } = ctx;
  const { say: terminal } = shipment.call.terminal;
  if (random.chance(0.006))
    terminal('terminal.discrepancy-recorded', box.ref, box.moveAt + 15 * minute, [], {
      details: { kind: random.pick(['damaged', 'seal-broken', 'weight-mismatch']) },
    });
  if (random.chance(0.03))
    say.customs('customs.seal-recorded', box.ref, box.moveAt + 2 * hour, [box.seal], { details: { action: 'verified' } });
  if (!random.chance(0.008)) return box.moveAt;
  const kind = random.pick(['damage', 'safety', 'equipment', 'fee']);
  const liftedAt = box.moveAt + random.between(6 * hour, 30 * hour);
  terminal('terminal.hold-placed', box.ref, box.moveAt + hour, [], { details: { kind } });
  terminal('terminal.hold-lifted', box.ref, liftedAt, [], { details: { kind } });
  return liftedAt;
}

/** What stands in the way of one box beside customs and carrier; returns when it no longer does. */
function tellCargo(ctx: DayContext, box: Box, { cargo, bill, call }: Shipment<ImportCourse>): number {
  if (cargo === 'dangerous') return tellDangerousGoods(ctx, box, call, call.eta - 28 * hour, box.moveAt);
  if (cargo === 'cold-chain') return tellColdChainArrival(ctx, box, bill, call);
  if (cargo === 'timber') return tellFumigation(ctx, box, box.moveAt + 2 * hour);
  return box.moveAt;
}

/** From the gate to the consignee and, four times in five, back to the depot as an empty. */
function tellOnward(ctx: DayContext, shipment: Shipment<ImportCourse>, box: Box, outAt: number): ReturnedBox | undefined {
  const { random, profile } = ctx;
  const cold = shipment.cargo === 'cold-chain';
  const deliveredAt = tellCarriage(ctx, box, outAt, !cold && random.chance(0.07), cold ? profile.supervisedWarehouse : 'consignee');
  const positive = cold && random.chance(0.05);
  if (cold) tellColdChainResult(ctx, box, shipment.bill, deliveredAt, positive);
  if (positive || !random.chance(0.8)) return undefined;
  return { box, backAt: tellEmptyReturn(ctx, box, outAt, cold ? deliveredAt + 2 * day : deliveredAt, shipment.call.carrier) };
}

/** The tally finds a box missing; the second of two such boxes is told discharged all the same. */
function tellShortLanded(ctx: DayContext, { boxes, call, bill }: Shipment<ImportCourse>): void {
  for (const box of boxes) {
    if (ctx.random.chance(0.5)) tellDischarge(ctx, { box, bill, call, full: true, to: 'yard' });
    ctx.say.tally('terminal.discrepancy-recorded', box.ref, call.craneFreeAt + 2 * hour, [call.ref, bill], {
      details: { kind: 'short-landed' },
    });
  }
}

/** A wrong manifest line put right: a box that belongs to another bill, or a bill renumbered. */
function tellManifestRepair(ctx: DayContext, { boxes, bill, call }: Shipment<ImportCourse>): void {
  const { random } = ctx;
  const at = call.eta - 20 * hour;
  if (random.chance(0.004)) {
    const stranger = newBox(ctx, '22G1', at);
    call.carrier.say('carrier.bill-linked', stranger.ref, at, [bill, call.ref], {
      details: { direction: 'import', load: 'FCL', boxes: boxes.length },
    });
    call.carrier.say('carrier.bill-unlinked', stranger.ref, at + 3 * hour, [bill]);
  }
  if (random.chance(0.003)) {
    const old = ctx.numbers.bill(call.carrier.code);
    const map = [{ old, new: bill.id, boxes: boxes.map((b) => b.ref.id) }];
    call.carrier.say('carrier.bill-replaced', bill, at, [{ type: 'bill', id: old, relation: 'from' }], { details: { map } });
  }
}

/** Tells a full-container import bill from its manifest to the empties; returns the boxes that came back. */
export function tellImport(ctx: DayContext, shipment: Shipment<ImportCourse>): ReturnedBox[] {
  const { bill, boxes, call, course, cargo } = shipment;
  tellManifest(ctx, shipment, 'FCL', [bill]);
  tellManifestRepair(ctx, shipment);
  if (course === 'short-landed') {
    tellShortLanded(ctx, shipment);
    return [];
  }
  const shipSide = course === 'ship-side';
  for (const box of boxes) tellDischarge(ctx, { box, bill, call, full: true, to: shipSide ? 'truck' : 'yard' });
  if (ctx.random.chance(0.5))
    ctx.say.tally('terminal.tally-reported', bill, call.craneFreeAt + 2 * hour, [call.ref], { details: { accepted: true } });
  const cleared = tellImportClearance(ctx, shipment);
  const releasedAt = tellCarrierRelease(ctx, shipment, bill, Math.max(...cleared.filter((at) => at !== never), call.arrived));
  return boxes.flatMap((box, i) => {
    const reefer = cargo === 'reefer' || cargo === 'cold-chain';
    if (!shipSide) tellFreeStorage(ctx, { box, shipment }, reefer);
    const readyAt = Math.max(
      cleared[i] ?? never,
      releasedAt,
      box.moveAt + 30 * minute,
      shipSide ? 0 : tellMishaps(ctx, box, shipment),
      tellCargo(ctx, box, shipment),
    );
    if (reefer) tellTemperatures(ctx, box, call, box.moveAt + 30 * minute, readyAt);
    if (readyAt === never) return [];
    const outAt = tellHandOut(ctx, { shipment, box, readyAt, to: cargo === 'cold-chain' ? 'supervised-warehouse' : 'consignee' });
    const back = tellOnward(ctx, shipment, box, outAt);
    return back ? [back] : [];
  });
}
