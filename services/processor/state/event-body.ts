import { hash } from 'node:crypto';
import { presentEvent } from '@clearquay/domain/events/event-json.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';

/** The JSON text of an event as `events.body` keeps it. */
export const bodyOf = (event: StatusEvent, zone: string): string => JSON.stringify(presentEvent(event, zone));

/** What tells two bodies apart. */
export const hashOf = (body: string): string => hash('sha256', body, 'base64url');
