import { type Instant, instant } from '../identifiers/instant.ts';

/** The clocks of overall clearance time (整体通关时间), for which ports publish targets. */
export type OverallClock = 'clearance-import' | 'clearance-export';

/** One published target: below how many hours a port promises to keep its overall clearance time. */
export interface ClearanceTarget {
  readonly port: string;
  readonly clock: OverallClock;
  readonly validFrom: Instant;
  readonly belowHours: number;
  /** The document that says so. */
  readonly source: string;
}

/** Reads a list with the header `port,clock,valid_from,below_hours,source`; `valid_from` in ISO 8601. */
export function parseClearanceTargets(csv: string): ClearanceTarget[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const [port = '', clock = '', from = '', hours = '', source = ''] = line.trim().split(',');
    return { port, clock: clock as OverallClock, validFrom: instant(Date.parse(from)), belowHours: Number(hours), source };
  });
}

/** The hours that a port promised for a clock that began at a time: the newest target in force then, if any. */
export function targetHoursOf(targets: readonly ClearanceTarget[], port: string, clock: OverallClock, at: Instant): number | undefined {
  let newest: ClearanceTarget | undefined;
  for (const target of targets)
    if (target.port === port && target.clock === clock && target.validFrom <= at && !(newest && newest.validFrom > target.validFrom))
      newest = target;
  return newest?.belowHours;
}
