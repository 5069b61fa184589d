import type { AcceptedEvent, SubjectType } from '../events/status-event.ts';
import { LinkView } from '../visit/link-view.ts';
import { idOf, typeOf } from '../visit/reach.ts';
import { holdsNow } from '../visit/spans.ts';
import { type SubjectKey, subjectKey } from '../visit/visit.ts';
import { KnownSubjects } from './known-subjects.ts';
import { type Queries, readByIds, readSubjects } from './stored-subjects.ts';

/** Another subject with which one belongs together now. */
export interface StandingLink {
  readonly type: SubjectType;
  readonly id: string;
  /** What the last statement about the two calls it. */
  readonly relation?: string;
}

/** What one port knows of a subject itself: its events in order of application, and what it belongs together with. */
export interface SubjectAtPort {
  readonly port: string;
  readonly events: readonly AcceptedEvent[];
  readonly links: readonly StandingLink[];
}

const types: readonly SubjectType[] = ['bill', 'call', 'container', 'declaration'];

const portsSql = `SELECT DISTINCT port FROM (
  SELECT port FROM subjects WHERE type = {type:String} AND id = {id:String}
  UNION ALL SELECT port FROM events WHERE subject_type = {type:String} AND subject_id = {id:String}
) ORDER BY port`;

// Only these can have events that count no more, or end their links; the other boxes of a call need not be read.
const amendedSql = `SELECT DISTINCT subject_id AS id FROM events
WHERE port = {port:String} AND subject_type = {type:String} AND subject_id IN {ids:Array(String)}
  AND (action != 'report' OR code = 'customs.declaration-withdrawn')`;

/** The speakers whose events were corrected or cancelled, and declarations that were withdrawn. */
async function amended(warehouse: Queries, port: string, speakers: readonly SubjectKey[]): Promise<SubjectKey[]> {
  const byType = [...Map.groupBy(speakers, typeOf)].map(async ([type, keys]) => {
    const rows = await readByIds<{ id: string }>(warehouse, amendedSql, keys.map(idOf), { port, type });
    return rows.map(({ id }) => subjectKey({ type, id }));
  });
  return (await Promise.all(byType)).flat();
}

async function atPort(warehouse: Queries, port: string, subject: SubjectKey): Promise<SubjectAtPort> {
  const own = await readSubjects(warehouse, port, [subject]);
  const known = new KnownSubjects();
  for (const link of own.links) known.addLink(link);
  const speakers = [...new Set(own.links.map((l) => l.statement.speaker))];
  for (const { event } of (await readSubjects(warehouse, port, await amended(warehouse, port, speakers))).events) known.addEvent(event);
  const view = new LinkView(known);
  const links = types.flatMap((type) =>
    view.bonds(subject, type).flatMap(({ other, statements, spans }): StandingLink[] => {
      const relation = statements.at(-1)?.relation;
      return holdsNow(spans) ? [{ type, id: idOf(other), ...(relation !== undefined && { relation }) }] : [];
    }),
  );
  return { port, events: own.events.map((e) => e.event), links };
}

/** What the warehouse knows of a subject, by port; nothing when no port does. A link counts as the event of its speaker does. */
export async function readStandingLinks(warehouse: Queries, subject: SubjectKey): Promise<SubjectAtPort[]> {
  const rows = await warehouse.query<{ port: string }>(portsSql, { type: typeOf(subject), id: idOf(subject) });
  return Promise.all(rows.map(({ port }) => atPort(warehouse, port, subject)));
}
