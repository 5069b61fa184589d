import type { FastifyInstance } from 'fastify';
import { createEdifactFormat } from './formats/edifact/edifact-format.ts';
import { boundBodies } from './http/body-room.ts';
import { registerEvents } from './http/events-route.ts';
import { registerMessages } from './http/messages-route.ts';
import { acceptBytes } from './http/request-body.ts';
import { createIntakeCounters } from './intake-counters.ts';
import { defaultIntakeLimits, type IntakeDeps } from './intake-deps.ts';
import type { OperationsDeps } from './operations/operations-deps.ts';
import { registerReplay } from './operations/replay-route.ts';
import { registerReview } from './operations/review-route.ts';
import { replayKnownSchemas } from './operations/schema-watch.ts';

/** Adds the intake routes to an HTTP application. */
export type Intake = (app: FastifyInstance) => Promise<void>;

/**
 * The intake service: `POST /v1/events` and `POST /v1/messages`. It keeps no state; what it answered with 2xx is durable
 * in the event log. Refusals are thrown as `ProblemError` for the application to present.
 */
export function createIntake(deps: IntakeDeps): Intake {
  const limits = { ...defaultIntakeLimits, ...deps.limits };
  const counters = createIntakeCounters(deps.metrics);
  const formats = [createEdifactFormat(deps.ports)];
  return async (app) => {
    await app.register(async (scope) => {
      acceptBytes(scope);
      boundBodies(scope, limits.maxBodiesBytes);
      registerEvents(scope, deps, limits, counters);
      registerMessages(scope, deps, limits, counters, formats);
    });
  };
}

/**
 * The routes by which people put right what went wrong: `POST /v1/dead-letters/{id}/replay` and
 * `POST /v1/review/{id}`. They write to the log as intake does and keep in `audit` who did what. What was refused for its
 * unknown schema is replayed without a person once the schema is known.
 */
export function createOperations(deps: OperationsDeps): Intake {
  const formats = [createEdifactFormat(deps.ports)];
  return async (app) => {
    registerReplay(app, deps, formats);
    registerReview(app, deps);
    watchSchemas(app, deps);
  };
}

const lookAgainMs = 30_000;

/** Looks again at an interval while the application runs. */
function watchSchemas(app: FastifyInstance, deps: OperationsDeps): void {
  let looking: Promise<void> | undefined;
  const look = () => {
    looking ??= replayKnownSchemas(deps)
      .catch((err: unknown) => deps.logger.warn({ err }, 'dead letters of unknown schemas could not be looked through; it is tried again'))
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(look, deps.lookAgainMs ?? lookAgainMs).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await looking;
  });
}
