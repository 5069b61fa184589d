import { type Agency, eventKey, type SubjectType } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { idOf, typeOf } from '@clearquay/domain/visit/reach.ts';
import { type LinkStatement, type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';
import type { PortMemory } from './port-memory.ts';
import { eventOfBody } from './stored-event.ts';
import type { SubjectMemory } from './subject-memory.ts';

/** The reading side of the warehouse. */
export type Queries = Pick<Warehouse, 'query'>;

/** Ids of one query at most. */
const chunkIds = 2_000;

interface EventRow {
  readonly id: string;
  readonly source: string;
  readonly event_id: string;
  readonly body_hash: string;
  readonly received: string;
  readonly applied: string;
  readonly quarantined: number;
  readonly body: string;
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
  readonly linked_at: string;
  readonly forward: number;
}

const bounds = 'port = {port:String} AND {subject} IN {ids:Array(String)}';
const eventsSql = `SELECT subject_id AS id, source, event_id, body_hash, toUnixTimestamp64Milli(received_at) AS received,
  toUnixTimestamp64Milli(applied_at) AS applied, quarantined, body
  FROM events WHERE subject_type = {type:String} AND ${bounds.replace('{subject}', 'subject_id')} ORDER BY revision`;
const linksSql = `SELECT id, linked_type, linked_id, source, event_id, op, relation, agency, toUnixTimestamp64Milli(at) AS linked_at, forward
  FROM subjects WHERE type = {type:String} AND ${bounds.replace('{subject}', 'id')} ORDER BY revision`;
const anySql = 'SELECT 1 FROM events WHERE port = {port:String} LIMIT 1';

/** True when nothing was ever applied for the port. */
export const isEmptyPort = async (warehouse: Queries, port: string): Promise<boolean> =>
  (await warehouse.query(anySql, { port })).length === 0;

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

/** What the tables say of subjects of one type. */
interface StoredSubjects {
  readonly type: SubjectType;
  readonly events: readonly EventRow[];
  readonly links: readonly LinkRow[];
}

/** Reads the events and links of subjects. */
export function readSubjects(warehouse: Queries, port: PortMemory, keys: readonly SubjectKey[]): Promise<StoredSubjects[]> {
  return Promise.all(
    [...Map.groupBy(keys, typeOf)].map(async ([type, ofType]) => {
      const ids = ofType.map(idOf);
      const params = { port: port.port.code, type };
      const [events, links] = await Promise.all([
        readByIds<EventRow>(warehouse, eventsSql, ids, params),
        readByIds<LinkRow>(warehouse, linksSql, ids, params),
      ]);
      return { type, events, links };
    }),
  );
}

/** Puts what was read into memory; a subject without events and links is remembered as empty. */
export function addSubjects(port: PortMemory, keys: readonly SubjectKey[], stored: readonly StoredSubjects[]): void {
  for (const key of keys) port.getOrAdd(key);
  for (const { type, events, links } of stored) {
    const subjectOf = (id: string): SubjectMemory => port.getOrAdd(subjectKey({ type, id }));
    for (const row of events) addEventRow(subjectOf(row.id), row);
    const seen = new Set<string>();
    for (const row of links) addLinkRow(subjectOf(row.id), row, seen);
  }
}

/** The first one stands: rows come in the order of their revisions. */
function addEventRow(subject: SubjectMemory, row: EventRow): void {
  if (subject.known.has(eventKey({ source: row.source, id: row.event_id }))) return;
  const stamps = { receivedAt: Number(row.received), appliedAt: Number(row.applied), quarantined: row.quarantined === 1 };
  subject.addEvent(eventOfBody(row.body, stamps), row.body_hash, row.body.length);
}

function addLinkRow(subject: SubjectMemory, row: LinkRow, seen: Set<string>): void {
  const name = [subject.key, row.linked_type, row.linked_id, row.source, row.event_id, row.op, row.forward].join('\u0000');
  if (seen.has(name)) return;
  seen.add(name);
  const other = subjectKey({ type: row.linked_type, id: row.linked_id });
  const statement: LinkStatement = {
    from: row.forward === 1 ? subject.key : other,
    to: row.forward === 1 ? other : subject.key,
    op: row.op,
    at: instant(Number(row.linked_at)),
    event: eventKey({ source: row.source, id: row.event_id }),
    agency: row.agency,
    ...(row.relation !== '' && { relation: row.relation }),
  };
  subject.addLink(statement);
}
