import type { Reference } from '@clearquay/domain/events/status-event.ts';
import type { DayContext } from './day-context.ts';
import type { Box, ImportCourse, Shipment } from './shipment.ts';
import { day, hour, minute } from './spans.ts';

/** What a box needs before it can be handed out. Times in milliseconds. */
interface HandOut {
  readonly shipment: Shipment<ImportCourse>;
  readonly box: Box;
  /** When every agency and the carrier have let it go. */
  readonly readyAt: number;
  readonly to: 'consignee' | 'supervised-warehouse';
}

/** Date of an instant, as last free days are written. */
const dateOf = (ctx: DayContext, at: number): string => ctx.stamp(at).slice(0, 10);

/** The account of one box: charges of the published list, now and then quoted first, and their payment. Returns when paid. */
export function tellFees(
  ctx: DayContext,
  { say }: { readonly say: DayContext['say']['depot'] },
  box: Box,
  at: number,
  item: string,
): number {
  const { random } = ctx;
  const amount = `${random.pick([480, 620, 735, 980])}.00`;
  const details = { item, amount, currency: 'CNY', listVersion: '2026-1' };
  if (random.chance(0.15)) say('terminal.fee-charged', box.ref, at - hour, [], { classifier: 'planned', details });
  say('terminal.fee-charged', box.ref, at, [], { details });
  const paidAt = at + random.logNormal(25 * minute, 0.8);
  say('terminal.fee-paid', box.ref, paidAt, [], { details });
  return paidAt;
}

/** The truck's passage of the smart gates of terminal and customs around a gate move. */
export function tellGate(
  ctx: DayContext,
  say: DayContext['say']['depot'],
  box: Box,
  at: number,
  direction: 'in' | 'out',
  truck: Reference,
): void {
  const details = { direction, lane: `L${1 + ctx.random.int(8)}`, score: (90 + ctx.random.int(10)) / 100, match: true };
  say('terminal.gate-recognised', box.ref, at - 3 * minute, [truck, box.seal], { details });
  ctx.say.customs('customs.gate-passed', box.ref, at + 5 * minute, [truck], { details: { direction, result: 'passed' } });
}

/** Free time, EIR, fees, appointment and the way out of the gate; returns when the box is out. */
export function tellHandOut(ctx: DayContext, { shipment, box, readyAt, to }: HandOut): number {
  const { random } = ctx;
  const { call, bill, course } = shipment;
  const { terminal, carrier } = call;
  const shipSide = course === 'ship-side';
  const eirAt = shipSide ? call.arrived - random.between(hour, 8 * hour) : readyAt + random.logNormal(40 * minute, 0.8);
  carrier.say('carrier.eir-issued', box.ref, eirAt, [bill], { details: { task: 'pick-up-full', depot: ctx.profile.depot } });
  const paidAt = tellFees(ctx, terminal, box, eirAt + 10 * minute, 'lift-off');
  const outAt = shipSide
    ? box.moveAt + random.between(15 * minute, 70 * minute)
    : Math.max(paidAt, readyAt) + random.logNormal(8 * hour, 0.8);
  if (!shipSide)
    terminal.say('terminal.available-for-pickup', box.ref, Math.max(paidAt, readyAt) + 3 * minute, [], {
      location: { facility: terminal.code },
    });
  const truck: Reference = { type: 'truck', id: ctx.numbers.truck() };
  if (shipSide || random.chance(0.9))
    terminal.say('terminal.truck-appointed', box.ref, outAt - random.between(30 * minute, 2 * hour), [truck], {
      details: {
        task: 'pick-up',
        mode: shipSide ? 'ship-side' : 'yard',
        slotFrom: ctx.stamp(outAt - 30 * minute),
        slotTo: ctx.stamp(outAt + 30 * minute),
      },
    });
  terminal.say('terminal.service-limit-set', box.ref, outAt - 25 * minute, [], {
    details: { operation: 'pick-up', limitMinutes: 60, listVersion: '2026-1', owner: terminal.code },
  });
  tellGate(ctx, terminal.say, box, outAt, 'out', truck);
  terminal.say('terminal.gated-out', box.ref, outAt, [bill, truck], {
    details: { mode: 'truck', full: true, to, sizeType: box.sizeType },
    location: { facility: terminal.code, gate: `G${1 + random.int(3)}` },
  });
  return outAt;
}

/** Carriage inland by rail or road, up to the delivery; returns when it is delivered. */
export function tellCarriage(ctx: DayContext, box: Box, outAt: number, byRail: boolean, place: string): number {
  const { random, say, profile } = ctx;
  let deliveredAt = outAt + random.logNormal(6 * hour, 0.6);
  if (byRail) {
    const leftAt = outAt + random.between(3 * hour, 15 * hour);
    const there = leftAt + random.between(9 * hour, 20 * hour);
    const details = {
      train: `X${8000 + random.int(900)}`,
      wagon: String(5_000_000 + random.int(900_000)),
      from: profile.railYard,
      to: profile.inlandPort,
    };
    say.rail('inland.rail-departed', box.ref, leftAt - 20 * minute, [], { classifier: 'planned', told: outAt, details });
    say.rail('inland.rail-departed', box.ref, leftAt, [], { details });
    say.rail('inland.rail-arrived', box.ref, there + hour, [], { classifier: 'estimated', told: leftAt + 10 * minute, details });
    say.rail('inland.rail-arrived', box.ref, there, [], { details });
    deliveredAt = there + random.between(4 * hour, 12 * hour);
  }
  say.haulage('inland.delivered', box.ref, deliveredAt, [], { details: { place } });
  return deliveredAt;
}

/** Hands the empty box back at the depot, its detention clock told before; returns when it is back. */
export function tellEmptyReturn(
  ctx: DayContext,
  box: Box,
  outAt: number,
  deliveredAt: number,
  carrier: Shipment['call']['carrier'],
): number {
  const { say, profile, random } = ctx;
  const backAt = deliveredAt + random.logNormal(14 * hour, 0.6);
  say.depot('terminal.free-time-set', box.ref, outAt + hour, [], {
    details: { kind: 'detention', lastFreeDay: dateOf(ctx, outAt + 7 * day) },
  });
  const truck: Reference = { type: 'truck', id: ctx.numbers.truck() };
  carrier.say('carrier.eir-issued', box.ref, backAt - 3 * hour, [], { details: { task: 'return-empty', depot: profile.depot } });
  say.depot('terminal.gate-recognised', box.ref, backAt - 3 * minute, [truck], { details: { direction: 'in', match: true } });
  say.depot('terminal.empty-returned', box.ref, backAt, [truck], {
    details: { full: false, sizeType: box.sizeType },
    location: { facility: profile.depot },
  });
  return backAt;
}

/** The storage that is free of charge from discharge on. */
export function tellFreeStorage(ctx: DayContext, { box, shipment }: Pick<HandOut, 'box' | 'shipment'>, reefer: boolean): void {
  const { say } = shipment.call.terminal;
  say('terminal.free-time-set', box.ref, box.moveAt + 20 * minute, [], {
    details: { kind: 'storage', lastFreeDay: dateOf(ctx, box.moveAt + 4 * day) },
  });
  if (reefer)
    say('terminal.free-time-set', box.ref, box.moveAt + 20 * minute, [], {
      details: { kind: 'reefer-power', lastFreeDay: dateOf(ctx, box.moveAt + 2 * day) },
    });
}
