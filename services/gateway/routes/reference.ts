import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import type { FastifyInstance } from 'fastify';

/** The lists are published in China: they begin at midnight there. */
const zone = 'Asia/Shanghai';

/** `GET /v1/reference/codes`: every status code with its agency, lane, effect, milestone and names. Open without a key. */
function codeRoute(app: FastifyInstance): void {
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

/**
 * `GET /v1/reference/fees`: `{versions: [{version, validFrom, items[]}]}`, oldest first; an item without a price is free.
 * `GET /v1/reference/service-limits`: `{versions: [{version, validFrom, limits[]}]}`.
 */
export function referenceRoutes(app: FastifyInstance, { feeLists, serviceLimits }: PublishedLists): void {
  codeRoute(app);
  const fees = feeLists.map(({ version, validFrom, items }) => ({ version, validFrom: formatInstant(validFrom, zone), items }));
  app.get('/v1/reference/fees', async () => ({ versions: fees }));
  const limits = [...Map.groupBy(serviceLimits, (l) => l.version)]
    .map(([version, ofVersion]) => ({ version, validFrom: Math.min(...ofVersion.map((l) => l.validFrom)), ofVersion }))
    .sort((a, b) => a.validFrom - b.validFrom)
    .map(({ version, validFrom, ofVersion }) => ({
      version,
      validFrom: formatInstant(validFrom, zone),
      limits: ofVersion.map(({ version: _, validFrom: __, ...limit }) => limit),
    }));
  app.get('/v1/reference/service-limits', async () => ({ versions: limits }));
}
