import type { AcceptedEvent } from '../events/status-event.ts';
import type { Sight } from '../visit/view-for.ts';

/** The paper on which the parties of an event stand: its own subject, or the first bill that a box event names. */
function paperOf({
  subject,
  references,
}: AcceptedEvent): { readonly type: string; readonly id: string; readonly kind?: string } | undefined {
  return subject.type === 'container' ? references.find((r) => r.type === 'bill') : subject;
}

/**
 * What a caller sees who acts for some parties: the bills, bookings and declarations on which one of their codes
 * stands. Pure, of the events alone.
 */
export function sightOfParties(parties: readonly string[], events: Iterable<AcceptedEvent>): Sight {
  const bills = new Set<string>();
  const declarations = new Set<string>();
  const bookings = new Set<string>();
  for (const event of events) {
    if (!event.parties?.some((p) => parties.includes(p.code))) continue;
    const paper = paperOf(event);
    if (paper?.type === 'bill') (paper.kind === 'booking' ? bookings : bills).add(paper.id);
    else if (paper?.type === 'declaration') declarations.add(paper.id);
  }
  return { all: false, bills, declarations, bookings };
}
