import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { idOf, typeOf } from '../visit/reach.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { Concern } from './box-papers.ts';
import { type DeadlineFacts, deadline, type FreeTimeKind, freeTimeKinds } from './deadline.ts';
import { dueTime, endOfDay, isNewer } from './deadline-due.ts';
import type { DeadlineInput } from './deadline-input.ts';

/** The move that ends a free time, by the kind of free time and the direction of the visit. */
function freeTimeEnds(kind: FreeTimeKind, { state }: DeadlineInput): Instant | undefined {
  const { direction, milestones, closedAs } = state;
  const closedAt = closedAs === 'unobserved' ? undefined : state.closedAt;
  const at = (name: keyof typeof milestones): Instant | undefined => milestones[name]?.actual;
  if (kind === 'detention') return direction === 'import' ? at('empty-returned') : at('gated-in');
  if (direction === 'import') return at('gated-out') ?? closedAt;
  return direction === 'export' ? (at('loaded') ?? at('gated-out')) : (at('empty-picked-up') ?? closedAt);
}

/** Free time of storage, detention and reefer power; the last free day ends at 24:00 local time of the port. */
export function freeTimeDeadlines(input: DeadlineInput): DeadlineFacts[] {
  const last = new Map<FreeTimeKind, AcceptedEvent>();
  for (const { event } of input.effective) {
    if (event.code !== 'terminal.free-time-set') continue;
    const kind = freeTimeKinds.find((k) => k === event.details?.['kind']);
    if (kind && isNewer(event, last.get(kind))) last.set(kind, event);
  }
  return [...last].flatMap(([kind, event]) => {
    const dueAt = endOfDay(event.details?.['lastFreeDay'], input.zone);
    if (dueAt === undefined) return [];
    const metAt = freeTimeEnds(kind, input);
    return [deadline(kind, dueAt, { metAt, isVoid: metAt === undefined && input.state.closedAs === 'unobserved' })];
  });
}

/**
 * How long the delivery order of each bill is valid, of goods that were merged the shortest; one that was recalled, and not
 * issued again, asks for nothing.
 */
export function deliveryOrderDeadlines(input: DeadlineInput): DeadlineFacts[] {
  const { direction, milestones, closedAs, closedAt } = input.state;
  if (direction !== 'import') return [];
  const last = new Map<Concern, AcceptedEvent>();
  for (const { event, via } of input.effective) {
    if (event.code !== 'carrier.delivery-order-issued' && event.code !== 'carrier.e-release-confirmed') continue;
    if (event.details?.['validUntil'] === undefined) continue;
    for (const concern of input.papers.concerns(via, event.occurredAt)) if (isNewer(event, last.get(concern))) last.set(concern, event);
  }
  const metAt = milestones['gated-out']?.actual ?? (closedAs === 'stripped' ? closedAt : undefined);
  const recalled = milestones['carrier-released']?.actual === undefined;
  const isVoid = metAt === undefined && (recalled || closedAt !== undefined);
  const dueBy = new Map<SubjectKey, Instant>();
  for (const [concern, event] of last) {
    const dueAt = dueTime(event.details?.['validUntil'], input.zone);
    const on = typeof concern === 'string' ? concern : concern.bill;
    if (dueAt !== undefined && dueAt < (dueBy.get(on) ?? Number.POSITIVE_INFINITY)) dueBy.set(on, dueAt);
  }
  return [...dueBy].map(([on, dueAt]) => deadline('delivery-order', dueAt, { metAt, isVoid, subject: { type: typeOf(on), id: idOf(on) } }));
}
