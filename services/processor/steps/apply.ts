import { type AcceptedEvent, eventKey } from '@clearquay/domain/events/status-event.ts';
import { problem } from '@clearquay/domain/problems/problem.ts';
import { linkStatements } from '@clearquay/domain/visit/links.ts';
import { chainOf } from '@clearquay/domain/visit/standing.ts';
import { type LinkStatement, type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';
import { type Batch, refuseRecord } from '../batch.ts';
import { bodyOf, hashOf } from '../state/event-body.ts';
import type { Memory } from '../state/memory.ts';
import type { PortMemory } from '../state/port-memory.ts';
import { reachStarts } from '../state/reach-starts.ts';
import type { Incoming } from './validate.ts';

/** An event that this batch applied, or that a former owner may have applied in part. */
export interface AppliedEvent {
  readonly event: AcceptedEvent;
  readonly statements: readonly LinkStatement[];
  readonly body: string;
  readonly bodyHash: string;
  /** Of its record on the topic of its agency. */
  readonly offset: number;
  /** False for one that stood in `events` already when this owner took over. */
  readonly isNew: boolean;
}

/** What a batch did to one port. */
export interface AppliedPort {
  readonly port: PortMemory;
  readonly events: AppliedEvent[];
  /** Subjects from which the effects run down to boxes. */
  readonly starts: Set<SubjectKey>;
  /** The same for events that a former owner may have applied in part: their boxes are written again whatever they say. */
  readonly takenOver: Set<SubjectKey>;
  /** Ids of visits that are written again because time has passed, by box. */
  readonly due: Map<SubjectKey, Set<string>>;
}

/** Adds what an event says about links to both ends. */
function addLinks(port: PortMemory, statements: readonly LinkStatement[], isNew: boolean): void {
  for (const statement of statements)
    for (const key of [statement.from, statement.to]) {
      const end = port.getOrAdd(key);
      if (isNew || !end.hasLink(statement)) end.addLink(statement);
    }
}

/** Where the effects of an event begin: also where those of the events do whose standing it can change. */
function* startsOf(port: PortMemory, event: AcceptedEvent, statements: readonly LinkStatement[]): Generator<SubjectKey> {
  yield* reachStarts(event, statements);
  for (const other of chainOf(event, port.get(subjectKey(event.subject))?.events ?? []))
    if (other !== event) yield* reachStarts(other, linkStatements(other));
}

/** What the batch does to a port, from nothing at first. */
function appliedTo(ports: Map<PortMemory, AppliedPort>, port: PortMemory): AppliedPort {
  const applied = ports.get(port) ?? { port, events: [], starts: new Set(), takenOver: new Set(), due: new Map() };
  ports.set(port, applied);
  return applied;
}

/**
 * Adds the events of a batch to their subjects. Events are a set by port, source and id: the same one again changes
 * nothing, one with another body is refused and the first stands.
 */
export function apply(batch: Batch, incoming: readonly Incoming[], memory: Memory): AppliedPort[] {
  const ports = new Map<PortMemory, AppliedPort>();
  // Stamps do not tell them from those of a former owner, whose clock may have been ahead.
  const done = new Set<AcceptedEvent>();
  for (const { record, event, statements: said } of incoming) {
    const port = memory.port(event.port);
    const subject = port.getOrAdd(subjectKey(event.subject));
    const body = bodyOf(event, port.port.zone);
    const bodyHash = hashOf(body);
    const known = subject.known.get(eventKey(event));
    if (known && known.bodyHash !== bodyHash) {
      refuseRecord(
        batch,
        'apply',
        record,
        problem('CQ_EVENT_CONFLICT', 'Give the event an id of its own, or send a correction of the first one.', '/id'),
        event,
      );
      continue;
    }
    const wasInFlight = batch.wasInFlight(record);
    if (known) {
      batch.counts.duplicate++;
      // The record that the event came with may be read again; every other one is a repetition.
      if (known.offset !== record.offset && (known.offset >= 0 || !wasInFlight)) batch.repeats.push({ event: known.event, record });
      if (!(wasInFlight || known.isUntold) || done.has(known.event)) continue;
      subject.known.set(eventKey(event), { ...known, isUntold: false });
    } else {
      batch.counts.applied++;
      subject.addEvent(event, { bodyHash, bodyLength: body.length, offset: record.offset });
    }
    const applied = appliedTo(ports, port);
    const standing = known?.event ?? event;
    done.add(standing);
    const statements = known ? linkStatements(standing) : said;
    addLinks(port, statements, !known && !wasInFlight);
    applied.events.push({ event: standing, statements, body, bodyHash, offset: known?.offset ?? record.offset, isNew: !known });
    const starts = known ? applied.takenOver : applied.starts;
    for (const key of startsOf(port, standing, statements)) starts.add(key);
  }
  for (const { port: code, box, visitId, isUntold } of batch.due) {
    const { due, takenOver } = appliedTo(ports, memory.port(code));
    if (isUntold) takenOver.add(box);
    else due.set(box, (due.get(box) ?? new Set()).add(visitId));
  }
  return [...ports.values()];
}
