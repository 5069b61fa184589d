import type { IncomingMessage } from 'node:http';
import type { Authenticator, Principal } from '@clearquay/domain/ports/authenticator.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { jsonText } from './json-body.ts';
import type { ExposedMetrics } from './metrics.ts';
import { detailsOf, type ProblemDetails, problemDetails } from './problem-details.ts';
import { retryAfterSeconds } from './problem-status.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller of a path under `/v1`; absent on open paths called without a valid token. */
    principal?: Principal;
  }
}

/** What an HTTP application is made of. */
export interface HttpAppDeps {
  readonly authenticator: Authenticator;
  readonly metrics: ExposedMetrics;
  readonly logger: Logger;
  /** Default of every route; a route may set its own. */
  readonly bodyLimitBytes: number;
  /** Route patterns under `/v1` that need no token, e.g. `/v1/reference/ports`. */
  readonly openPaths: readonly string[];
  /** A request must have arrived whole within this time. Default 30,000. */
  readonly requestTimeoutMs?: number;
}

const maxParamLength = 256;
const maxTokenLength = 4096;
const discardMs = 2_000;

/**
 * An application with no routes but `/metrics`: the services add theirs, `listen` is the caller's. Bodies and query
 * strings are validated as sent, nothing is coerced or dropped, so query parameters are strings to their schemas.
 */
export function createHttpApp(deps: HttpAppDeps): FastifyInstance {
  const requestTimeout = deps.requestTimeoutMs ?? 30_000;
  const app = fastify({
    logger: false,
    bodyLimit: deps.bodyLimitBytes,
    requestTimeout,
    // Node looks for overdue requests only so often, and mistakes a shorter request time-out for the headers' own.
    http: { connectionsCheckingInterval: Math.min(requestTimeout, 5_000), headersTimeout: requestTimeout, requestTimeout },
    routerOptions: { maxParamLength },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    frameworkErrors: (error, _request, reply) =>
      answer(reply, detailsOf(error) ?? problemDetails('CQ_REQUEST_INVALID', 'Correct the path.')),
  });
  acceptJsonOnly(app);
  checkBearer(app, deps);
  measureRequests(app, deps.metrics);
  app.setNotFoundHandler((_request, reply) => answer(reply, problemDetails('CQ_NOT_FOUND', 'Check the path and the method.')));
  app.setErrorHandler(async (error, request, reply) => {
    const details = detailsOf(error) ?? reportAbsence(error, request, deps.logger) ?? reportBug(error, request, deps.logger);
    // A client that is still sending would meet a closed connection and never see the answer.
    if (details.status === 413) await discardRest(request.raw);
    return answer(reply, details);
  });
  app.get('/metrics', async (_request, reply) => reply.type(deps.metrics.contentType).send(await deps.metrics.exposition()));
  return app;
}

function answer(reply: FastifyReply, details: ProblemDetails): FastifyReply {
  const retryAfter = retryAfterSeconds[details.status];
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (details.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.status(details.status).type('application/problem+json').send(JSON.stringify(details));
}

/** Reads on to the end of a body that nobody wants, for a while. */
function discardRest(body: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (body.readableEnded || body.destroyed) return resolve();
    const patience = setTimeout(resolve, discardMs);
    const done = () => {
      clearTimeout(patience);
      resolve();
    };
    body.once('end', done).once('close', done);
    body.resume();
  });
}

/** Infrastructure that is away for now: the same request may succeed later. */
function reportAbsence(error: unknown, request: FastifyRequest, logger: Logger): ProblemDetails | undefined {
  if (!(error instanceof Error && 'retriable' in error && error.retriable === true)) return undefined;
  logger.warn({ err: error, request: request.id, route: request.routeOptions.url }, 'a part that the request needs is away');
  return problemDetails('CQ_UNAVAILABLE', 'A part that this needs does not answer now. Send the same request again later.');
}

/** Logs what was thrown and answers without a word of it. */
function reportBug(error: unknown, request: FastifyRequest, logger: Logger): ProblemDetails {
  logger.error({ err: error, request: request.id, route: request.routeOptions.url }, 'request failed');
  return problemDetails('CQ_INTERNAL', `Try again; the operator finds the cause in the log under ${request.id}.`);
}

function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) =>
    parse(request, jsonText(body), done),
  );
}

function checkBearer(app: FastifyInstance, { authenticator, openPaths }: HttpAppDeps): void {
  const open = new Set(openPaths);
  app.addHook('onRequest', async (request) => {
    // The matched pattern decides, not the path as sent: `/%761/visits` is routed to `/v1/visits` too.
    const route = request.routeOptions.url;
    if (!route?.startsWith('/v1/')) return;
    const principal = callerOf(request.headers.authorization, authenticator);
    if (principal) request.principal = principal;
    else if (!open.has(route)) throw new ProblemError('CQ_UNAUTHORIZED', 'Send Authorization: Bearer with a valid key.');
  });
}

function callerOf(header: string | undefined, authenticator: Authenticator): Principal | undefined {
  if (header === undefined || header.length > maxTokenLength) return undefined;
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
  return token === undefined ? undefined : authenticator.authenticate(token);
}

function measureRequests(app: FastifyInstance, metrics: ExposedMetrics): void {
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
  const seconds = metrics.histogram('clearquay_http_request_seconds', 'Time to answer a request', buckets, ['method', 'route', 'status']);
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) };
    seconds.observe(reply.elapsedTime / 1000, labels);
  });
}
