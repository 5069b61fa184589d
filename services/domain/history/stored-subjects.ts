import { type AcceptedEvent, type Agency, eventKey, type SubjectType } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import type { Warehouse } from '../ports/warehouse.ts';
import { idOf, typeOf } from '../visit/reach.ts';
import { type LinkStatement, type SubjectKey, subjectKey } from '../visit/visit.ts';
import { eventOfBody } from './stored-event.ts';

/** The reading side of the warehouse. */
export type Queries = Pick<Warehouse, 'query'>;

/** An event as the table `events` keeps it; `body` is its JSON text. */
export interface StoredEvent {
  readonly event: AcceptedEvent;
  readonly body: string;
  readonly bodyHash: string;
  /** Offset of its record on the topic of its agency; -1 when it was not kept. */
  readonly offset: number;
  /** Decimal digits of the revision with which it was written first. */
  readonly revision: string;
}

/** A link statement as one of its ends keeps it in the table `subjects`. */
export interface StoredLink {
  readonly end: SubjectKey;
  readonly statement: LinkStatement;
  /** When the event that says so was applied. */
  readonly appliedAt: Instant;
}

/** What the tables say of some subjects, each event and statement once. */
export interface StoredSubjects {
  readonly events: readonly StoredEvent[];
  readonly links: readonly StoredLink[];
}

interface EventRow {
  readonly id: string;
  readonly source: string;
  readonly event_id: string;
  readonly body_hash: string;
  readonly received: string;
  readonly applied: string;
  readonly quarantined: number;
  readonly log_offset: string;
  readonly body: string;
  readonly revision: string;
}

interface LinkRow {
  readonly id: string;
  readonly linked_type: SubjectType;
  readonly linked_id: string;
  readonly source: string;
  readonly event_id: string;
  readonly op: 'link' | 'unlink';
  readonly relation: string;
  readonly agency: Agency;
  /** Empty in rows of an older version. */
  readonly speaker_type: SubjectType | '';
  readonly speaker_id: string;
  readonly linked_at: string;
  readonly forward: number;
  readonly applied: string;
}

/** Ids of one query at most. */
const chunkIds = 2_000;

const bounds = 'port = {port:String} AND {subject} IN {ids:Array(String)}';
const eventsSql = `SELECT subject_id AS id, source, event_id, body_hash, toUnixTimestamp64Milli(received_at) AS received,
  toUnixTimestamp64Milli(applied_at) AS applied, quarantined, log_offset, body, revision
  FROM events WHERE subject_type = {type:String} AND ${bounds.replace('{subject}', 'subject_id')} ORDER BY revision`;
const linksSql = `SELECT id, linked_type, linked_id, source, event_id, op, relation, agency, speaker_type, speaker_id,
  toUnixTimestamp64Milli(at) AS linked_at, forward,
  toUnixTimestamp64Milli(applied_at) AS applied
  FROM subjects WHERE type = {type:String} AND ${bounds.replace('{subject}', 'id')} ORDER BY revision`;

/** Runs one query per chunk of ids and gives all rows. */
export async function readByIds<T>(
  warehouse: Queries,
  sql: string,
  ids: readonly string[],
  params: Readonly<Record<string, unknown>>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let at = 0; at < ids.length; at += chunkIds) {
    for (const row of await warehouse.query<T>(sql, { ...params, ids: ids.slice(at, at + chunkIds) })) rows.push(row);
  }
  return rows;
}

/** Reads the events and links of subjects of a port, those of one type with one query per table. */
export async function readSubjects(warehouse: Queries, port: string, keys: readonly SubjectKey[]): Promise<StoredSubjects> {
  const byType = await Promise.all(
    [...Map.groupBy(keys, typeOf)].map(async ([type, ofType]) => {
      const ids = ofType.map(idOf);
      const params = { port, type };
      const [events, links] = await Promise.all([
        readByIds<EventRow>(warehouse, eventsSql, ids, params),
        readByIds<LinkRow>(warehouse, linksSql, ids, params),
      ]);
      return { events: storedEvents(events), links: storedLinks(type, links) };
    }),
  );
  return { events: byType.flatMap((t) => t.events), links: byType.flatMap((t) => t.links) };
}

/** The first one stands: rows come in the order of their revisions. */
function storedEvents(rows: readonly EventRow[]): StoredEvent[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const name = [row.id, row.source, row.event_id].join('\u0000');
    if (seen.has(name)) return [];
    seen.add(name);
    const stamps = { receivedAt: Number(row.received), appliedAt: Number(row.applied), quarantined: row.quarantined === 1 };
    const { body, body_hash: bodyHash, revision } = row;
    return [{ event: eventOfBody(body, stamps), body, bodyHash, offset: Number(row.log_offset), revision }];
  });
}

function storedLinks(type: SubjectType, rows: readonly LinkRow[]): StoredLink[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const name = [row.id, row.linked_type, row.linked_id, row.source, row.event_id, row.op, row.forward].join('\u0000');
    if (seen.has(name)) return [];
    seen.add(name);
    const end = subjectKey({ type, id: row.id });
    const other = subjectKey({ type: row.linked_type, id: row.linked_id });
    const from = row.forward === 1 ? end : other;
    const statement: LinkStatement = {
      from,
      to: row.forward === 1 ? other : end,
      op: row.op,
      at: instant(Number(row.linked_at)),
      event: eventKey({ source: row.source, id: row.event_id }),
      speaker: row.speaker_type === '' ? from : subjectKey({ type: row.speaker_type, id: row.speaker_id }),
      agency: row.agency,
      ...(row.relation !== '' && { relation: row.relation }),
    };
    return [{ end, statement, appliedAt: instant(Number(row.applied)) }];
  });
}
