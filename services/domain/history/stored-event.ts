import { acceptEvent } from '../events/accept-event.ts';
import type { StatusEventJson } from '../events/event-json.ts';
import type { AcceptedEvent, StatusEvent } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';

/** What stands beside the body in the row of an event. */
export interface EventStamps {
  readonly receivedAt: number;
  readonly appliedAt: number;
  readonly quarantined: boolean;
}

/** Reads back the text of an event in `events.body`. Nothing is checked: only the owner of a port writes the table. */
export function eventOfBody(body: string, stamps: EventStamps): AcceptedEvent {
  const json = JSON.parse(body) as StatusEventJson;
  const { receivedAt, appliedAt, quarantined } = stamps;
  const event = {
    ...json,
    occurredAt: instant(Date.parse(json.occurredAt)),
    ...(json.recordedAt !== undefined && { recordedAt: instant(Date.parse(json.recordedAt)) }),
  };
  return acceptEvent(event as StatusEvent, instant(receivedAt), instant(appliedAt), quarantined);
}
