import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import { tellCall } from './call-story.ts';
import { createDayContext, type DayContext } from './day-context.ts';
import { type EmptyBox, planEmpties, tellEmpty } from './empty-story.ts';
import { tellExport } from './export-story.ts';
import { tellGroupage } from './groupage-story.ts';
import { type ReturnedBox, tellImport } from './import-story.ts';
import { defaultMessRates, type MessRates } from './mess-rates.ts';
import { createNumberSeries } from './number-series.ts';
import type { PlayedEvent } from './played-event.ts';
import { portProfile } from './port-profile.ts';
import { createRandom, hashText } from './random.ts';
import { createRecorder } from './recorder.ts';
import { type ExportCourse, type ImportCourse, partiesOf, planExports, planImports, type Shipment } from './shipment.ts';
import { hour, minute } from './spans.ts';
import { createStamp } from './stamp.ts';
import { planTranshipments, type Transhipment, tellTranshipment } from './transhipment-story.ts';
import { craneSlot, planCalls, type VesselCall } from './vessel-call.ts';

/** What one port day is made from; equal options give equal bytes. */
export interface PortDayOptions {
  readonly seed: string | number;
  /** UN/LOCODE, e.g. `CNDLC`. */
  readonly port: string;
  /** First moment of the 24 hours in which the day's vessels arrive; stories reach a week back and two weeks on. */
  readonly start: Instant;
  /** Boxes of the day, at most 4,600; imports, exports, transhipments and empties at 45, 35, 12 and 8 %. */
  readonly containers: number;
  /** IANA zone in which times are written; Asia/Shanghai unless told. */
  readonly zone?: string;
  /** Which block of numbers the day uses; days with different numbers below 2,500 share none. From the seed unless told. */
  readonly series?: number;
  /** Event ids are this text and a running number; the port's three letters and a dash unless told (`dlc-1`). */
  readonly idPrefix?: string;
  readonly mess?: Partial<MessRates>;
}

/** All that moves in one day, planned before it is told. */
interface Plan {
  readonly calls: readonly VesselCall[];
  readonly imports: readonly Shipment<ImportCourse>[];
  readonly exports: readonly Shipment<ExportCourse>[];
  readonly transhipments: readonly Transhipment[];
  readonly empties: readonly EmptyBox[];
}

/** Boxes that one vessel moves on average. */
const boxesPerCall = 165;
/** Share of returned empties that are drawn for an export within the same story. */
const comesBack = 0.1;

/** Cranes discharge first and load then, so boxes that arrive are planned before boxes that leave. */
function plan(ctx: DayContext, containers: number, series: number): Plan {
  const calls = planCalls(ctx, Math.max(4, Math.round(containers / boxesPerCall)), series);
  const sailing = calls.slice(0, -1);
  const arriving = sailing.filter((call) => call.fate !== 'omitted');
  const imports = planImports(ctx, Math.round(containers * 0.45), arriving);
  const transhipments = planTranshipments(ctx, Math.round(containers * 0.12), arriving, calls);
  const inbound = planEmpties(ctx, Math.round(containers * 0.05), arriving, true);
  for (const call of sailing) call.craneFreeAt += 20 * minute;
  return {
    calls,
    imports,
    exports: planExports(ctx, Math.round(containers * 0.35), sailing),
    transhipments: transhipments.map((t) => ({ ...t, outAt: craneSlot(ctx, t.to) })),
    empties: [...inbound, ...planEmpties(ctx, containers - Math.round(containers * 0.97), arriving, false)],
  };
}

/** Boxes that came in full, went back empty and go out again under a booking for next week's call. */
function tellComebacks(ctx: DayContext, returned: readonly ReturnedBox[], calls: readonly VesselCall[]): void {
  const call = calls.at(-1) as VesselCall;
  for (const { box, backAt } of returned) {
    if (!ctx.random.chance(comesBack)) continue;
    const bill = { type: 'bill' as const, id: ctx.numbers.bill(call.carrier.code), kind: 'master' };
    const shipment: Shipment<ExportCourse> = {
      bill,
      boxes: [box],
      call,
      cargo: 'dry',
      course: 'plain',
      parties: partiesOf(ctx, 'shipper'),
    };
    tellExport(ctx, shipment, calls, backAt + 6 * hour);
  }
}

/**
 * Makes the deliveries of one port day, sorted by receipt: a few hundred events per vessel and some 24 per box.
 * Pure: the same options give the same deliveries.
 */
export function generatePortDay(options: PortDayOptions): PlayedEvent[] {
  const { port, start, containers, zone = 'Asia/Shanghai' } = options;
  const seed = `${options.seed}/${port}`;
  const series = options.series ?? hashText(seed) % 2500;
  const profile = portProfile(port);
  const stamp = createStamp(zone);
  const mess = { ...defaultMessRates, ...options.mess };
  const random = createRandom(seed);
  const idPrefix = options.idPrefix ?? `${port.slice(2).toLowerCase()}-`;
  const recorder = createRecorder({ port, idPrefix, stamp, random: createRandom(`${seed}/mess`), mess });
  const year = Number(stamp(start).slice(0, 4));
  const numbers = createNumberSeries({ series, district: profile.district, year, platePrefix: profile.platePrefix, random });
  const ctx = createDayContext({ start: instant(start), random, numbers, profile, stamp, mess }, recorder);

  const { calls, imports, exports, transhipments, empties } = plan(ctx, containers, series);
  const returned: ReturnedBox[] = [];
  for (const shipment of imports) {
    if (shipment.cargo === 'groupage') tellGroupage(ctx, shipment);
    else returned.push(...tellImport(ctx, shipment));
  }
  for (const transhipment of transhipments) tellTranshipment(ctx, transhipment, calls);
  for (const empty of empties) tellEmpty(ctx, empty);
  for (const shipment of exports) tellExport(ctx, shipment, calls);
  tellComebacks(ctx, returned, calls);
  for (const call of calls) tellCall(ctx, call);
  return recorder.deliveries();
}
