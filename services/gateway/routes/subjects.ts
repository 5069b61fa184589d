import { type DocumentProgress, documentProgress, joinProgress } from '@clearquay/domain/clearance/document-progress.ts';
import type { SubjectType } from '@clearquay/domain/events/status-event.ts';
import { readStandingLinks, type StandingLink, type SubjectAtPort } from '@clearquay/domain/history/stored-links.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { billKind } from '@clearquay/domain/visit/bill-kind.ts';
import { type PaperOfBox, type PaperTimes, paperTimes } from '@clearquay/domain/visit/paper-times.ts';
import { subjectKey } from '@clearquay/domain/visit/visit.ts';
import type { FastifyInstance } from 'fastify';
import {
  type PaperBox,
  type Progress,
  type Query,
  selectPaperBoxes,
  selectProgress,
  selectVisits,
  type VisitRow,
} from '../visit-selection.ts';
import { maxLimit, readQuery } from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';
import { visitsText } from './visits.ts';

type SubjectDeps = Pick<RouteDeps, 'warehouse' | 'ports'>;

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
 * `GET /v1/containers|bills|declarations|calls/{id}`: `{type, id, kind?, links[], visits[], progress}` over all ports. Of a bill
 * or declaration also, together and in `ports[]`: how many of its boxes are in which class, its clocks, and whether the goods of
 * a shared or stripped box may be handed out. `visits` holds at most 500, everything else counts all; `GET /v1/visits` pages
 * through the rest.
 */
export function subjectRoutes(app: FastifyInstance, deps: SubjectDeps): void {
  for (const [type, path] of Object.entries(paths) as [SubjectType, string][])
    app.get<{ Params: { id: string } }>(path, async (request, reply) => {
      readQuery(request.query, []);
      const text = await subjectText(deps, type, request.params.id);
      return reply.type('application/json; charset=utf-8').send(text);
    });
}

async function subjectText(deps: SubjectDeps, type: SubjectType, id: string): Promise<string> {
  const { warehouse } = deps;
  const selection = visitsOf[type](id);
  const visits = selectVisits({ ...selection, limit: maxLimit });
  const progress = selectProgress(selection);
  const asBooking = selectVisits({ filter: { bookings: [id] }, limit: 1 });
  const [known, rows, [counts], bookings, state] = await Promise.all([
    readStandingLinks(warehouse, subjectKey({ type, id })),
    warehouse.query<VisitRow>(visits.sql, visits.params),
    warehouse.query<Progress>(progress.sql, progress.params),
    type === 'bill' ? warehouse.query<VisitRow>(asBooking.sql, asBooking.params) : [],
    type === 'bill' || type === 'declaration' ? paperStateOf(deps, selectPaperBoxes(type, id, selection)) : undefined,
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
    ...state,
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

/** How far the boxes of a paper are, its clocks and the delivery of its goods. */
type PaperState = DocumentProgress & PaperTimes;

/** The same together and by port. */
async function paperStateOf({ warehouse, ports }: SubjectDeps, { sql, params }: Query): Promise<PaperState & { readonly ports: object[] }> {
  const boxes = await warehouse.query<PaperBox>(sql, params);
  const zoneOf = (port: string | undefined) => (port !== undefined && ports.resolve(port)?.zone) || 'UTC';
  const byPort = [...Map.groupBy(boxes, (box) => box.port)].map(([port, ofPort]) => {
    const progress = documentProgress(
      Math.max(0, ...ofPort.map((box) => box.declared)),
      ofPort.map((box) => ({ container: box.container, class: box.class === '' ? undefined : box.class })),
    );
    return { port, ...progress, ...timesOf(ofPort, progress, zoneOf(port)) };
  });
  const together = joinProgress(byPort);
  return { ...together, ...timesOf(boxes, together, zoneOf(boxes[0]?.port)), ports: byPort };
}

const timesOf = (boxes: readonly PaperBox[], { unlinked }: DocumentProgress, zone: string): PaperTimes =>
  paperTimes(
    boxes.flatMap(({ clocks, delivery }): PaperOfBox[] =>
      clocks === '' ? [] : [{ clocks: JSON.parse(clocks), delivery: delivery === '' ? undefined : JSON.parse(delivery) }],
    ),
    unlinked === 0,
    zone,
  );
