import type { DayContext } from './day-context.ts';
import { tellDischarge } from './discharge-story.ts';
import { tellBoarding, tellSailed } from './loading-story.ts';
import { type Box, newBox, type Ref } from './shipment.ts';
import { hour, minute } from './spans.ts';
import { craneSlot, laterCall, type VesselCall } from './vessel-call.ts';

/** One box that changes vessels; `outAt` is its slot on the second one. Times in milliseconds. */
export interface Transhipment {
  readonly box: Box;
  readonly bill: Ref;
  readonly from: VesselCall;
  readonly to: VesselCall;
  readonly outAt: number;
}

/** Boxes that come with one call, rather an early one, and go with a later one, whose slots are taken afterwards. */
export function planTranshipments(
  ctx: DayContext,
  count: number,
  arriving: readonly VesselCall[],
  calls: readonly VesselCall[],
): Transhipment[] {
  return Array.from({ length: count }, () => {
    const early = Math.min(ctx.random.int(arriving.length), ctx.random.int(arriving.length));
    const from = arriving[early] as VesselCall;
    const to = laterCall(calls, from, 9);
    const box = newBox(ctx, ctx.random.pick(['22G1', '45G1', '45R1']), craneSlot(ctx, from));
    return { box, bill: { type: 'bill' as const, id: ctx.numbers.bill(from.carrier.code), kind: 'master' }, from, to, outAt: 0 };
  });
}

/** Tells one transhipment, across two terminals when its vessels berth apart. */
export function tellTranshipment(ctx: DayContext, { box, bill, from, to, outAt }: Transhipment, calls: readonly VesselCall[]): void {
  const { random, say } = ctx;
  const linkedAt = from.eta - random.between(30 * hour, 70 * hour);
  const details = { direction: 'transhipment', load: 'FCL', boxes: 1, sizeType: box.sizeType };
  from.carrier.say('carrier.bill-linked', box.ref, linkedAt, [bill, from.ref, box.seal], { details });
  say.customs('customs.manifest-accepted', bill, linkedAt + random.between(hour, 5 * hour), [from.ref]);
  tellDischarge(ctx, { box, bill, call: from, full: true, to: 'yard' });
  const onwardAt = box.moveAt + random.between(hour, 4 * hour);
  say.customs('customs.onward-move-approved', bill, onwardAt, [from.ref], { details: { kind: 'transhipment' } });
  if (to.terminal !== from.terminal)
    from.terminal.say('terminal.relocated', box.ref, onwardAt + random.between(30 * minute, 2 * hour), [], {
      details: { reason: 'terminal-transfer', from: from.terminal.code, to: to.terminal.code, charged: false },
      location: { facility: to.terminal.code },
    });
  const relinkedAt = onwardAt + random.between(20 * minute, 80 * minute);
  to.carrier.say('carrier.bill-linked', box.ref, relinkedAt, [bill, to.ref], { details });
  say.customs('customs.manifest-accepted', bill, relinkedAt + random.between(20 * minute, hour), [to.ref]);
  if (random.chance(0.3))
    to.carrier.say('carrier.vgm-declared', box.ref, relinkedAt + hour, [], {
      details: { massKg: 9000 + random.int(15_000), method: 'SM1' },
    });
  const sailed = tellBoarding(ctx, { bill, call: to, calls, direct: false, full: true }, { ...box, moveAt: outAt }, 'plain');
  if (sailed) tellSailed(ctx, bill, sailed, undefined, 'original');
}
