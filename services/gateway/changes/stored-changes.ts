import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { epochOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { Update } from '../tail/update.ts';

/** A stretch of the revisions of one partition: behind `from`, up to and with `to`. */
export interface Stretch {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** By partition the revisions of the first batch marker with visits, 0 where there is none, and of the last of all. */
export type Markers = ReadonlyMap<number, { readonly first: bigint; readonly last: bigint }>;

/** The revisions of the past as the tables keep them. */
export interface StoredChanges {
  /** The batch markers of each partition. */
  markers(): Promise<Markers>;
  /** The first revisions of a stretch in order, those of containers and ports that a filter leaves out not among them. */
  read(stretch: Stretch, filter: Filter, limit: number): Promise<readonly Update[]>;
}

interface Row extends Omit<VisitUpdate, 'epoch' | 'codes' | 'events' | 'appliedAt'> {
  /** `source/id` of the events that caused it. */
  readonly labels: readonly string[];
  readonly appliedAt: string;
}

interface EventRow {
  readonly port: string;
  readonly label: string;
  readonly code: string;
  readonly body: string;
}

const markersSql = `SELECT partition, toString(minIf(revision, visits > 0)) AS first, toString(max(revision)) AS last
FROM batches WHERE kind = 'batch' GROUP BY partition`;

// A batch is whole once its marker stands, which is greater than its revisions: what has no marker of its epoch behind it was
// cut off by a crash, and the next owner wrote its visits again.
const changesSql = `WITH page AS (
  SELECT * FROM changes
  WHERE partition = {partition:UInt16} AND revision > {from:UInt64} AND revision <= {to:UInt64}
    AND (empty({containers:Array(String)}) OR container IN {containers:Array(String)})
    AND (empty({ports:Array(String)}) OR port IN {ports:Array(String)})
    AND revision < (SELECT maxMap(map(epoch, batches.revision)) FROM batches
      WHERE partition = {partition:UInt16} AND kind = 'batch' AND batches.revision > {from:UInt64})[bitShiftRight(changes.revision, 40)]
  ORDER BY revision LIMIT 1 BY revision LIMIT {limit:UInt32}
)
SELECT toString(c.revision) AS revision, c.visit_id AS visitId, c.port AS port, c.container AS container, c.cause AS cause,
  c.changed AS changes, c.supersedes AS supersedes, c.events AS labels, toUnixTimestamp64Milli(c.applied_at) AS appliedAt,
  v.direction AS direction, v.status AS status, v.bills AS bills, v.declarations AS declarations, v.bookings AS bookings,
  v.calls AS calls, v.open_holds AS holds, v.document AS visit
FROM page AS c
INNER JOIN (SELECT * FROM visit_revisions WHERE (port, visit_id, revision) IN (SELECT port, visit_id, revision FROM page)
  LIMIT 1 BY port, visit_id, revision) AS v
  ON v.port = c.port AND v.visit_id = c.visit_id AND v.revision = c.revision
ORDER BY c.revision`;

// Ids are narrowed first, which the index of `event_id` serves; a label alone does not tell where its source ends.
const eventsSql = `SELECT port, concat(source, '/', event_id) AS label, code, body FROM events
WHERE port IN {ports:Array(String)} AND event_id IN {ids:Array(String)} AND label IN {labels:Array(String)}
ORDER BY revision LIMIT 1 BY port, label`;

/** Every id that a label `source/id` may end with. */
const idsOf = (label: string): string[] => [...label.matchAll(/\//g)].map(({ index }) => label.slice(index + 1));

/** Reads the past from the warehouse. */
export function createStoredChanges(warehouse: Pick<Warehouse, 'query'>): StoredChanges {
  const eventsOf = async (rows: readonly Row[]): Promise<ReadonlyMap<string, EventRow>> => {
    const labels = [...new Set(rows.flatMap((r) => r.labels))];
    if (labels.length === 0) return new Map();
    const ids = labels.flatMap(idsOf);
    const found = await warehouse.query<EventRow>(eventsSql, {
      ports: [...new Set(rows.map((r) => r.port))],
      ids,
      labels,
    });
    return new Map(found.map((e) => [`${e.port} ${e.label}`, e]));
  };

  return {
    async markers() {
      const rows = await warehouse.query<{ partition: number; first: string; last: string }>(markersSql);
      return new Map(rows.map((r) => [r.partition, { first: BigInt(r.first), last: BigInt(r.last) }]));
    },
    async read({ partition, from, to }, { containers = [], ports = [] }, limit) {
      const rows = await warehouse.query<Row>(changesSql, { partition, from: String(from), to: String(to), containers, ports, limit });
      const events = await eventsOf(rows);
      return rows.map(({ labels, ...row }) => {
        const caused = labels.flatMap((label) => events.get(`${row.port} ${label}`) ?? []);
        return new Update(partition, {
          ...row,
          epoch: epochOf(BigInt(row.revision)),
          codes: [...new Set(caused.map((e) => e.code))],
          events: `[${caused.map((e) => e.body).join(',')}]`,
          appliedAt: Number(row.appliedAt),
        });
      });
    },
  };
}
