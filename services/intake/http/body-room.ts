import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Bounds the bytes of all bodies that are received or worked on at once in a scope. A request is counted with the length
 * that it announces, one that announces none with the limit of its route; what would go over the bound is refused with
 * `CQ_UNAVAILABLE` (503) before its body is read.
 */
export function boundBodies(scope: FastifyInstance, maxBytes: number): void {
  const taken = new Map<FastifyRequest['raw'], number>();
  let bytes = 0;
  scope.addHook('onRequest', async (request) => {
    const announced = Number(request.headers['content-length'] ?? Number.NaN);
    const wanted = Number.isNaN(announced) ? request.routeOptions.bodyLimit : Math.min(announced, request.routeOptions.bodyLimit);
    if (bytes > 0 && bytes + wanted > maxBytes)
      throw new ProblemError('CQ_UNAVAILABLE', 'Too much is being received at once. Send the same request again later.');
    taken.set(request.raw, wanted);
    bytes += wanted;
  });
  // Also after a connection that broke.
  scope.addHook('onResponse', async (request) => {
    bytes -= taken.get(request.raw) ?? 0;
    taken.delete(request.raw);
  });
}
