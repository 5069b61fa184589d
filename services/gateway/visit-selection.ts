import type { BoxClass } from '@clearquay/domain/clearance/box-class.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { VisitKey } from './visit-id.ts';

/** SQL with the values bound to its `{name:Type}` parameters. */
export interface Query {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Which rows of the table `visits`, in order of (port, container, visitId). */
export interface VisitSelection {
  readonly filter: Filter;
  /** Bills that may also be bookings: one number space for who looks a document up. */
  readonly document?: string | undefined;
  /** Applied at or after this instant, in epoch milliseconds. */
  readonly since?: number | undefined;
  /** Rows behind this key only. */
  readonly after?: VisitKey | undefined;
  readonly limit: number;
}

/** A row that `selectVisits` gives; `document` is the visit as JSON text. */
export interface VisitRow {
  readonly visitId: string;
  readonly port: string;
  readonly container: string;
  /** Decimal digits. */
  readonly version: string;
  readonly document: string;
}

const scalar = (column: string) => (name: string) => `${column} IN {${name}:Array(String)}`;
const array = (column: string) => (name: string) => `hasAny(${column}, {${name}:Array(String)})`;

/** The condition of each list of a filter: total, so a new list does not compile until its column is named. */
const conditions: Readonly<Record<keyof Filter, (name: string) => string>> = {
  containers: scalar('container'),
  ports: scalar('port'),
  directions: scalar('direction'),
  statuses: scalar('status'),
  bills: array('bills'),
  declarations: array('declarations'),
  bookings: array('bookings'),
  calls: array('calls'),
  holds: array('open_holds'),
  codes: array('codes'),
};

// A visit never sits in two partitions, so each partition can be finished on its own.
const settings = 'SETTINGS do_not_merge_across_partitions_select_final = 1';

/** The `WHERE` of a selection without its page; merged visits are never part of it. */
function where(selection: Omit<VisitSelection, 'limit'>): { readonly terms: readonly string[]; readonly params: Record<string, unknown> } {
  // Qualified, because a result column may be called `gone` too.
  const terms = ['visits.gone = 0'];
  const params: Record<string, unknown> = {};
  for (const [list, condition] of Object.entries(conditions) as [keyof Filter, (name: string) => string][]) {
    const wanted = selection.filter[list];
    if (!wanted || wanted.length === 0) continue;
    terms.push(condition(list));
    params[list] = wanted;
  }
  if (selection.document !== undefined) {
    terms.push('(has(bills, {document:String}) OR has(bookings, {document:String}))');
    params['document'] = selection.document;
  }
  if (selection.since !== undefined) {
    terms.push('applied_at >= fromUnixTimestamp64Milli({since:Int64})');
    params['since'] = String(selection.since);
  }
  if (selection.after) {
    terms.push('(port, container, visit_id) > ({afterPort:String}, {afterContainer:String}, {afterVisit:String})');
    Object.assign(params, {
      afterPort: selection.after.port,
      afterContainer: selection.after.container,
      afterVisit: selection.after.visitId,
    });
  }
  return { terms, params };
}

/** The newest state of each selected visit, a page of at most `limit`. */
export function selectVisits(selection: VisitSelection): Query {
  const { terms, params } = where(selection);
  return {
    sql: `SELECT visit_id AS visitId, port, container, toString(revision) AS version, document
FROM visits FINAL WHERE ${terms.join(' AND ')}
ORDER BY visits.port, visits.container, visits.visit_id LIMIT {limit:UInt32} ${settings}`,
    params: { ...params, limit: selection.limit },
  };
}

/** How far the boxes of a subject are; counts of visits. */
export interface Progress {
  readonly n: number;
  readonly discharged: number;
  readonly inspected: number;
  readonly released: number;
  /** Closed: gated out, departed, or ended otherwise. */
  readonly gone: number;
}

/** The progress over all visits of a selection, as one row. */
export function selectProgress(selection: Omit<VisitSelection, 'limit' | 'after'>): Query {
  const { terms, params } = where(selection);
  const reached = (milestone: string) => `toUInt32(countIf(mapContains(milestones, '${milestone}')))`;
  return {
    sql: `SELECT toUInt32(count()) AS n, ${reached('discharged')} AS discharged, ${reached('inspection-passed')} AS inspected,
  ${reached('customs-released')} AS released, toUInt32(countIf(status = 'closed')) AS gone
FROM visits FINAL WHERE ${terms.join(' AND ')} ${settings}`,
    params,
  };
}

/** One box of a paper at one port: the last of its visits that stands on the paper, expected ones after all others. */
export interface PaperBox {
  readonly port: string;
  readonly container: string;
  /** Empty when no visit stands on the paper. */
  readonly class: BoxClass | '';
  /** The most boxes that a visit of it says the paper has. */
  readonly declared: number;
  /** JSON text of the clocks of the paper and of the delivery of its goods; empty when the visit tells none. */
  readonly clocks: string;
  readonly delivery: string;
}

/** Every box of a bill or declaration, by port and number. */
export function selectPaperBoxes(type: 'bill' | 'declaration', id: string, selection: Omit<VisitSelection, 'limit' | 'after'>): Query {
  const { terms, params } = where(selection);
  const last = (inner: string, name: string) => `argMaxIf(${inner}, place, found != '') AS ${name}`;
  return {
    sql: `SELECT port, container, ${last('found', 'class')}, max(stated) AS declared,
  ${last('told_clocks', 'clocks')}, ${last('told_delivery', 'delivery')} FROM (
  SELECT port, container, declared_boxes[{paper:String}] AS stated, toString(${type}_classes[{paper:String}]) AS found,
    JSONExtractRaw(document, 'paperClocks', '${type}s', {paper:String}) AS told_clocks,
    JSONExtractRaw(document, 'deliveries', {paper:String}) AS told_delivery,
    (status = 'expected', toUnixTimestamp64Milli(coalesce(opened_at, closed_at, assigned_at)), visit_id) AS place
  FROM visits FINAL WHERE ${terms.join(' AND ')}
) GROUP BY port, container ORDER BY port, container ${settings}`,
    params: { ...params, paper: id },
  };
}
