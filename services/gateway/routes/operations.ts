import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { FastifyInstance } from 'fastify';

/** Whether one part can do its work, and if not, why (fixed words, no data). */
export interface Readiness {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

/** `GET /healthz` (the process answers) and `GET /readyz` (`{ready, checks}`, 503 while any check fails). Both are open. */
export function operationRoutes(app: FastifyInstance, warehouse: Warehouse, checks: Readonly<Record<string, () => Readiness>>): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const answers = await warehouse.ping().catch(() => false);
    const results: Record<string, Readiness> = { warehouse: { ok: answers, reasons: answers ? [] : ['warehouse-silent'] } };
    for (const [name, check] of Object.entries(checks)) results[name] = check();
    const ready = Object.values(results).every((r) => r.ok);
    return reply.status(ready ? 200 : 503).send({ ready, checks: results });
  });
}
