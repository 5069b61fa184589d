import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import { idOf, typeOf } from '@clearquay/domain/visit/reach.ts';
import type { LinkStatement, SubjectKey } from '@clearquay/domain/visit/visit.ts';
import type { Batch } from '../batch.ts';
import type { AppliedEvent } from '../steps/apply.ts';
import { columnInstant } from './column-instant.ts';

/** The row of an event in `events`. */
export function eventRow({ event, body, bodyHash, offset }: AppliedEvent, revision: bigint): Row {
  return {
    port: event.port,
    subject_type: event.subject.type,
    subject_id: event.subject.id,
    source: event.source,
    event_id: event.id,
    code: event.code,
    agency: event.agency,
    action: event.action,
    classifier: event.classifier,
    occurred_at: columnInstant(event.occurredAt),
    received_at: columnInstant(event.receivedAt),
    applied_at: event.appliedAt,
    quarantined: event.quarantined ? 1 : 0,
    replaces_source: event.replaces?.source ?? '',
    replaces_id: event.replaces?.id ?? '',
    body_hash: bodyHash,
    log_offset: offset,
    revision,
    body,
  };
}

/** The row of an event that came again, in `event_repeats`. */
export const repeatRow = ({ event, record }: Batch['repeats'][number]): Row => ({
  port: event.port,
  source: event.source,
  event_id: event.id,
  log_offset: record.offset,
  received_at: columnInstant(record.timestamp),
});

function linkRow(event: AppliedEvent['event'], statement: LinkStatement, end: SubjectKey, revision: bigint): Row {
  const other = end === statement.from ? statement.to : statement.from;
  // Not always the event itself: a confirmation speaks for its target.
  const [source, id] = statement.event.split('\u0000');
  return {
    port: event.port,
    type: typeOf(end),
    id: idOf(end),
    linked_type: typeOf(other),
    linked_id: idOf(other),
    source,
    event_id: id,
    op: statement.op,
    relation: statement.relation ?? '',
    agency: statement.agency,
    speaker_type: event.subject.type,
    speaker_id: event.subject.id,
    at: columnInstant(statement.at),
    forward: end === statement.from ? 1 : 0,
    applied_at: event.appliedAt,
    revision,
  };
}

/** The rows of what an event says about links, one for either end of each statement. */
export const linkRows = ({ event, statements }: AppliedEvent, revision: bigint): Row[] =>
  statements.flatMap((s) => [linkRow(event, s, s.from, revision), linkRow(event, s, s.to, revision)]);
