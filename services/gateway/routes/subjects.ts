import type { BoxClass } from '@clearquay/domain/clearance/box-class.ts';
import { countedProgress, type DocumentProgress, joinProgress } from '@clearquay/domain/clearance/document-progress.ts';
import type { SubjectType } from '@clearquay/domain/events/status-event.ts';
import { readStandingLinks, type StandingLink, type SubjectAtPort } from '@clearquay/domain/history/stored-links.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { billKind } from '@clearquay/domain/visit/bill-kind.ts';
import { subjectKey } from '@clearquay/domain/visit/visit.ts';
import type { FastifyInstance } from 'fastify';
import {
  type ClassCount,
  type Progress,
  type Query,
  selectClasses,
  selectProgress,
  selectVisits,
  type VisitRow,
} from '../visit-selection.ts';
import { maxLimit, readQuery } from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';
import { visitsText } from './visits.ts';

/** How the visits of a subject are found. A bill number may be that of a booking. */
const visitsOf: Readonly<Record<SubjectType, (id: string) => { readonly filter: Filter; readonly document?: string }>> = {
  container: (id) => ({ filter: { containers: [id] } }),
  bill: (id) => ({ filter: {}, document: id }),
  declaration: (id) => ({ filter: { declarations: [id] } }),
  call: (id) => ({ filter: { calls: [id] } }),
};

const paths: Readonly<Record<SubjectType, string>> = {
  container: '/v1/containers/:id',
  bill: '/v1/bills/:id',
  declaration: '/v1/declarations/:id',
  call: '/v1/calls/:id',
};

/** Links of one answer at most. */
const maxLinks = 10_000;

/**
 * `GET /v1/containers|bills|declarations|calls/{id}`: `{type, id, kind?, links[], visits[], progress}` over all ports; of a bill or
 * declaration also how many of its boxes are in which class, together and in `ports[]`. `visits` holds at most 500, everything else
 * counts all; `GET /v1/visits` pages through the rest.
 */
export function subjectRoutes(app: FastifyInstance, { warehouse }: RouteDeps): void {
  for (const [type, path] of Object.entries(paths) as [SubjectType, string][])
    app.get<{ Params: { id: string } }>(path, async (request, reply) => {
      readQuery(request.query, []);
      const text = await subjectText(warehouse, type, request.params.id);
      return reply.type('application/json; charset=utf-8').send(text);
    });
}

async function subjectText(warehouse: Warehouse, type: SubjectType, id: string): Promise<string> {
  const selection = visitsOf[type](id);
  const visits = selectVisits({ ...selection, limit: maxLimit });
  const progress = selectProgress(selection);
  const asBooking = selectVisits({ filter: { bookings: [id] }, limit: 1 });
  const [known, rows, [counts], bookings, classes] = await Promise.all([
    readStandingLinks(warehouse, subjectKey({ type, id })),
    warehouse.query<VisitRow>(visits.sql, visits.params),
    warehouse.query<Progress>(progress.sql, progress.params),
    type === 'bill' ? warehouse.query<VisitRow>(asBooking.sql, asBooking.params) : [],
    type === 'bill' || type === 'declaration' ? classesOf(warehouse, selectClasses(type, id, selection)) : undefined,
  ]);
  if (known.length + rows.length === 0) throw new ProblemError('CQ_NOT_FOUND', `Check the number: no ${type} of it is known.`);
  const about = JSON.stringify({
    type,
    id,
    ...(type === 'bill' && {
      kind: billKind(
        known.flatMap((k) => k.events),
        bookings.length > 0,
      ),
    }),
    links: linksOf(known),
    progress: counts,
    ...classes,
  });
  return `${about.slice(0, -1)},"visits":${visitsText(rows)}}`;
}

/** What the subject belongs together with at any port, each other subject once. */
function linksOf(known: readonly SubjectAtPort[]): StandingLink[] {
  const links = new Map(known.flatMap((k) => k.links.map((link) => [`${link.type}:${link.id}`, link] as const)));
  return [...links]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, maxLinks)
    .map(([, link]) => link);
}

/** The classes of the boxes of a paper, together and by port. */
type PaperClasses = DocumentProgress & { readonly ports: readonly ({ readonly port: string } & DocumentProgress)[] };

async function classesOf(warehouse: Warehouse, { sql, params }: Query): Promise<PaperClasses> {
  const rows = await warehouse.query<ClassCount>(sql, params);
  const ports = [...Map.groupBy(rows, (row) => row.port)].map(([port, ofPort]) => ({ port, ...progressOf(ofPort) }));
  return { ...joinProgress(ports), ports };
}

function progressOf(rows: readonly ClassCount[]): DocumentProgress {
  const counts: Partial<Record<BoxClass, number>> = {};
  for (const { class: found, boxes } of rows) {
    const name = found === '' ? 'pending' : found;
    counts[name] = (counts[name] ?? 0) + boxes;
  }
  return countedProgress(Math.max(0, ...rows.map((row) => row.declared)), counts);
}
