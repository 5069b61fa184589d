/** Which visits a subscriber wants: OR within a list, AND between lists; `{}` is all that the caller may see. */
export interface Filter {
  readonly containers?: readonly string[];
  readonly bills?: readonly string[];
  readonly declarations?: readonly string[];
  readonly bookings?: readonly string[];
  readonly calls?: readonly string[];
  readonly ports?: readonly string[];
  readonly directions?: readonly string[];
  readonly statuses?: readonly string[];
  readonly holds?: readonly string[];
  readonly codes?: readonly string[];
}

/** What a filter looks at, on a visit or on one revision of it. */
export interface Filterable {
  readonly container: string;
  readonly port: string;
  readonly direction: string;
  readonly status: string;
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly bookings: readonly string[];
  readonly calls: readonly string[];
  /** Kinds of the holds that are open. */
  readonly holds: readonly string[];
  /** Codes of the events of the timeline (snapshot) or of the revision (delta). */
  readonly codes: readonly string[];
}

const allows = (wanted: readonly string[] | undefined, has: string | readonly string[]): boolean =>
  wanted === undefined || wanted.length === 0 || (typeof has === 'string' ? wanted.includes(has) : has.some((h) => wanted.includes(h)));

/** True when every list of the filter that names something is met. */
export function matches(filter: Filter, it: Filterable): boolean {
  return (
    allows(filter.containers, it.container) &&
    allows(filter.ports, it.port) &&
    allows(filter.directions, it.direction) &&
    allows(filter.statuses, it.status) &&
    allows(filter.bills, it.bills) &&
    allows(filter.declarations, it.declarations) &&
    allows(filter.bookings, it.bookings) &&
    allows(filter.calls, it.calls) &&
    allows(filter.holds, it.holds) &&
    allows(filter.codes, it.codes)
  );
}
