import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Authenticator } from '@clearquay/domain/ports/authenticator.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { Feed } from './changes/feed.ts';
import { createStoredChanges } from './changes/stored-changes.ts';
import { createStoredUpdates } from './changes/stored-updates.ts';
import { createWaits } from './changes/waits.ts';
import { createCursorCodec } from './cursor.ts';
import { createArrivals } from './events/arrivals.ts';
import { defaultLimits, type GatewayLimits } from './limits.ts';
import { changesRoute } from './routes/changes.ts';
import { deadLetterRoutes } from './routes/dead-letters.ts';
import { eventRoute } from './routes/events.ts';
import { livePageRoutes } from './routes/live-page.ts';
import { answering, type Checks, operationRoutes, type Readiness } from './routes/operations.ts';
import { referenceRoutes } from './routes/reference.ts';
import { reviewRoutes } from './routes/review.ts';
import { subjectRoutes } from './routes/subjects.ts';
import { timelineRoute } from './routes/timeline.ts';
import { visitRoutes } from './routes/visits.ts';
import { createSeal } from './seal.ts';
import { createSessions, type Sessions } from './session/sessions.ts';
import { createSnapshotReader } from './session/snapshot-reader.ts';
import { admit, chooseProtocol, refusal } from './session/upgrade.ts';
import { createRecentUpdates } from './tail/recent-updates.ts';
import { createTail } from './tail/tail.ts';
import type { Update } from './tail/update.ts';
import { createUntilReached } from './warehouse-position.ts';

/** What a gateway is made of. */
export interface GatewayDeps {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly warehouse: Warehouse;
  readonly ports: PortTable;
  /** The published lists that it serves. */
  readonly lists: PublishedLists;
  readonly clock: Clock;
  readonly authenticator: Authenticator;
  /** Signs cursors; at least 16 bytes, the same in every gateway and after every start. */
  readonly cursorSecret: Uint8Array;
  /** The name of the history that the warehouse holds: cursors of another one are foreign. */
  readonly installation: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits?: Partial<GatewayLimits>;
  /** Further parts that `GET /readyz` asks, by name. */
  readonly checks?: Checks;
}

/** The reading side: REST, the live stream and the live page. */
export interface Gateway {
  /** A Fastify plugin with all routes; the caller's application checks keys and writes errors. */
  routes(app: FastifyInstance): Promise<void>;
  /** Handles WebSocket upgrades on `/v1/stream` of a server. */
  attach(server: Server): void;
  /** Begins to follow the updates topic; throws when the log does not answer. Sessions are taken once it is read. */
  start(): Promise<void>;
  ready(): Readiness;
  /** Ends all sessions with 1001, answers who waits, and stops reading. The log and the warehouse stay open: they are the caller's. */
  close(): Promise<void>;
}

/** Routes under `/v1` that need no key; the caller's application lets them through. */
export const openPaths = ['/v1/reference/codes'] as const;

/** Builds a gateway that has not started. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { warehouse, authenticator } = deps;
  const cursorSecret = createHmac('sha256', deps.cursorSecret).update(deps.installation).digest();
  const limits = { ...defaultLimits, ...deps.limits };
  const recent = createRecentUpdates(limits.recentBytes);
  const cursors = createCursorCodec(cursorSecret);
  const sessions = createSessions({
    ...deps,
    limits,
    recent,
    stored: createStoredUpdates(warehouse, limits.storedUpdates),
    snapshots: createSnapshotReader(warehouse, limits.snapshotPageRows, limits.concurrentSnapshots),
    reached: createUntilReached(warehouse, limits.warehouseLagMs),
    cursors,
  });
  const waits = createWaits(limits.waits, deps.metrics);
  const arrivals = createArrivals({ warehouse, logger: deps.logger, lookMs: limits.lookMs, most: limits.waits });
  const changes = createStoredChanges(warehouse);
  const feed = new Feed({ recent, stored: changes, pageRows: limits.snapshotPageRows });
  const deliver = (update: Update) => {
    sessions.deliver(update);
    waits.deliver(update);
  };
  const tail = createTail({ ...deps, limits, recent, markers: changes.markers, deliver, lost: sessions.dismiss });
  const seal = createSeal(cursorSecret);

  return {
    async routes(app) {
      // A connection that is kept alive after an answer that was waited for would hold up the end of the server.
      app.addHook('onSend', async (_request, reply) => {
        if (arrivals.draining) reply.header('connection', 'close');
      });
      const routeDeps = { warehouse, ports: deps.ports, seal };
      visitRoutes(app, routeDeps);
      timelineRoute(app, routeDeps);
      subjectRoutes(app, routeDeps);
      changesRoute(app, { feed, waits, cursors });
      deadLetterRoutes(app, routeDeps);
      reviewRoutes(app, { ...routeDeps, codec: deps.codec });
      eventRoute(app, { ...routeDeps, codec: deps.codec, arrivals });
      referenceRoutes(app, deps.lists);
      livePageRoutes(app);
      operationRoutes(app, { warehouse: answering('warehouse-silent', warehouse.ping), ...deps.checks, gateway: tail.status });
    },
    attach: (server) => attachStream(server, { sessions, authenticator, limits, ready: () => tail.status().ok }),
    async start() {
      await tail.start();
      sessions.start();
    },
    ready: tail.status,
    async close() {
      tail.stop();
      waits.drain();
      arrivals.drain();
      await sessions.drain();
    },
  };
}

interface StreamDeps {
  readonly sessions: Sessions;
  readonly authenticator: Authenticator;
  readonly limits: GatewayLimits;
  ready(): boolean;
}

function attachStream(server: Server, { sessions, authenticator, limits, ready }: StreamDeps): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.maxPayloadBytes,
    perMessageDeflate: false,
    handleProtocols: chooseProtocol,
  });
  server.on('upgrade', (request, stream: Duplex, head) => {
    // Between here and the handshake nobody else listens for a peer that breaks off.
    const cut = () => stream.destroy();
    stream.on('error', cut);
    const admission = ready() ? admit(request, authenticator) : notReady;
    if ('status' in admission) stream.end(refusal(admission));
    else {
      stream.off('error', cut);
      sockets.handleUpgrade(request, stream, head, (socket) => sessions.accept(socket, stream, admission.token));
    }
  });
}

const notReady = { status: 503, code: 'CQ_UNAVAILABLE', detail: 'The stream is being prepared. Try again in a second.' } as const;
