import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { Agency, SubjectType } from '@clearquay/domain/events/status-event.ts';
import { type EventOutcome, outcomeOf } from '@clearquay/domain/history/event-outcome.ts';
import { readSubjects } from '@clearquay/domain/history/stored-subjects.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { subjectKey } from '@clearquay/domain/visit/visit.ts';
import { topicOf } from '@clearquay/schemas/topics.ts';
import { type Refusals, readRefusals } from './read-refusals.ts';

/** How an event is asked for. */
export interface EventName {
  readonly source: string;
  readonly id: string;
  readonly port?: string | undefined;
}

/** What became of an event. */
export interface EventAnswer extends Partial<Refusals> {
  readonly source: string;
  readonly id: string;
  readonly port?: string;
  /** `pending`: it is being applied. `rejected`: nothing of this name was accepted. */
  readonly status: EventOutcome['status'] | 'pending' | 'rejected';
  readonly by?: string;
  /** The body that stands. */
  readonly event?: StatusEventJson;
  readonly receivedAt?: string;
  readonly appliedAt?: string;
  /** The visits that show it, at most 1,000 of `visitCount`. */
  readonly visits?: readonly { readonly visitId: string; readonly status: string }[];
  readonly visitCount?: number;
  /** When the same body came again. */
  readonly duplicates?: readonly { readonly receivedAt: string }[];
}

interface EventRow {
  readonly port: string;
  readonly type: SubjectType;
  readonly subject: string;
  readonly revision: string;
  readonly offset: string;
  /** Epoch milliseconds in digits. */
  readonly receivedAt: string;
  readonly appliedAt: string;
  readonly body: string;
}

const eventSql = `SELECT port, subject_type AS type, subject_id AS subject, toString(revision) AS revision, toString(log_offset) AS offset, body,
  toString(toUnixTimestamp64Milli(received_at)) AS receivedAt, toString(toUnixTimestamp64Milli(applied_at)) AS appliedAt
FROM events WHERE event_id = {id:String} AND source = {source:String} AND ({port:String} = '' OR port = {port:String})
ORDER BY events.revision LIMIT 1 BY port`;

// The batch that applied it is whole, or one that did its record again after a crash.
const wholeSql = `SELECT 1 FROM batches WHERE partition = {partition:UInt16} AND kind = 'batch' AND revision > {revision:UInt64}
  AND (applied_at = fromUnixTimestamp64Milli({appliedAt:Int64})
    OR arrayExists(r -> JSONExtractInt(r.2, 1) <= {offset:Int64} AND JSONExtractInt(r.2, 2) > {offset:Int64} AND r.1 = {topic:String},
      JSONExtractKeysAndValuesRaw(ranges)))
LIMIT 1`;

const ofEvent = 'port = {port:String} AND source = {source:String} AND event_id = {id:String}';

// A visit that was merged into another one is shown no more, and so are its entries.
const visitsSql = `SELECT visit_id AS visitId, argMax(status, revision) AS standing, toUInt32(count() OVER ()) AS visitCount
FROM timeline WHERE ${ofEvent} AND (container, visit_id) NOT IN (
  SELECT container, visit_id FROM visits FINAL
  WHERE port = {port:String} AND container IN (SELECT container FROM timeline WHERE ${ofEvent}) AND gone = 1)
GROUP BY container, visit_id HAVING standing != 'left' ORDER BY container, visit_id LIMIT 1000`;

const repeatsSql = `SELECT toString(toUnixTimestamp64Milli(received_at)) AS receivedAt FROM event_repeats FINAL WHERE ${ofEvent} ORDER BY log_offset`;

const isoText = (ms: string): string => new Date(Number(ms)).toISOString();

/** Reads what the tables know of an event; nothing when they know none. Throws `ProblemError` when it is one of several ports. */
export async function readEvent(
  warehouse: Pick<Warehouse, 'query'>,
  codec: RecordCodec,
  { source, id, port = '' }: EventName,
): Promise<EventAnswer | undefined> {
  const [rows, refusals] = await Promise.all([
    warehouse.query<EventRow>(eventSql, { source, id, port }),
    readRefusals(warehouse, codec, { source, id, port }),
  ]);
  const [row] = rows;
  if (rows.length > 1)
    throw new ProblemError(
      'CQ_REQUEST_INVALID',
      `Name the port with ?port=, one of ${rows
        .map((r) => r.port)
        .sort()
        .join(', ')}.`,
    );
  if (!row) return refusals.rejections.length + refusals.conflicts.length > 0 ? { source, id, status: 'rejected', ...refusals } : undefined;
  const name = { source, id, port: row.port };
  const event = JSON.parse(row.body) as StatusEventJson;
  const place = { partition: partitionOf(row.port), topic: topicOf({ source, agency: event.agency as Agency }) };
  const [[whole], visits, repeats, outcome] = await Promise.all([
    warehouse.query(wholeSql, { ...place, revision: row.revision, appliedAt: row.appliedAt, offset: row.offset }),
    warehouse.query<{ visitId: string; standing: string; visitCount: number }>(visitsSql, name),
    warehouse.query<{ receivedAt: string }>(repeatsSql, name),
    readOutcome(warehouse, row, name),
  ]);
  return {
    ...name,
    ...(whole ? outcome : { status: 'pending' }),
    event,
    receivedAt: isoText(row.receivedAt),
    appliedAt: isoText(row.appliedAt),
    visits: visits.map(({ visitId, standing }) => ({ visitId, status: standing })),
    visitCount: visits[0]?.visitCount ?? 0,
    duplicates: repeats.map((r) => ({ receivedAt: isoText(r.receivedAt) })),
    ...refusals,
  };
}

/** Judges it among the events of its subject. */
async function readOutcome(
  warehouse: Pick<Warehouse, 'query'>,
  { port, type, subject }: EventRow,
  { source, id }: EventName,
): Promise<EventOutcome> {
  const { events } = await readSubjects(warehouse, port, [subjectKey({ type, id: subject })]);
  const all = events.map((e) => e.event);
  const event = all.find((e) => e.source === source && e.id === id);
  return event ? outcomeOf(event, all) : { status: 'applied' };
}
