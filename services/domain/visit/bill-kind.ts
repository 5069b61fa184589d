import type { AcceptedEvent } from '../events/status-event.ts';

/**
 * Whether a bill is a booking, a master or a house bill, as far as it was said: a booking when a visit stands on it as one,
 * else what the first of its own events that says so calls it.
 */
export const billKind = (events: readonly AcceptedEvent[], isBooking: boolean): string | undefined =>
  isBooking ? 'booking' : events.find((e) => e.subject.kind)?.subject.kind;
