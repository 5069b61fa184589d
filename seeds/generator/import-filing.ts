import type { DayContext } from './day-context.ts';
import { declarationRef, type ImportCourse, type Ref, type Shipment } from './shipment.ts';
import { along, hour, minute } from './spans.ts';

/** Median and spread of the time from arrival to release of a plain import, in milliseconds: the mean of all imports comes near 39 h. */
const plainClearance = { median: 33 * hour, sigma: 0.68 };

/** One declaration on its way: when it was sent and when it would be released if nothing came between. */
export interface Filing {
  readonly shipment: Shipment<ImportCourse>;
  readonly declaration: Ref;
  readonly declaredAt: number;
  readonly releaseAt: number;
  readonly landedAt: number;
}

/** Duty notice and payment on the way to a release. */
export function settleDuty(ctx: DayContext, declaration: Ref, from: number, to: number): void {
  const { random, say } = ctx;
  if (random.chance(0.25)) return;
  const amount = `${1000 + random.int(90_000)}.00`;
  say.customs('customs.duty-assessed', declaration, along(from, to, 0.2), [], {
    details: { amount, currency: 'CNY', selfAssessed: random.chance(0.9) },
  });
  say.singleWindow('customs.duty-settled', declaration, along(from, to, 0.6), [], {
    details: {
      by: random.pick(['e-payment', 'e-payment', 'summary-billing', 'guarantee-insurance', 'group-guarantee']),
      amount,
      currency: 'CNY',
    },
  });
}

/** Links and sends one declaration, in advance or after arrival, and has it accepted. */
export function fileImport(ctx: DayContext, shipment: Shipment<ImportCourse>, again?: number): Filing {
  const { random, say } = ctx;
  const { call, boxes, bill, course } = shipment;
  const declaration = declarationRef(ctx.numbers.declaration('import'));
  const landedAt = Math.max(...boxes.map((b) => b.moveAt));
  const shipSide = course === 'ship-side';
  const clearance = shipSide
    ? random.between(5 * minute, 20 * minute)
    : Math.max(2 * hour, random.logNormal(plainClearance.median, plainClearance.sigma));
  const releaseAt = Math.max(call.arrived + clearance, again === undefined ? 0 : again + 2 * hour);
  const advance = shipSide || (course !== 'withdrawn' && random.chance(0.55));
  const declaredAt =
    again ??
    (advance ? call.arrived - random.between(3 * hour, 18 * hour) : along(call.arrived + 20 * minute, releaseAt, random.between(0.1, 0.7)));
  const refs = random.chance(0.7) ? [bill, ...boxes.map((b) => b.ref)] : [bill];
  say.singleWindow('customs.declaration-linked', declaration, declaredAt, refs, {
    details: { direction: 'import' },
    parties: shipment.parties,
  });
  const sent =
    course === 'two-step' || course === 'sampled'
      ? 'customs.summary-declared'
      : advance
        ? 'customs.advance-declared'
        : 'customs.declaration-submitted';
  say.singleWindow(sent, declaration, declaredAt + minute, [bill], { parties: shipment.parties });
  if (random.chance(0.01))
    say.customs('customs.filing-rejected', declaration, declaredAt + 4 * minute, [], {
      details: { filing: 'declaration', reason: 'tariff code unknown' },
    });
  say.customs('customs.declaration-accepted', declaration, declaredAt + random.between(5 * minute, 15 * minute));
  return { shipment, declaration, declaredAt, releaseAt, landedAt };
}

/** Release of the whole declaration. */
export function releaseImport(ctx: DayContext, { declaration, shipment }: Filing, at: number): void {
  ctx.say.customs('customs.released', declaration, at, [shipment.bill]);
  if (ctx.random.chance(0.05))
    ctx.say.customs('customs.certificate-issued', declaration, at + 5 * hour, [], {
      details: { kind: ctx.random.pick(['inspection', 'quarantine']) },
    });
  if (ctx.random.chance(0.7)) ctx.say.customs('customs.declaration-closed', declaration, at + ctx.random.between(2 * hour, 30 * hour));
}
