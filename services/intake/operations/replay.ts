import { eventKey, type StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { DeadLetterRow } from '@clearquay/domain/operations/dead-letter.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import type { MessageFormat } from '../formats/message-format.ts';
import { eventRecord } from '../http/event-record.ts';
import { judgeEvents } from '../http/judge-events.ts';
import { readDelivery } from '../http/read-delivery.ts';
import { readEventsBody } from '../http/read-events-body.ts';
import type { OperationsDeps } from './operations-deps.ts';
import { readRawMessage } from './raw-message.ts';

/** A dead letter with its original bytes. */
export type Letter = DeadLetterRow & { readonly bytesSent: Uint8Array };

/** The records that a replay appends, or the reason why it is still refused. */
export type Replayed = Result<readonly LogRecord[], Problem>;

/** Takes the bytes of a dead letter the way that they came: as an event, as a message, or as a record of an agency's topic. */
export async function judgeLetter(letter: Letter, deps: OperationsDeps, formats: readonly MessageFormat[]): Promise<Replayed> {
  if (letter.stage === 'archive') return refuse(problem('CQ_AVRO_MALFORMED', 'This record of the archive itself cannot be sent again.'));
  if (letter.topic !== '') return judgeRecord(letter, deps);
  return letter.partner === '' ? judgeItem(letter, deps) : judgeMessage(letter, deps, formats);
}

/** Takes the bytes of a record of an agency's topic. */
export async function judgeRecord(
  { topic, key, port, partition, bytesSent, source, eventId, code }: Letter,
  deps: OperationsDeps,
): Promise<Replayed> {
  const record = { topic, partition: partition ?? 0, key: key ?? (port || null), value: bytesSent };
  const judged = await deps.judgeRecord(record);
  if (!judged.ok) return judged;
  // What stood first stands for good, so a conflict stays one.
  if (code === 'CQ_EVENT_CONFLICT' && (await knownAmong([judged.value], deps)).size > 0)
    return refuse(problem(code, `Another body of ${source}/${eventId} stands. Settle it in the review.`, '/id'));
  return ok([{ ...record, partition: partitionOf(judged.value.port) }]);
}

async function judgeItem({ bytesSent, rawId }: Letter, deps: OperationsDeps): Promise<Replayed> {
  const item = rawId === '' ? bytesSent : ((await readRawMessage(rawId, deps.warehouse))?.bytes ?? bytesSent);
  const body = Buffer.concat([Buffer.from('{"events":['), item, Buffer.from(']}')]);
  const receivedAt = deps.clock.now();
  const read = readEventsBody(body, 1);
  if (!read.ok) return refuse(problem(read.error.code, read.error.message));
  const [judged] = judgeEvents(read.value, deps.ports, receivedAt);
  if (judged?.event) return ok([eventRecord(judged.event, receivedAt, deps.codec)]);
  return refuse(judged?.problem ?? problem('CQ_EVENT_SHAPE', 'Send a status event as a JSON object.'));
}

/** Reads the whole delivery anew, at the time of its receipt; of its events those are appended that are not known yet. */
async function judgeMessage({ rawId, bytesSent }: Letter, deps: OperationsDeps, formats: readonly MessageFormat[]): Promise<Replayed> {
  const raw = await readRawMessage(rawId, deps.warehouse);
  if (!raw) throw new ProblemError('CQ_UNAVAILABLE', 'The message that this is a part of is not in the archive yet. Try again later.');
  const { reading } = await readDelivery(
    raw,
    { format: raw.format === 'unknown' ? undefined : raw.format, partner: deps.partners.find(raw.partner) },
    { formats, logger: deps.logger },
  );
  const isThis = ({ offset, length }: { readonly offset: number; readonly length: number }): boolean =>
    Buffer.compare(raw.bytes.subarray(offset, offset + length).subarray(0, bytesSent.length), bytesSent) === 0;
  for (const item of reading.items) if (item.status === 'refused' && isThis(item)) return refuse(item.problems[0] as Problem);
  const rejection = reading.rejections.find(isThis);
  if (rejection) return refuse(problem(rejection.code, rejection.message));
  const events = reading.items.flatMap((item) => (item.status === 'event' ? [item.event] : []));
  const known = await knownAmong(events, deps);
  return ok(events.filter((e) => !known.has(nameOf(e))).map((e) => eventRecord(e, raw.receivedAt, deps.codec)));
}

const nameOf = (event: Pick<StatusEvent, 'port' | 'source' | 'id'>): string => `${event.port}\u0000${eventKey(event)}`;

/** Which of some events were applied. */
async function knownAmong(events: readonly StatusEvent[], { warehouse }: OperationsDeps): Promise<Set<string>> {
  const rows = await warehouse.query<{ port: string; source: string; id: string }>(
    `SELECT DISTINCT port, source, event_id AS id FROM events
WHERE port IN {ports:Array(String)} AND source IN {sources:Array(String)} AND event_id IN {ids:Array(String)}`,
    {
      ports: [...new Set(events.map((e) => e.port))],
      sources: [...new Set(events.map((e) => e.source))],
      ids: [...new Set(events.map((e) => e.id))],
    },
  );
  return new Set(rows.map((r) => `${r.port}\u0000${eventKey(r)}`));
}
