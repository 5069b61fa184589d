import { acceptEvent } from '@clearquay/domain/events/accept-event.ts';
import type { AcceptedEvent, StatusEvent } from '@clearquay/domain/events/status-event.ts';
import { instant, isPlausible } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { type Result, refuse } from '@clearquay/domain/result.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { linkStatements } from '@clearquay/domain/visit/links.ts';
import type { LinkStatement } from '@clearquay/domain/visit/visit.ts';
import { topicOf } from '@clearquay/schemas/topics.ts';
import { type Batch, refuseRecord } from '../batch.ts';
import { eventFromRecord } from '../event-from-record.ts';
import { rerouted } from '../rerouted.ts';
import type { Decoded } from './decode.ts';

/** An event that keeps all rules and belongs to this partition. */
export interface Incoming {
  readonly record: StoredRecord;
  readonly event: AcceptedEvent;
  /** What it says about links. */
  readonly statements: readonly LinkStatement[];
}

/** What is wrong between an event and the place where it was published. */
function misplaced(record: Decoded['record'], event: StatusEvent, ports: PortTable): Problem | undefined {
  const topic = topicOf(event);
  if (topic !== record.topic)
    return problem('CQ_AGENCY_MISMATCH', `Publish events of ${event.agency} by ${event.source} on ${topic}.`, '/agency');
  if (ports.resolve(record.key)?.code !== event.port)
    return problem('CQ_PORT_UNKNOWN', 'Key the record with the UN/LOCODE of the port that the event names.', '/port');
  return undefined;
}

/** Judges what stands in one record by the rules of intake, and whether it stands in its place. */
export function judgeDecoded({ record, value }: Decoded, ports: PortTable): Result<StatusEvent, Problem> {
  const result = eventFromRecord(value, ports);
  if (!result.ok) return refuse(result.error[0] ?? problem('CQ_EVENT_SHAPE', 'Send a status event.'));
  const wrong = misplaced(record, result.value, ports);
  return wrong ? refuse(wrong) : result;
}

function accept(event: StatusEvent, { record, value }: Decoded, batch: Batch): AcceptedEvent {
  const { receivedAt } = value;
  const received = instant(typeof receivedAt === 'number' && isPlausible(instant(receivedAt)) ? receivedAt : record.timestamp);
  return acceptEvent(event, received, batch.appliedAt);
}

/**
 * Judges every event by the rules of intake. One of another partition (a foreign client's hash, or the alias of a
 * port as its key) is sent on to the owner of its port.
 */
export function validate(batch: Batch, decoded: readonly Decoded[], ports: PortTable): Incoming[] {
  const incoming: Incoming[] = [];
  for (const item of decoded) {
    const { record } = item;
    const result = judgeDecoded(item, ports);
    if (!result.ok) {
      refuseRecord(batch, 'validate', record, result.error, item.value);
      continue;
    }
    if (partitionOf(result.value.port) === record.partition) {
      const event = accept(result.value, item, batch);
      incoming.push({ record, event, statements: linkStatements(event) });
    } else {
      batch.reroutes.push(rerouted(record, result.value.port));
      batch.counts.rerouted++;
    }
  }
  return incoming;
}
