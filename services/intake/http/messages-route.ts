import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyInstance } from 'fastify';
import type { MessageFormat, MessageReading, Rejection } from '../formats/message-format.ts';
import type { IntakeCounters } from '../intake-counters.ts';
import type { IntakeDeps, IntakeLimits } from '../intake-deps.ts';
import { deadLetterRecord } from './dead-letter.ts';
import { appendInParts } from './durable-append.ts';
import { eventRecord } from './event-record.ts';
import { accepted, type Outcome, rejected } from './outcome.ts';
import { encodePosition } from './position.ts';
import { type RawInput, rawInput, rawRecords } from './raw-record.ts';
import { onlyPort, partnerOf, readDelivery } from './read-delivery.ts';
import { bodyOf, ignoreMediaType, queryText, sentMediaType } from './request-body.ts';

/**
 * `POST /v1/messages`: a raw body in any known format. Its bytes are durable before anything else, also when nothing of
 * it can be read; then the events and the dead letters of what was refused. A body of which nothing was read is a
 * problem with the `rawId` under which it is kept.
 */
export function registerMessages(
  scope: FastifyInstance,
  deps: IntakeDeps,
  limits: IntakeLimits,
  counters: IntakeCounters,
  formats: readonly MessageFormat[],
): void {
  scope.post('/v1/messages', { bodyLimit: limits.maxMessageBytes, onRequest: ignoreMediaType }, async (request, reply) => {
    const name = queryText(request, 'partner');
    const partner = partnerOf(deps.partners, name);
    const raw = rawInput(bodyOf(request), partner?.id ?? strangerOf(name ?? ''), sentMediaType(request), deps.clock.now());
    const { format, reading } = await readDelivery(
      raw,
      { format: queryText(request, 'format'), partner },
      { formats, logger: deps.logger },
    );
    const parts = { maxRecords: limits.recordsPerAppend, maxBytes: limits.bytesPerAppend };
    await appendInParts(deps.log, rawRecords(raw, { format, port: onlyPort(reading), findings: reading.findings }, deps.codec), parts);
    const position = await appendInParts(deps.log, readingRecords(raw, reading, deps.codec), parts);
    const refusedWhole = reading.messages === 0;
    counters.messages.add(1, { format, outcome: refusedWhole ? 'refused' : 'read' });
    const events = outcomesOf(reading);
    for (const { status } of events) counters.events.add(1, { channel: 'message', outcome: status });
    if (refusedWhole) throw wholeRefusal(raw, reading.rejections);
    return reply.status(202).send({ rawId: raw.rawId, format, findings: reading.findings, events, position: encodePosition(position) });
  });
}

/** The name under which the bytes of who is not set up are kept. One that no partner can have (`partnerId`) stays one when it is cut. */
const strangerOf = (name: string): string => name.slice(0, 200) || ' ';

const pointerOf = (r: Rejection): string => (r.segment === undefined ? '' : `/segments/${r.segment}`);
const problemOf = (r: Rejection): Problem => problem(r.code, r.message, pointerOf(r));

/** Items in the order of the file, then the messages that were refused as a whole. */
const outcomesOf = (reading: MessageReading): Outcome[] => [
  ...reading.items.map((item) =>
    item.status === 'event' ? accepted(item.event, { quarantined: item.quarantined }) : rejected(item.problems, item.subject),
  ),
  ...reading.rejections.map((r) => rejected([problemOf(r)])),
];

/** The records of what a reading brought, made one by one. */
function* readingRecords(raw: RawInput, reading: MessageReading, codec: RecordCodec): Generator<LogRecord> {
  const { receivedAt, partner, rawId } = raw;
  const refusal = (why: Problem, { offset, length }: { offset: number; length: number }, index: number): LogRecord =>
    deadLetterRecord({ problem: why, body: raw.bytes.subarray(offset, offset + length), index, receivedAt, partner, rawId }, codec);
  let index = 0;
  for (const item of reading.items)
    yield item.status === 'event' ? eventRecord(item.event, receivedAt, codec) : refusal(item.problems[0] as Problem, item, index++);
  for (const rejection of reading.rejections) yield refusal(problemOf(rejection), rejection, index++);
}

function wholeRefusal(raw: RawInput, rejections: readonly Rejection[]): ProblemError {
  const first = rejections[0];
  const detail = `${first?.message ?? 'Nothing of this could be read.'} Its bytes are kept as ${raw.rawId}.`;
  return new ProblemError(first?.code ?? 'CQ_FORMAT_UNKNOWN', detail, rejections.map(problemOf), { rawId: raw.rawId });
}
