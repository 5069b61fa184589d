import type { Reference, Subject } from '@clearquay/domain/events/status-event.ts';
import { isImoNumber } from '@clearquay/domain/identifiers/imo-number.ts';
import { type DemoName, vesselNames } from '../reference/demo-names.ts';
import type { Carrier, DayContext, Terminal } from './day-context.ts';
import { dealDeck, shuffled } from './deck.ts';
import { day, hour, minute } from './spans.ts';

/** What befalls a call; `next` is the call of a later week, known by its forecasts only. */
type CallFate = 'plain' | 'omitted' | 'border-held' | 'quarantine-held' | 'detained' | 'next';

/** One vessel's stay and its crane, whose free time moves as boxes are planned. Times in milliseconds. */
export interface VesselCall {
  readonly ref: Subject & Reference;
  readonly vessel: DemoName;
  readonly inbound: string;
  readonly outbound: string;
  readonly carrier: Carrier;
  readonly terminal: Terminal;
  readonly berth: string;
  readonly fate: CallFate;
  readonly eta: number;
  readonly arrived: number;
  readonly berthed: number;
  /** When the vessel's cranes can take the next box. */
  craneFreeAt: number;
}

/** An IMO number with its right check digit from six digits. */
function imoNumber(six: number): string {
  for (let last = 0; last < 10; last++) if (isImoNumber(`${six}${last}`)) return `${six}${last}`;
  throw new RangeError(`no check digit fits ${six}`);
}

/** The time at which the cranes move the next box of a call; one box takes 50 to 80 seconds. */
export function craneSlot(ctx: DayContext, call: VesselCall): number {
  call.craneFreeAt += ctx.random.between(50_000, 80_000);
  return call.craneFreeAt;
}

/** When the last line goes off: an hour and a quarter after the last box of the plan. */
export const departure = (call: VesselCall): number => call.craneFreeAt + 75 * minute;

/** When the carrier of an omitted call says that the vessel will not come. */
export const omittedAt = (call: VesselCall): number => call.eta - 20 * hour;

/** A later call that still takes boxes: the earliest whose ETA is at least `hoursLater` after this one, else the call of next week. */
export function laterCall(calls: readonly VesselCall[], call: VesselCall, hoursLater: number): VesselCall {
  const fit = calls.find((c) => c.fate !== 'omitted' && c.eta >= call.eta + hoursLater * hour);
  return fit ?? (calls.at(-1) as VesselCall);
}

/** Plans the calls of the day in order of arrival; the last one is the call of next week. */
export function planCalls(ctx: DayContext, count: number, series: number): VesselCall[] {
  const { random, start, profile } = ctx;
  const names = shuffled(random, vesselNames);
  const rare = { omitted: 0.01, 'border-held': 0.01, 'quarantine-held': 0.01, detained: 0.01 };
  const fates = dealDeck<CallFate>(random, count, 'plain', count >= 8 ? rare : {});
  return Array.from({ length: count + 1 }, (_, i) => {
    const fate = fates[i] ?? 'next';
    const eta = fate === 'next' ? start + 8 * day : start + (i * day) / count + random.between(0, hour);
    const arrived = eta + (random.next() - 0.35) * 2 * hour;
    const berthed = arrived + random.between(hour, 5 * hour);
    const terminal = random.pick(ctx.terminals);
    const vessel = names[i % names.length] as DemoName;
    const voyage = 1000 + ((series * 7 + i) % 9000);
    return {
      ref: {
        type: 'call',
        id: `${imoNumber(400_000 + vesselNames.indexOf(vessel) * 977 + Math.floor(i / names.length))}:${profile.port}:${voyage}W`,
      },
      vessel,
      inbound: `${voyage}W`,
      outbound: `${voyage}E`,
      carrier: random.pick(ctx.carriers),
      terminal,
      berth: random.pick(terminal.berths),
      fate,
      eta,
      arrived,
      berthed,
      craneFreeAt: berthed + 50 * minute,
    };
  });
}
