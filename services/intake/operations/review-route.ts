import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import { eventOfBody } from '@clearquay/domain/history/stored-event.ts';
import {
  confirmationOf,
  correctionOf,
  type Decision,
  decisionOf,
  type ReviewDecision,
  type ReviewRow,
  readReviewItem,
  reviewAction,
} from '@clearquay/domain/operations/review-item.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance } from 'fastify';
import { appendDurably } from '../http/durable-append.ts';
import { eventRecord } from '../http/event-record.ts';
import { encodePosition, positionEntries } from '../http/position.ts';
import { callerOf, keepDeeds } from './audit.ts';
import type { OperationsDeps } from './operations-deps.ts';

const maxReason = 500;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const reasonText = /^[^\u0000-\u001f\u007f-\u009f]+$/;

/**
 * `POST /v1/review/{id} {decision: confirm | dismiss, reason}`: decides what waits for a person. What the fold has to know becomes
 * an event (decision 0015); the decision stands in `audit` first, so that a call that was cut off can be made again. Answers
 * `{id, decision, reason, by, at, position}`; another decision than the first one is refused with `CQ_REVIEW_DECIDED`.
 */
export function registerReview(app: FastifyInstance, deps: OperationsDeps): void {
  // One decision after the other, so that the second on an item sees the first.
  let turn: Promise<unknown> = Promise.resolve();
  app.post<{ Params: { id: string } }>('/v1/review/:id', async (request) => {
    const said = { ...readBody(request.body), by: callerOf(request) };
    const mine = turn.then(() => decide(request.params.id, said, deps));
    turn = mine.catch(() => undefined);
    return mine;
  });
}

async function decide(id: string, said: Omit<ReviewDecision, 'at'>, deps: OperationsDeps): Promise<object> {
  const item = await readReviewItem(deps.warehouse, id);
  if (!item) throw new ProblemError('CQ_NOT_FOUND', 'Check the id: nothing of it waits or waited.');
  const before = decisionOf(item);
  if (before ? before.decision !== said.decision : item.settled === 1)
    throw new ProblemError('CQ_REVIEW_DECIDED', `It is settled${before ? ` by ${before.by}: ${before.decision}` : ' by its source'}.`);
  const decided: ReviewDecision = before ?? { ...said, at: deps.clock.now() };
  const event = decided.decision === 'confirm' ? await eventFor(item, decided, deps) : undefined;
  if (!before) {
    const { at, by, decision, reason } = decided;
    const deed = { at, by, action: reviewAction, port: item.port, item: id, outcome: decision, reason, details: JSON.stringify(decided) };
    await keepDeeds(deps.warehouse, [deed]);
  }
  const records = event && item.settled === 0 ? [eventRecord(event, decided.at, deps.codec)] : [];
  const position = encodePosition(positionEntries(records, await appendDurably(deps.log, records)));
  return { id, ...decided, at: new Date(decided.at).toISOString(), position };
}

function readBody(body: unknown): { readonly decision: Decision; readonly reason: string } {
  const { decision, reason, ...rest } = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const errors: Problem[] = Object.keys(rest).map((name) => problem('CQ_REQUEST_INVALID', 'Leave it out.', `/${name}`));
  if (decision !== 'confirm' && decision !== 'dismiss') errors.push(problem('CQ_REQUEST_INVALID', 'Send confirm or dismiss.', '/decision'));
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > maxReason || !reasonText.test(reason))
    errors.push(problem('CQ_REQUEST_INVALID', `Say why in 1 to ${maxReason} characters on one line.`, '/reason'));
  if (errors.length > 0) throw new ProblemError('CQ_REQUEST_INVALID', 'Send {"decision", "reason"}.', errors);
  return { decision: decision as Decision, reason: reason as string };
}

/** The event that makes a confirmation known to the fold. */
async function eventFor(item: ReviewRow, decided: ReviewDecision, deps: OperationsDeps): Promise<StatusEvent> {
  if (item.kind !== 'conflict') {
    const stamps = { receivedAt: Number(item.since), appliedAt: Number(item.since), quarantined: item.kind === 'quarantined' };
    return confirmationOf(item.id, eventOfBody(item.body, stamps), decided);
  }
  const { topic, partition, key, port } = item;
  const judged = await deps.judgeRecord({ topic, partition: partition ?? 0, key: key ?? port, value: Buffer.from(item.body, 'base64') });
  const event = judged.ok ? correctionOf(item.id, judged.value, decided) : undefined;
  if (!event)
    throw new ProblemError(
      'CQ_REQUEST_INVALID',
      'This one cannot take the place of the first. Dismiss it, and have it sent under an id of its own.',
    );
  return event;
}
