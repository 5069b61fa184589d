import { type AcceptedEvent, eventKey, type SubjectType } from '@clearquay/domain/events/status-event.ts';
import { typeOf } from '@clearquay/domain/visit/reach.ts';
import type { LinkStatement, SubjectKey } from '@clearquay/domain/visit/visit.ts';
import type { PortMemory } from './port-memory.ts';
import type { VisitMemory } from './visit-memory.ts';

/** One event as it was applied, with the hash of its body and the offset of its record; -1 when that was not kept. */
export interface KnownEvent {
  readonly event: AcceptedEvent;
  readonly bodyHash: string;
  readonly offset: number;
  /** True while nobody may have been told of it: a former owner wrote it in a batch that was not whole or not published. */
  readonly isUntold: boolean;
}

/** What is remembered beside an event. */
type Received = Pick<KnownEvent, 'bodyHash' | 'offset'> & Partial<Pick<KnownEvent, 'isUntold'>> & { readonly bodyLength: number };

/** Estimates of what the parts of a subject weigh, in bytes; the text of events counts on top. */
const weights = { subject: 600, event: 900, link: 160, visit: 4_000, entry: 30 } as const;

/** All that the owner of a port remembers of one subject. */
export class SubjectMemory {
  readonly port: PortMemory;
  readonly key: SubjectKey;
  /** In order of application. */
  readonly events: AcceptedEvent[] = [];
  /** The same events by `eventKey`. */
  readonly known = new Map<string, KnownEvent>();
  /** Statements by the type of the subject at the other end. */
  readonly links: Partial<Record<SubjectType, LinkStatement[]>> = {};
  /** Of a container: its visits as they were written last. */
  visits: VisitMemory[] = [];
  /** Of a container that was read for its events alone: its visits must be read before it is folded. */
  hasUnreadVisits = false;
  bytes: number = weights.subject;
  /** Batches in flight that need it. */
  pins = 0;
  newer: SubjectMemory | undefined;
  older: SubjectMemory | undefined;

  constructor(port: PortMemory, key: SubjectKey) {
    this.port = port;
    this.key = key;
  }

  addEvent(event: AcceptedEvent, { bodyHash, bodyLength, offset, isUntold = false }: Received): void {
    this.events.push(event);
    this.known.set(eventKey(event), { event, bodyHash, offset, isUntold });
    this.port.grow(this, weights.event + bodyLength);
  }

  addLink(statement: LinkStatement): void {
    const other = typeOf(statement.from === this.key ? statement.to : statement.from);
    const list = this.links[other];
    if (list) list.push(statement);
    else this.links[other] = [statement];
    this.port.grow(this, weights.link);
  }

  /** True when the same event said the same before. */
  hasLink({ from, to, op, event }: LinkStatement): boolean {
    const other = typeOf(from === this.key ? to : from);
    return this.links[other]?.some((s) => s.event === event && s.op === op && s.from === from && s.to === to) ?? false;
  }

  setVisits(visits: VisitMemory[]): void {
    const weight = (of: readonly VisitMemory[]): number =>
      of.reduce((sum, v) => sum + weights.visit + weights.entry * v.timeline.length, 0);
    const before = weight(this.visits);
    this.visits = visits;
    this.port.grow(this, weight(visits) - before);
  }
}
