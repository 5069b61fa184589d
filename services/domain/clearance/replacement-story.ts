import type { AcceptedEvent } from '../events/status-event.ts';
import { StoryPort, told } from '../visit/story.ts';
import type { VisitState } from '../visit/visit.ts';
import { stateOf } from './readiness-story.ts';

/** The box of the stories about replaced bills. */
export const box = 'CSQU3054383';

/** A replacement told of the first bill: rows of old number, new number and, if not `box`, the box. */
export const replaced = (time: string, ...rows: readonly (readonly [old: string, now: string, of?: string])[]): AcceptedEvent =>
  told(time, 'carrier.bill-replaced', rows[0]?.[0] ?? '', rows.map(([, now]) => now).join(' '), {
    map: rows.map(([old, now, of = box]) => ({ old, new: now, boxes: [of] })),
  });

/** A box under B1, discharged and with its receipt. */
export const ashore: readonly AcceptedEvent[] = [
  told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import', boxes: 1 }),
  told('1:00', 'customs.manifest-accepted', 'B1'),
  told('9:00', 'terminal.vessel-arrived', 'K1'),
  told('10:00', 'terminal.discharged', box, 'K1'),
  told('10:10', 'carrier.eir-issued', box, '', { task: 'pick-up-full' }),
];

/** The line of the new bill. */
export const accepted: AcceptedEvent = told('21:00', 'customs.manifest-accepted', 'B2');

/** The state after a story, the same however it was received: at once, one by one, and in reverse. */
export function stateInAnyOrder(story: readonly AcceptedEvent[], of = box): { state: VisitState; others: (VisitState | undefined)[] } {
  const onward = new StoryPort();
  for (const event of story) onward.apply(event);
  const backward = new StoryPort();
  for (const event of story.toReversed()) backward.apply(event);
  return { state: stateOf(story, of), others: [onward, backward].map((port) => port.visits(of)[0]?.state) };
}
