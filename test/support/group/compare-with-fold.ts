import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { foldPort } from '@clearquay/domain/fold-file/fold-document.ts';
import { eventOfBody } from '@clearquay/domain/history/stored-event.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable, UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import type { FoldedVisit } from '@clearquay/domain/visit/visit.ts';
import { expect } from 'vitest';
import { expectSame } from '../port-states.ts';
import { publishedLists } from '../published-lists.ts';

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

/** `source/id` of the events that are applied, each as often as it stands in the table that readers see. */
export const appliedEvents = async (warehouse: Warehouse): Promise<string[]> =>
  (await warehouse.query<{ name: string }>("SELECT concat(source, '/', event_id) AS name FROM events FINAL")).map(({ name }) => name);

const entry = (source: string, id: string, type: string, via: string, status: string, by: string): string =>
  [source, id, type, via, status, by].join('|');

/** A visit as JSON, without what depends on the batches in which it was applied. */
const plain = (document: object, entries: readonly string[]): string =>
  JSON.stringify({ ...document, visitId: '', version: '', entries: [...entries].sort() });

function folded(visit: FoldedVisit, zone: string, now: Instant): string {
  const entries = visit.timeline.map(({ event, via, status, by }) => entry(event.source, event.id, via.type, via.id, status, by ?? ''));
  return plain(JSON.parse(JSON.stringify(presentVisit(visit, 0n, zone, now))), entries);
}

/**
 * Invariant I2: compares the visits of a port (holds, readiness and clocks are in the document) and their timelines with
 * a fresh fold of its events. Every visit is shown as of the moment at which its row was written. Gives how many there are.
 */
export async function expectFold(warehouse: Warehouse, port: UnLocode, ports: PortTable): Promise<number> {
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
  const fold = foldPort(port, events, instant(0), { ...publishedLists, zone });
  const entriesOf = Map.groupBy(entries, (e) => e.visit_id);
  const written = Map.groupBy(visits, (v) => v.container);
  const boxes = [...fold.boxes()].filter((box) => (fold.folded(box)?.visits.length ?? 0) > 0);
  expectSame([...written.keys()].sort(), boxes.map((box) => box.slice('container:'.length)).sort());
  for (const box of boxes) {
    const found = (written.get(box.slice('container:'.length)) ?? []).map((v) => ({
      now: instant(Number(v.applied)),
      text: plain(
        JSON.parse(v.document),
        (entriesOf.get(v.visit_id) ?? []).map((e) => entry(e.source, e.event_id, e.via_type, e.via_id, e.status, e.by)),
      ),
    }));
    // Which visit of the fold a written one is, only its content tells: every one must have its equal.
    const expected = [...(fold.folded(box)?.visits ?? [])];
    expect(found.length, box).toBe(expected.length);
    for (const { now, text } of found) {
      const at = expected.findIndex((visit) => folded(visit, zone, now) === text);
      if (at < 0) expect(JSON.parse(text), box).toEqual(expected.map((visit) => JSON.parse(folded(visit, zone, now))));
      expected.splice(at, 1);
    }
  }
  return visits.length;
}
