import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';

/** One delivery of one event: what is sent, and when it reaches Clearquay in the story's time. */
export interface PlayedEvent {
  readonly event: StatusEventJson;
  readonly receivedAt: Instant;
}
