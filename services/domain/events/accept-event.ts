import type { Instant } from '../identifiers/instant.ts';
import { isQuarantined } from './quarantine.ts';
import { type AcceptedEvent, eventKey, type StatusEvent } from './status-event.ts';

/**
 * The event as the owner of its port keeps it. Every accepted event has the same fields in the same order, absent ones
 * as undefined: the fold reads hundreds of thousands of them, and objects of one form are read several times faster.
 */
export function acceptEvent(
  event: StatusEvent,
  receivedAt: Instant,
  appliedAt: Instant,
  quarantined = isQuarantined(event, receivedAt),
): AcceptedEvent {
  return {
    id: event.id,
    action: event.action,
    replaces: event.replaces,
    port: event.port,
    source: event.source,
    agency: event.agency,
    code: event.code,
    subject: event.subject,
    references: event.references,
    classifier: event.classifier,
    occurredAt: event.occurredAt,
    occurredAtText: event.occurredAtText,
    zoneRule: event.zoneRule,
    recordedAt: event.recordedAt,
    location: event.location,
    parties: event.parties,
    details: event.details,
    receivedAt,
    appliedAt,
    quarantined: quarantined ? true : undefined,
    key: eventKey(event),
  };
}
