import type { FastifyInstance } from 'fastify';

/** Whether one part can do its work, and if not, why (fixed words, no data). */
export interface Readiness {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

/** What `GET /readyz` asks, by name. */
export type Checks = Readonly<Record<string, () => Readiness | Promise<Readiness>>>;

/** A check that passes while `works` resolves with something true; `reason` says that it does not. */
export const answering = (reason: string, works: () => Promise<unknown>) => async (): Promise<Readiness> => {
  const answers = await works().catch(() => false);
  return answers ? { ok: true, reasons: [] } : { ok: false, reasons: [reason] };
};

/** `GET /healthz` (the process answers) and `GET /readyz` (`{ready, checks}`, 503 while any check fails). Both are open. */
export function operationRoutes(app: FastifyInstance, checks: Checks): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const results = Object.fromEntries(
      await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await check()] as const)),
    );
    const ready = Object.values(results).every((r) => r.ok);
    return reply.status(ready ? 200 : 503).send({ ready, checks: results });
  });
}
