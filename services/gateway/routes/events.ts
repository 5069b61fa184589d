import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { FastifyInstance } from 'fastify';
import type { Arrivals } from '../events/arrivals.ts';
import { type EventName, readEvent } from '../events/read-event.ts';
import { problemsOf, readQuery, readValue, readWait, refuseProblems, single } from './query-string.ts';
import type { RouteDeps } from './route-deps.ts';

export interface EventRouteDeps extends Pick<RouteDeps, 'warehouse' | 'ports'> {
  readonly codec: RecordCodec;
  readonly arrivals: Arrivals;
}

/**
 * `GET /v1/events/{source}/{id}`: what became of an event: `{status: applied | superseded | cancelled | parked | quarantined | pending |
 * rejected, event, visits[], duplicates[], conflicts[], rejections[]}`. `port` when the name stands in several ports; `wait`: seconds,
 * at most 60, until something is known of it and the batch that applied it is whole.
 */
export function eventRoute(app: FastifyInstance, { warehouse, ports, codec, arrivals }: EventRouteDeps): void {
  const readPort = (text: string): Result<string, ReturnType<typeof problem>> => {
    const port = ports.resolve(text);
    return port ? ok(port.code) : refuse(problem('CQ_REQUEST_INVALID', 'Name a port by its UN/LOCODE, such as CNDLC.', '/port'));
  };

  app.get<{ Params: { source: string; id: string } }>('/v1/events/:source/:id', async (request, reply) => {
    const texts = readQuery(request.query, ['wait', 'port']);
    const wait = single(texts, 'wait', readWait);
    const port = single(texts, 'port', readPort);
    refuseProblems(problemsOf(wait, port));
    const name: EventName = { ...request.params, port: readValue(port) };
    const end = performance.now() + (readValue(wait) ?? 0) * 1_000;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    for (;;) {
      const answer = await readEvent(warehouse, codec, name);
      const rest = end - performance.now();
      if (answer && answer.status !== 'pending') return answer;
      if (rest <= 0 || gone.signal.aborted || arrivals.draining) {
        if (answer) return answer;
        throw new ProblemError('CQ_NOT_FOUND', 'Check source and id: no event of that name is known.');
      }
      await arrivals.next(name, rest, gone.signal);
    }
  });
}
