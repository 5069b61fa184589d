import type { Reference } from '@clearquay/domain/events/status-event.ts';
import type { DayContext } from './day-context.ts';
import type { ExportCourse, Ref, Shipment } from './shipment.ts';
import { hour, minute } from './spans.ts';

/** A booking drawn for a bill. */
export const bookingOf = (ctx: DayContext, shipment: Shipment<ExportCourse>): Ref => ({
  type: 'bill',
  id: ctx.numbers.booking(shipment.call.carrier.code),
  kind: 'booking',
});

/** Release and pick-up of the empties, packing list and verified mass of every box, up to `packedAt` (milliseconds). */
export function tellStuffing(ctx: DayContext, shipment: Shipment<ExportCourse>, booking: Ref, packedAt: number): void {
  const { random, say, profile } = ctx;
  const { boxes, call, parties } = shipment;
  const { carrier } = call;
  const drawnAt = packedAt - random.between(16 * hour, 30 * hour);
  const sizeType = boxes[0]?.sizeType ?? '22G1';
  carrier.say('carrier.empty-release-ordered', booking, drawnAt - random.between(6 * hour, 30 * hour), [call.ref], {
    details: { sizeType, quantity: boxes.length, depot: profile.depot },
    parties,
  });
  for (const [i, box] of boxes.entries()) {
    const truck: Reference = { type: 'truck', id: ctx.numbers.truck() };
    const at = drawnAt + i * 12 * minute;
    carrier.say('carrier.eir-issued', box.ref, at - 2 * hour, [booking, truck], {
      details: { task: 'pick-up-empty', depot: profile.depot },
    });
    say.depot('terminal.truck-appointed', box.ref, at - hour, [truck], {
      details: { task: 'pick-up-empty', mode: 'yard', slotFrom: ctx.stamp(at - 30 * minute), slotTo: ctx.stamp(at + 30 * minute) },
    });
    say.depot('terminal.empty-picked-up', box.ref, at, [booking, truck], {
      details: { full: false, sizeType },
      location: { facility: profile.depot },
    });
    const stuffedAt = packedAt + i * 9 * minute;
    carrier.say('carrier.packing-list-submitted', box.ref, stuffedAt, [booking, box.seal], {
      details: { packages: 20 + random.int(700), grossKg: 3000 + random.int(21_000), place: 'factory', sealNumber: box.seal.id },
    });
    carrier.say('carrier.vgm-declared', box.ref, stuffedAt + random.between(10 * minute, 80 * minute), [booking], {
      details: { massKg: 6000 + random.int(22_000), method: random.pick(['SM1', 'SM2']) },
    });
  }
}

/** Ties the bill to boxes, booking and call, and has its pre-stowage manifest accepted. */
export function tellPreStowage(ctx: DayContext, shipment: Shipment<ExportCourse>, booking: Ref, packedAt: number, through: boolean): void {
  const { random, say } = ctx;
  const { bill, boxes, call, cargo, parties } = shipment;
  const linkedAt = packedAt + random.between(20 * minute, hour);
  for (const box of boxes)
    call.carrier.say('carrier.bill-linked', box.ref, linkedAt, [bill, booking, call.ref], {
      details: {
        direction: 'export',
        load: 'FCL',
        boxes: boxes.length,
        sizeType: box.sizeType,
        ...(cargo === 'dangerous' && { dangerousGoods: true }),
        ...(through && { through: true }),
      },
      parties,
    });
  const acceptedAt = linkedAt + random.between(15 * minute, 50 * minute);
  if (random.chance(0.015))
    say.customs('customs.filing-rejected', bill, acceptedAt - 8 * minute, [call.ref], {
      details: { filing: 'manifest', reason: 'gross mass missing' },
    });
  say.customs('customs.manifest-accepted', bill, acceptedAt, [call.ref]);
}
