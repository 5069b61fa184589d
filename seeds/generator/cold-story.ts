import type { DayContext } from './day-context.ts';
import type { Box } from './shipment.ts';
import { day, hour, minute } from './spans.ts';
import type { VesselCall } from './vessel-call.ts';

/** Temperatures of a reefer in the yard; one box in forty warms up for more than an hour. Times in milliseconds. */
export function tellTemperatures(ctx: DayContext, box: Box, call: VesselCall, from: number, to: number): void {
  const { random } = ctx;
  const setPoint = random.pick([-18, -18, -20, 2]);
  const faulty = random.chance(0.025);
  const until = Math.min(to, from + 4 * day);
  for (let at = from, n = 0; at < until; at += 8 * hour, n++) {
    const drift = faulty && n > 0 ? random.between(5, 7) : random.between(-0.8, 0.9);
    const warm = Math.round((setPoint + drift) * 10) / 10;
    const reading = {
      setPoint,
      supply: Math.round((warm - 0.6) * 10) / 10,
      return: warm,
      ambient: Math.round(random.between(-4, 24)),
      unit: 'CEL',
    };
    call.terminal.say('terminal.reefer-temperature-recorded', box.ref, at, [], { details: reading });
    if (faulty && n === 1) call.terminal.say('terminal.reefer-temperature-recorded', box.ref, at + 65 * minute, [], { details: reading });
  }
}

/** Listing and disinfection of an imported cold-chain box; returns when it may leave for the supervised warehouse. */
export function tellColdChainArrival(ctx: DayContext, box: Box, bill: Box['ref'], call: VesselCall): number {
  ctx.say.quarantine('quarantine.coldchain-listed', box.ref, call.arrived - 10 * hour, [bill], { details: { goods: 'frozen food' } });
  const treatedAt = box.moveAt + ctx.random.between(40 * minute, 4 * hour);
  ctx.say.quarantine('quarantine.treatment-completed', box.ref, treatedAt, [], { details: { kind: 'preventive-disinfection' } });
  return treatedAt;
}

/** Result and release at the supervised warehouse; one box in a hundred and more is found positive and stays. */
export function tellColdChainResult(ctx: DayContext, box: Box, bill: Box['ref'], storedAt: number, positive: boolean): void {
  const { say, random } = ctx;
  const sampledAt = ctx.stamp(storedAt + 2 * hour);
  const resultAt = storedAt + random.between(18 * hour, 30 * hour);
  if (positive) {
    say.quarantine('quarantine.coldchain-result-positive', box.ref, resultAt, [bill], { details: { sampledAt } });
    say.quarantine('quarantine.treatment-ordered', box.ref, resultAt + hour, [bill], { details: { kind: 'disinfection' } });
    say.quarantine('quarantine.treatment-completed', box.ref, resultAt + 20 * hour, [bill], { details: { kind: 'disinfection' } });
    say.quarantine('quarantine.coldchain-released', box.ref, resultAt + 40 * hour, [bill]);
    return;
  }
  say.quarantine('quarantine.coldchain-result-negative', box.ref, resultAt, [bill], { details: { sampledAt } });
  say.quarantine('quarantine.coldchain-released', box.ref, resultAt + random.between(hour, 4 * hour), [bill]);
}

/** Fumigation of timber or wood packing; returns when it is done. Times in milliseconds. */
export function tellFumigation(ctx: DayContext, box: Box, from: number): number {
  const doneAt = from + ctx.random.between(8 * hour, 26 * hour);
  ctx.say.quarantine('quarantine.treatment-ordered', box.ref, from, [], { details: { kind: 'fumigation' } });
  ctx.say.quarantine('quarantine.treatment-completed', box.ref, doneAt, [], { details: { kind: 'fumigation' } });
  return doneAt;
}
