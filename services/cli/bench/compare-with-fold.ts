import { createHash } from 'node:crypto';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { foldPort } from '@clearquay/domain/fold-file/fold-document.ts';
import { eventOfBody } from '@clearquay/domain/history/stored-event.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable, UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import type { FoldedVisit, SubjectKey } from '@clearquay/domain/visit/visit.ts';

interface EventRow {
  readonly source: string;
  readonly event_id: string;
  readonly received: string;
  readonly applied: string;
  readonly quarantined: number;
  readonly body: string;
}

interface VisitRow {
  readonly container: string;
  readonly visit_id: string;
  readonly applied: string;
  readonly revision: string;
  readonly document: string;
}

interface EntryRow {
  readonly visit_id: string;
  readonly source: string;
  readonly event_id: string;
  readonly via_type: string;
  readonly via_id: string;
  readonly status: string;
  readonly by: string;
}

const millis = (column: string, name: string): string => `toUnixTimestamp64Milli(${column}) AS ${name}`;
const eventsSql = `SELECT source, event_id, ${millis('received_at', 'received')}, ${millis('applied_at', 'applied')}, quarantined, body
  FROM events FINAL WHERE port = {port:String} ORDER BY revision`;
const visitsSql = `SELECT container, visit_id, ${millis('applied_at', 'applied')}, revision, document
  FROM visits FINAL WHERE port = {port:String} AND gone = 0`;
const entriesSql = `SELECT visit_id, source, event_id, via_type, via_id, status, by
  FROM timeline FINAL WHERE port = {port:String} AND status != 'left'`;

const entry = (source: string, id: string, type: string, via: string, status: string, by: string): string =>
  [source, id, type, via, status, by].join('|');

/** A visit as JSON, without what depends on the batches in which it was applied. */
const plain = (document: object, entries: readonly string[]): string =>
  JSON.stringify({ ...document, visitId: '', version: '', entries: [...entries].sort() });

function folded(visit: FoldedVisit, zone: string, now: Instant): string {
  const entries = visit.timeline.map(({ event, via, status, by }) => entry(event.source, event.id, via.type, via.id, status, by ?? ''));
  return plain(JSON.parse(JSON.stringify(presentVisit(visit, 0n, zone, now))), entries);
}

/** A box whose visits are not those of the fold: what only one of the two sides has, as JSON. */
export interface FoldDifference {
  readonly box: string;
  readonly written: readonly string[];
  readonly folded: readonly string[];
}

/** The visits of a port beside a fresh fold of its events. */
export interface FoldComparison {
  /** Visits with their timelines as JSON, those of the tables and those of the fold. */
  readonly written: readonly string[];
  readonly folded: readonly string[];
  readonly differences: readonly FoldDifference[];
}

/** SHA-256 of a set of texts in hexadecimal digits. */
export const digestOf = (texts: readonly string[]): string =>
  createHash('sha256')
    .update([...texts].sort().join('\n'))
    .digest('hex');

/**
 * Invariant I2: compares the visits of a port (holds, readiness and clocks are in the document) and their timelines with
 * a fresh fold of its events. Every visit is shown as of the moment at which its row was written.
 */
export async function compareWithFold(
  warehouse: Warehouse,
  port: UnLocode,
  { ports, lists }: { readonly ports: PortTable; readonly lists: PublishedLists },
): Promise<FoldComparison> {
  const zone = ports.resolve(port)?.zone ?? 'UTC';
  const [rows, visits, entries] = await Promise.all([
    warehouse.query<EventRow>(eventsSql, { port }),
    warehouse.query<VisitRow>(visitsSql, { port }),
    warehouse.query<EntryRow>(entriesSql, { port }),
  ]);
  const events = rows.map(
    (r): AcceptedEvent =>
      eventOfBody(r.body, { receivedAt: Number(r.received), appliedAt: Number(r.applied), quarantined: r.quarantined === 1 }),
  );
  const fold = foldPort(port, events, { ...lists, zone });
  const entriesOf = Map.groupBy(entries, (e) => e.visit_id);
  const visitsOf = Map.groupBy(visits, (v): SubjectKey => `container:${v.container}`);
  const all: { written: string[]; folded: string[]; differences: FoldDifference[] } = { written: [], folded: [], differences: [] };
  for (const box of new Set([...visitsOf.keys(), ...fold.boxes()])) {
    const written = (visitsOf.get(box) ?? []).map((v) => ({
      now: instant(Number(v.applied)),
      text: plain(
        JSON.parse(v.document),
        (entriesOf.get(v.visit_id) ?? []).map((e) => entry(e.source, e.event_id, e.via_type, e.via_id, e.status, e.by)),
      ),
    }));
    // Which visit of the fold a written one is, only its content tells: every one must have its equal.
    const left = [...(fold.folded(box)?.visits ?? [])];
    const alone = written.filter(({ now, text }) => {
      const at = left.findIndex((visit) => folded(visit, zone, now) === text);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    const missing = left.map((visit) => folded(visit, zone, written[0]?.now ?? instant(0)));
    all.written.push(...written.map(({ text }) => text));
    all.folded.push(...written.filter((one) => !alone.includes(one)).map(({ text }) => text), ...missing);
    if (alone.length + missing.length > 0) all.differences.push({ box, written: alone.map(({ text }) => text), folded: missing });
  }
  return all;
}
