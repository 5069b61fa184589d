import { codeRules } from '@clearquay/domain/events/codes.ts';
import type { FastifyInstance } from 'fastify';

/** `GET /v1/reference/codes`: every status code with its agency, lane, effect, milestone and names. Open without a key. */
export function referenceRoutes(app: FastifyInstance): void {
  const codes = Object.entries(codeRules).map(([code, { agency, lane, effect, milestone, en, zh }]) => ({
    code,
    agency,
    lane,
    effect,
    ...(milestone && { milestone }),
    en,
    zh,
  }));
  app.get('/v1/reference/codes', async (_request, reply) => reply.header('cache-control', 'public, max-age=3600').send({ codes }));
}
