import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import type { TerminalStatusEvent } from '@clearquay/schemas/records.generated.ts';
import { topicOf } from '@clearquay/schemas/topics.ts';

/** The value of an event's record: the same fields for every agency. */
const recordValue = (event: StatusEvent, receivedAt: Instant): TerminalStatusEvent => ({
  id: event.id,
  action: event.action,
  replaces: event.replaces ?? null,
  port: event.port,
  source: event.source,
  agency: event.agency,
  code: event.code,
  subject: { ...event.subject, kind: event.subject.kind ?? null },
  references: event.references.map((r) => ({ ...r, kind: r.kind ?? null, relation: r.relation ?? null })),
  classifier: event.classifier,
  occurredAt: event.occurredAt,
  occurredAtText: event.occurredAtText ?? null,
  zoneRule: event.zoneRule ?? null,
  recordedAt: event.recordedAt ?? null,
  receivedAt,
  location: event.location ? { facility: null, berth: null, gate: null, position: null, ...event.location } : null,
  parties: (event.parties ?? []).map((p) => ({ ...p, name: p.name ?? null })),
  details: event.details ? JSON.stringify(event.details) : null,
});

/**
 * The record of an accepted event on its agency's topic: keyed by port, with the headers of the CloudEvents Kafka
 * binding 1.0.2 in binary mode.
 */
export function eventRecord(event: StatusEvent, receivedAt: Instant, codec: RecordCodec): LogRecord {
  const topic = topicOf(event);
  return {
    topic,
    partition: partitionOf(event.port),
    key: event.port,
    value: codec.encode(topic, recordValue(event, receivedAt)),
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: event.source,
      ce_type: `org.clearquay.${event.code}`,
      ce_time: formatInstant(event.occurredAt, 'UTC'),
      ce_subject: `${event.subject.type}:${event.subject.id}`,
      ce_partitionkey: event.port,
      'content-type': 'application/avro',
    },
  };
}
