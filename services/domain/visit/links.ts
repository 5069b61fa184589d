import { codeRules } from '../events/codes.ts';
import { type Replacement, readReplacement } from '../events/replacement-map.ts';
import type { AcceptedEvent, Reference, StatusEvent } from '../events/status-event.ts';
import { eventKey } from '../events/status-event.ts';
import { type LinkStatement, type SubjectKey, subjectKey } from './visit.ts';

type End = { readonly key: SubjectKey; readonly relation?: string | undefined };

const directions: readonly unknown[] = ['import', 'export', 'transhipment', 'empty'];

/** Codes whose bill references are bookings (ruling 21). */
const namesBooking: readonly string[] = ['terminal.empty-picked-up', 'carrier.packing-list-submitted', 'carrier.empty-release-ordered'];

/** Codes that end the links between their subject and what they name. */
const unlinking: readonly string[] = ['carrier.bill-unlinked', 'terminal.shut-out', 'customs.declaration-withdrawn'];

/** What a call link means for the box: it arrives by it, leaves by it, or the direction of the bill tells. */
const callRelation: Readonly<Record<string, string>> = {
  'terminal.discharged': 'arriving',
  'terminal.loaded': 'departing',
  'terminal.shut-out': 'departing',
  'carrier.rolled-over': 'departing',
};

const isSubject = (r: Reference): r is Reference & { type: 'container' | 'bill' | 'declaration' | 'call' } =>
  r.type !== 'truck' && r.type !== 'seal';

/** The direction that a manifest line gives its bill, when it does. */
function statedDirection(event: StatusEvent): string | undefined {
  const stated = event.details?.['direction'];
  return event.code === 'carrier.bill-linked' && directions.includes(stated) ? String(stated) : undefined;
}

function billRelation(event: StatusEvent, reference: Reference, isFurther: boolean): string | undefined {
  if (reference.kind === 'booking' || namesBooking.includes(event.code)) return 'booking';
  return isFurther ? 'further' : statedDirection(event);
}

/** The other names of one call: its second voyage, and its vessel by IMO number, call sign or name (ruling 3). */
function callAliases(event: StatusEvent): SubjectKey[] {
  const [vessel = '', port = '', voyage = ''] = event.subject.id.split(':');
  const said = (name: string): string[] => (typeof event.details?.[name] === 'string' ? [String(event.details[name])] : []);
  const vessels = [vessel, ...said('imo'), ...said('callSign'), ...said('vesselName')];
  const voyages = [voyage, ...said('inboundVoyage'), ...said('outboundVoyage')];
  return vessels.flatMap((v) => voyages.map((y): SubjectKey => `call:${v}:${port}:${y}`));
}

/** A rolled-over box leaves the call named first, or marked `from`, and joins the other one. */
function isLeft(event: StatusEvent, reference: Reference): boolean {
  if (event.code !== 'carrier.rolled-over' || reference.type !== 'call') return false;
  if (reference.relation) return reference.relation === 'from';
  const calls = event.references.filter((r) => r.type === 'call');
  return calls.length > 1 && calls[0] === reference;
}

/** What a replaced bill says about its boxes, or nothing when the event is none or maps nothing. A row that cannot be read says nothing. */
function replacements(event: StatusEvent): Replacement[] {
  const map: unknown = event.code === 'carrier.bill-replaced' ? event.details?.['map'] : undefined;
  if (!Array.isArray(map)) return [];
  return map.flatMap((row: unknown) => {
    const read = readReplacement(row, '');
    return read.ok ? [read.value] : [];
  });
}

/** The bill that a box leaves and the one that takes its place. */
export interface BillMove {
  readonly from: SubjectKey;
  readonly to: SubjectKey;
}

/** What a replaced bill says about one box. */
export const billMoves = (event: StatusEvent, box: SubjectKey): BillMove[] =>
  replacements(event).flatMap(({ old, new: now, boxes }): BillMove[] =>
    boxes.some((b) => box === `container:${b}`) ? [{ from: `bill:${old}`, to: `bill:${now}` }] : [],
  );

/**
 * The dated statements that an event makes about which subjects belong together: its subject and each reference, and
 * for a manifest line the bill with its call and with its booking or master; each statement once. Cancelling messages and quarantined
 * events state nothing; a confirmation states what its target says, in its name.
 */
export function linkStatements(event: AcceptedEvent): LinkStatement[] {
  if (event.action === 'cancel' || event.quarantined) return [];
  const named = event.action === 'confirm' ? event.replaces : event;
  if (!named) return [];
  const statements: LinkStatement[] = [];
  const stated = new Set<string>();
  const subject = subjectKey(event.subject);
  const links = codeRules[event.code].effect === 'link';
  const unlinks = unlinking.includes(event.code);
  const state = (from: SubjectKey, to: End, op: 'link' | 'unlink'): void => {
    const name = `${from}\u0000${to.key}\u0000${op}`;
    if (from === to.key || stated.has(name)) return;
    stated.add(name);
    const { agency, occurredAt: at } = event;
    statements.push({
      from,
      to: to.key,
      op,
      at,
      event: eventKey(named),
      speaker: subject,
      agency,
      ...(to.relation !== undefined && { relation: to.relation }),
    });
  };
  const replaced = replacements(event);
  for (const { old, new: now, boxes } of replaced)
    for (const box of boxes) {
      state(`container:${box}`, { key: `bill:${old}` }, 'unlink');
      state(`container:${box}`, { key: `bill:${now}`, relation: 'replacing' }, 'link');
    }
  // A mapped replacement ties boxes to bills; the bills do not stand for each other.
  const references = event.references.filter(isSubject).filter((r) => replaced.length === 0 || r.type !== 'bill');
  const bills = references.filter((r) => r.type === 'bill');
  for (const reference of references) {
    const key = subjectKey({ type: reference.type, id: reference.id });
    // Only a link orders its bills (ruling 21): a box that is stripped names its houses beside their master.
    const isFurther = reference.type === 'bill' && (event.subject.type === 'bill' || (links && reference !== bills[0]));
    let relation: string | undefined;
    if (reference.type === 'bill') relation = billRelation(event, reference, isFurther);
    else if (reference.type === 'call')
      relation = event.subject.type === 'call' ? 'alias' : (callRelation[event.code] ?? statedDirection(event));
    else if (event.code === 'customs.declaration-linked') relation = 'listed';
    else relation = statedDirection(event);
    const op = unlinks || isLeft(event, reference) ? 'unlink' : 'link';
    state(subject, { key, relation }, op);
    const first = bills[0];
    if (event.code === 'carrier.bill-linked' && event.subject.type === 'container' && first && reference !== first) {
      state(`bill:${first.id}`, { key, relation }, op);
    }
  }
  if (event.code === 'carrier.call-opened') for (const key of callAliases(event)) state(subject, { key, relation: 'alias' }, 'link');
  return statements;
}
