import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { TerminalStatusEvent } from '@clearquay/schemas/records.generated.ts';
import { plainEvent } from './plain-event.ts';

/** The decoded value of any agency topic: all have the same fields. */
export type EventRecord = TerminalStatusEvent;

const largestDate = 8.64e15;

/** ISO 8601 text of a number of milliseconds, or text that no parser takes when it is no date. */
const isoText = (ms: number): string => (Math.abs(ms) <= largestDate ? new Date(ms).toISOString() : String(ms));

/** The same object without fields that are null. */
function withoutNulls(value: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) if (field !== null && field !== undefined) kept[name] = field;
  return kept;
}

/** Reads an event from its record. Anyone may publish on the agency topics, so every rule of intake holds here too. */
export function eventFromRecord(record: EventRecord, ports: PortTable): Result<StatusEvent, readonly Problem[]> {
  const plain = plainEvent(record, ports);
  return plain ? ok(plain) : parseRecord(record, ports);
}

/** Puts a record into the JSON form and through the parser of intake. */
export function parseRecord(record: EventRecord, ports: PortTable): Result<StatusEvent, readonly Problem[]> {
  const { receivedAt: _, ...fields } = record;
  const json = withoutNulls(fields);
  json['occurredAt'] = isoText(record.occurredAt);
  if (typeof record.recordedAt === 'number') json['recordedAt'] = isoText(record.recordedAt);
  if (typeof record.details === 'string') {
    try {
      json['details'] = JSON.parse(record.details);
    } catch {
      return refuse([problem('CQ_EVENT_SHAPE', 'Send `details` as the text of a JSON object.', '/details')]);
    }
  }
  return parseStatusEvent(json, ports, true);
}
