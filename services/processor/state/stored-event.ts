import { hash } from 'node:crypto';
import { acceptEvent } from '@clearquay/domain/events/accept-event.ts';
import { presentEvent, type StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { AcceptedEvent, StatusEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';

/** The JSON text of an event as `events.body` keeps it. */
export const bodyOf = (event: StatusEvent, zone: string): string => JSON.stringify(presentEvent(event, zone));

/** What tells two bodies apart. */
export const hashOf = (body: string): string => hash('sha256', body, 'base64url');

/** What stands beside the body in the row of an event. */
export interface EventStamps {
  readonly receivedAt: number;
  readonly appliedAt: number;
  readonly quarantined: boolean;
}

/** Reads back what `bodyOf` wrote. Nothing is checked: only this service writes the table. */
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
