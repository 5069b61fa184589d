import type { DayContext } from './day-context.ts';
import type { Box, Ref } from './shipment.ts';
import { day, hour, minute } from './spans.ts';
import { craneSlot, departure, laterCall, omittedAt, type VesselCall } from './vessel-call.ts';

/** A bill's boxes on their way aboard. */
export interface Loading {
  readonly bill: Ref | undefined;
  readonly call: VesselCall;
  readonly calls: readonly VesselCall[];
  readonly direct: boolean;
  readonly full: boolean;
}

/** Load list and loading of one box at a crane slot of a call. */
export function tellLoaded(ctx: DayContext, { bill, direct, full }: Loading, box: Box, call: VesselCall, at: number): void {
  const refs = bill ? [call.ref, bill] : [call.ref];
  const details = { from: direct ? 'truck' : 'yard', full, sizeType: box.sizeType };
  if (ctx.random.chance(0.75))
    call.terminal.say('terminal.loaded', box.ref, at + ctx.random.between(-30 * minute, 30 * minute), refs, {
      classifier: 'planned',
      told: call.eta - 5 * hour,
      details,
    });
  const position = `${10 + ctx.random.int(60)}-0${1 + ctx.random.int(8)}-8${ctx.random.int(9)}`;
  call.terminal.say('terminal.loaded', box.ref, at, refs, {
    details,
    location: { facility: call.terminal.code, berth: call.berth, position },
  });
}

/**
 * Moves a box to a later call, because its own was omitted or left without it. Without a later call on the same day
 * the box waits for the call of next week. Returns the new call, or nothing when it still waits.
 */
function tellRollOver(ctx: DayContext, loading: Loading, box: Box, at: number): VesselCall | undefined {
  const { bill, call, calls } = loading;
  const next = laterCall(calls, call, 10);
  const from = { ...call.ref, relation: 'from' };
  const to = { ...next.ref, relation: 'to' };
  call.carrier.say('carrier.rolled-over', box.ref, at, bill ? [bill, from, to] : [from, to], { details: { reason: 'no space' } });
  if (bill) ctx.say.customs('customs.manifest-accepted', bill, at + ctx.random.between(30 * minute, 2 * hour), [next.ref]);
  return next.fate === 'next' ? undefined : next;
}

/** A box the vessel left behind: shut out an hour before departure, rolled over, loaded later if it can be. */
function tellShutOut(ctx: DayContext, loading: Loading, box: Box): VesselCall | undefined {
  const { call } = loading;
  const at = departure(call) - hour;
  call.terminal.say('terminal.shut-out', box.ref, at, [call.ref], { location: { facility: call.terminal.code } });
  const next = tellRollOver(ctx, loading, box, at + 5 * hour);
  if (next) tellLoaded(ctx, loading, box, next, loadSlot(ctx, next, at + 6 * hour));
  return next;
}

/** A crane slot not before a time; a box that comes too late for the plan is put aboard at the last slot. */
const loadSlot = (ctx: DayContext, call: VesselCall, notBefore: number): number =>
  Math.max(craneSlot(ctx, call), Math.min(notBefore, departure(call) - 90 * minute));

/** Loads a box on its call, or on the call it is rolled to; returns the call it sailed with, if it sailed. */
export function tellBoarding(ctx: DayContext, loading: Loading, box: Box, course: string): VesselCall | undefined {
  const { call } = loading;
  if (call.fate === 'next') return undefined;
  if (course === 'shut-out') return tellShutOut(ctx, loading, box);
  if (call.fate !== 'omitted') {
    tellLoaded(ctx, loading, box, call, box.moveAt);
    return call;
  }
  const next = tellRollOver(ctx, loading, box, omittedAt(call) + 3 * hour);
  if (next) tellLoaded(ctx, loading, box, next, craneSlot(ctx, next));
  return next;
}

/** Tally, bill, loaded manifest and confirmation after a bill sailed. `declaration` is missing for transhipment. */
export function tellSailed(ctx: DayContext, bill: Ref, call: VesselCall, declaration: Ref | undefined, form: string): void {
  const { random, say } = ctx;
  const left = departure(call);
  call.carrier.say('carrier.bill-issued', bill, left + random.between(hour, 8 * hour), [], { details: { form } });
  say.tally('terminal.tally-reported', bill, left + random.between(hour, 5 * hour), [call.ref], { details: { accepted: true } });
  const acceptedAt = left + random.between(5 * hour, 14 * hour);
  if (random.chance(0.01))
    say.customs('customs.filing-rejected', bill, acceptedAt - hour, [call.ref], {
      details: { filing: 'loaded-manifest', reason: 'box not on load list' },
    });
  say.customs('customs.loaded-manifest-accepted', bill, acceptedAt, [call.ref]);
  if (!declaration) {
    say.customs('customs.departure-confirmed', bill, acceptedAt + hour, [call.ref], { details: { leg: random.pick(['feeder', 'main']) } });
    return;
  }
  say.customs('customs.departure-confirmed', declaration, acceptedAt + random.between(20 * minute, 2 * hour), [bill], {
    details: { leg: 'main' },
  });
  say.customs('customs.declaration-closed', declaration, acceptedAt + random.between(8 * hour, 2 * day));
  if (random.chance(0.06))
    say.customs('customs.certificate-issued', declaration, acceptedAt - 2 * hour, [], { details: { kind: 'origin' } });
}
