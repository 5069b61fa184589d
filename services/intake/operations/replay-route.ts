import { type DeadLetterReplay, readDeadLetter, replayAction, replaysOf } from '@clearquay/domain/operations/dead-letter.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance } from 'fastify';
import type { MessageFormat } from '../formats/message-format.ts';
import { appendInParts } from '../http/durable-append.ts';
import { encodePosition, type PositionEntry } from '../http/position.ts';
import { appendParts } from '../intake-deps.ts';
import { callerOf, keepDeeds } from './audit.ts';
import type { OperationsDeps } from './operations-deps.ts';
import { judgeLetter } from './replay.ts';

/**
 * `POST /v1/dead-letters/{id}/replay`: sends its original bytes once more the way that they came. Answers
 * `{id, outcome: accepted | refused, position, code?, message?, pointer?}`. One that was accepted before is not sent again, and
 * an event that is sent twice counts once, so a repeated call changes nothing.
 */
export function registerReplay(app: FastifyInstance, deps: OperationsDeps, formats: readonly MessageFormat[]): void {
  app.post<{ Params: { id: string } }>('/v1/dead-letters/:id/replay', async (request) => {
    const { id } = request.params;
    const row = await readDeadLetter(deps.warehouse, id);
    if (!row) throw new ProblemError('CQ_NOT_FOUND', 'Check the id: no dead letter has it.');
    const done = replaysOf(row).find((r) => r.outcome === 'accepted');
    if (done) return answer(id, done, []);
    const judged = await judgeLetter({ ...row, bytesSent: Buffer.from(row.body, 'base64') }, deps, formats);
    const position = judged.ok ? await appendInParts(deps.log, judged.value, appendParts) : [];
    const stamp = { at: deps.clock.now(), by: callerOf(request) };
    const replay: DeadLetterReplay = judged.ok ? { ...stamp, outcome: 'accepted' } : { ...stamp, outcome: 'refused', ...judged.error };
    const { outcome } = replay;
    await keepDeeds(deps.warehouse, [
      { ...stamp, action: replayAction, port: row.port, item: id, outcome, details: JSON.stringify(replay) },
    ]);
    return answer(id, replay, position);
  });
}

const answer = (id: string, { outcome, code, message, pointer }: DeadLetterReplay, position: readonly PositionEntry[]): object => ({
  id,
  outcome,
  position: encodePosition(position),
  ...(outcome === 'refused' && { code, message, pointer }),
});
