import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Lets every content type through as bytes, in this scope only: each route judges its own. */
export function acceptBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/**
 * For a route that takes whatever a partner calls its message: Fastify would refuse a malformed media type before the
 * body is read and kept.
 */
export async function ignoreMediaType(request: FastifyRequest): Promise<void> {
  request.headers['content-type'] = 'application/octet-stream';
}

/** The media type as the client sent it, also when the route ignores it. */
export function sentMediaType(request: FastifyRequest): string | undefined {
  const { rawHeaders } = request.raw;
  const name = rawHeaders.findIndex((header, i) => i % 2 === 0 && header.toLowerCase() === 'content-type');
  return name < 0 ? undefined : rawHeaders[name + 1];
}

/** The body as bytes; a compressed one is refused, since its size says nothing about what it holds. */
export function bodyOf(request: FastifyRequest): Buffer {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new ProblemError('CQ_MEDIA_TYPE', 'Send the body without Content-Encoding.');
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** A query parameter given at most once. */
export function queryText(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new ProblemError('CQ_REQUEST_INVALID', `Give ?${name}= once.`);
}

/** A query parameter that is `1` or `true`, `0` or `false`, or absent. */
export function queryFlag(request: FastifyRequest, name: string): boolean {
  const value = queryText(request, name);
  if (value === undefined || value === '0' || value === 'false') return false;
  if (value === '1' || value === 'true') return true;
  throw new ProblemError('CQ_REQUEST_INVALID', `Give ?${name}= as 1 or 0.`);
}
