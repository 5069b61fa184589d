import type { Reference } from '@clearquay/domain/events/status-event.ts';
import type { DayContext } from './day-context.ts';
import { tellDischarge } from './discharge-story.ts';
import { tellLoaded } from './loading-story.ts';
import { type Box, newBox } from './shipment.ts';
import { hour, minute } from './spans.ts';
import { craneSlot, type VesselCall } from './vessel-call.ts';

/** Share of discharged empties that customs looks into. */
const inspected = 0.12;

/** One empty box: brought by a vessel to be drawn here, or taken away by one. */
export interface EmptyBox {
  readonly box: Box;
  readonly call: VesselCall;
  readonly inbound: boolean;
}

/** Empties that come ashore; those that leave are planned when the cranes load. */
export const planEmpties = (ctx: DayContext, count: number, calls: readonly VesselCall[], inbound: boolean): EmptyBox[] =>
  Array.from({ length: count }, () => {
    const call = ctx.random.pick(calls);
    return { box: newBox(ctx, ctx.random.pick(['22G1', '45G1']), craneSlot(ctx, call)), call, inbound };
  });

/** The online inspection of an empty; returns when it is free. */
function inspectEmpty(ctx: DayContext, box: Box, call: VesselCall): number {
  const { random, say } = ctx;
  const orderedAt = box.moveAt + random.between(10 * minute, 40 * minute);
  const movedAt = orderedAt + random.between(hour, 3 * hour);
  say.customs('customs.empty-inspection-ordered', box.ref, orderedAt, [call.ref]);
  call.terminal.say('terminal.moved-to-inspection', box.ref, movedAt, [], {
    location: { facility: call.terminal.code, position: 'empty bay' },
  });
  say.customs('customs.inspection-started', box.ref, movedAt + 40 * minute);
  say.customs('customs.empty-inspection-passed', box.ref, movedAt + random.between(50 * minute, 80 * minute));
  return movedAt + 80 * minute;
}

/** An empty discharged, now and then inspected, drawn later against a booking. */
function tellInboundEmpty(ctx: DayContext, { box, call }: EmptyBox): void {
  const { random, profile } = ctx;
  const { carrier, terminal } = call;
  carrier.say('carrier.bill-linked', box.ref, call.eta - random.between(24 * hour, 60 * hour), [call.ref], {
    details: { direction: 'empty', full: false },
  });
  tellDischarge(ctx, { box, bill: undefined, call, full: false, to: 'yard' });
  const freeAt = random.chance(inspected) ? inspectEmpty(ctx, box, call) : box.moveAt + hour;
  if (random.chance(0.25)) return;
  const booking = { type: 'bill' as const, id: ctx.numbers.booking(carrier.code), kind: 'booking' };
  const truck: Reference = { type: 'truck', id: ctx.numbers.truck() };
  const at = freeAt + random.between(14 * hour, 60 * hour);
  carrier.say('carrier.empty-release-ordered', booking, at - random.between(5 * hour, 12 * hour), [], {
    details: { sizeType: box.sizeType, quantity: 1, depot: terminal.code },
  });
  carrier.say('carrier.eir-issued', box.ref, at - 2 * hour, [booking, truck], { details: { task: 'pick-up-empty', depot: profile.depot } });
  terminal.say('terminal.gate-recognised', box.ref, at - 3 * minute, [truck], { details: { direction: 'out', match: true } });
  terminal.say('terminal.empty-picked-up', box.ref, at, [booking, truck], {
    details: { full: false, sizeType: box.sizeType },
    location: { facility: terminal.code },
  });
}

/** An empty brought to the terminal and shipped out. */
function tellOutboundEmpty(ctx: DayContext, { box, call }: EmptyBox): void {
  const { random } = ctx;
  const { carrier, terminal } = call;
  const inAt = call.eta - random.between(14 * hour, 50 * hour);
  const truck: Reference = { type: 'truck', id: ctx.numbers.truck() };
  carrier.say('carrier.eir-issued', box.ref, inAt - 3 * hour, [truck], { details: { task: 'return-empty', depot: terminal.code } });
  terminal.say('terminal.gate-recognised', box.ref, inAt - 3 * minute, [truck], { details: { direction: 'in', match: true } });
  terminal.say('terminal.gated-in', box.ref, inAt, [truck], {
    details: { mode: 'truck', full: false, sizeType: box.sizeType },
    location: { facility: terminal.code },
  });
  carrier.say('carrier.bill-linked', box.ref, inAt + 2 * hour, [call.ref], { details: { direction: 'empty', full: false } });
  tellLoaded(ctx, { bill: undefined, call, calls: [], direct: false, full: false }, box, call, box.moveAt);
}

/** Tells the stay of one empty box. */
export const tellEmpty = (ctx: DayContext, empty: EmptyBox): void =>
  empty.inbound ? tellInboundEmpty(ctx, empty) : tellOutboundEmpty(ctx, empty);
