import { type Instant, instant } from '../identifiers/instant.ts';

/** One row of the published list of time limits for port services (作业时限). */
export interface ServiceLimit {
  /** The version of the list, such as `2026-1`. */
  readonly version: string;
  readonly validFrom: Instant;
  readonly operation: string;
  readonly name: string;
  readonly nameZh: string;
  readonly limitMinutes: number;
  /** When the service is worked: `7x24`, `5+2` or `by-appointment`. The limit itself counts every minute. */
  readonly workingTime: string;
  readonly owner: string;
}

/** Reads a list with the header `version,valid_from,operation,name,name_zh,limit_minutes,working_time,owner`; `valid_from` in ISO 8601. */
export function parseServiceLimits(csv: string): ServiceLimit[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const [version = '', from = '', operation = '', name = '', nameZh = '', minutes = '', workingTime = '', owner = ''] = line
      .trim()
      .split(',');
    return { version, validFrom: instant(Date.parse(from)), operation, name, nameZh, limitMinutes: Number(minutes), workingTime, owner };
  });
}

/** The limit of an operation in a version of the list, else in the version that was valid at a time. */
export function serviceLimitOf(
  list: readonly ServiceLimit[],
  operation: string,
  version: string | undefined,
  at: Instant,
): ServiceLimit | undefined {
  const rows = list.filter((l) => l.operation === operation);
  const named = rows.find((l) => l.version === version);
  if (named) return named;
  let valid: ServiceLimit | undefined;
  for (const row of rows) if (row.validFrom <= at && (!valid || row.validFrom > valid.validFrom)) valid = row;
  return valid;
}
