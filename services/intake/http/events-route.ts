import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IntakeCounters } from '../intake-counters.ts';
import type { IntakeDeps, IntakeLimits } from '../intake-deps.ts';
import { deadLetterRecord, type Refusal } from './dead-letter.ts';
import { appendDurably } from './durable-append.ts';
import { eventRecord } from './event-record.ts';
import { type JudgedItem, judgeEvents } from './judge-events.ts';
import { encodePosition, positionEntries } from './position.ts';
import { chunkBytes, rawInput, rawRecords } from './raw-record.ts';
import { readEventsBody } from './read-events-body.ts';
import { bodyOf, queryFlag } from './request-body.ts';

const json = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i;

function requireJson(request: FastifyRequest): void {
  if (!json.test(request.headers['content-type'] ?? '')) throw new ProblemError('CQ_MEDIA_TYPE', 'Send Content-Type: application/json.');
}

/**
 * `POST /v1/events {events: […]}`: one outcome per event, in order. Accepted events and the dead letters of refused
 * ones are made durable in one append before the answer, as is a body that cannot be read. `?dryRun=1` appends nothing.
 */
export function registerEvents(scope: FastifyInstance, deps: IntakeDeps, limits: IntakeLimits, counters: IntakeCounters): void {
  scope.post('/v1/events', { bodyLimit: limits.maxEventsBodyBytes }, async (request, reply) => {
    requireJson(request);
    const dryRun = queryFlag(request, 'dryRun');
    const receivedAt = deps.clock.now();
    const body = bodyOf(request);
    const read = readEventsBody(body, limits.maxEvents);
    if (!read.ok) {
      const refusal = { problem: problem(read.error.code, read.error.message), body, index: 0, receivedAt };
      if (!dryRun && body.length > 0) await appendDurably(deps.log, keptRecords(refusal, deps));
      throw read.error;
    }
    const judged = judgeEvents(read.value, deps.ports, receivedAt);
    const records = dryRun ? [] : judged.flatMap((item, index) => recordsOf(item, index, receivedAt, deps));
    const offsets = await appendDurably(deps.log, records);
    if (!dryRun) for (const { outcome } of judged) counters.events.add(1, { channel: 'api', outcome: outcome.status });
    return reply.status(202).send({ outcomes: judged.map((j) => j.outcome), position: encodePosition(positionEntries(records, offsets)) });
  });
}

/** The event of an accepted item, or what keeps a refused one. */
function recordsOf({ item, event, problem }: JudgedItem, index: number, receivedAt: Instant, deps: IntakeDeps): LogRecord[] {
  if (event) return [eventRecord(event, receivedAt, deps.codec)];
  return problem ? keptRecords({ problem, body: item.bytes, index, receivedAt, item: item.value }, deps) : [];
}

/** The dead letter of a refusal; bytes too large for a record are kept as raw input. */
function keptRecords(refusal: Refusal, { codec }: IntakeDeps): LogRecord[] {
  if (refusal.body.length <= chunkBytes) return [deadLetterRecord(refusal, codec)];
  const raw = rawInput(refusal.body, 'events', 'application/json', refusal.receivedAt);
  const notes = { format: 'status-event', port: null, findings: [] };
  return [...rawRecords(raw, notes, codec), deadLetterRecord({ ...refusal, rawId: raw.rawId }, codec)];
}
