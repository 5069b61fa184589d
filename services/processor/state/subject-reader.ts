import { eventKey } from '@clearquay/domain/events/status-event.ts';
import type { Queries, StoredSubjects } from '@clearquay/domain/history/stored-subjects.ts';
import { type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';
import { isUntold } from '../fence.ts';
import type { PortMemory } from './port-memory.ts';

const anySql = 'SELECT 1 FROM events WHERE port = {port:String} LIMIT 1';

/** True when nothing was ever applied for the port. */
export const isEmptyPort = async (warehouse: Queries, port: string): Promise<boolean> =>
  (await warehouse.query(anySql, { port })).length === 0;

/** Puts what was read into memory; a subject without events and links is remembered as empty. */
export function addSubjects(port: PortMemory, keys: readonly SubjectKey[], { events, links }: StoredSubjects): void {
  for (const key of keys) port.getOrAdd(key);
  for (const { event, body, bodyHash, offset, revision } of events) {
    const subject = port.getOrAdd(subjectKey(event.subject));
    if (subject.known.has(eventKey(event))) continue;
    subject.addEvent(event, { bodyHash, bodyLength: body.length, offset, isUntold: isUntold(BigInt(revision), port.fence) });
  }
  for (const { end, statement } of links) port.getOrAdd(end).addLink(statement);
}
