import { codeRules, isCode } from '@clearquay/domain/events/codes.ts';
import type { Classifier, Details, Location, Reference, StatusEvent, Subject, ZoneRule } from '@clearquay/domain/events/status-event.ts';
import { parseContainerNumber } from '@clearquay/domain/identifiers/container-number.ts';
import { instant, isPlausible } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { EventRecord } from './event-from-record.ts';

/*
 * Nearly every record is plain: ASCII names, a report, flat details. Such a one is read here in a fraction of the time
 * of the full parser. The rules are that parser's rules, narrower: whatever does not fit goes there and is judged there.
 * A property test holds both to the same answer.
 */

const plainText = /^[!-~](?:[ -~]*[!-~])?$/;
const referenceTypes: readonly string[] = ['container', 'bill', 'declaration', 'call', 'truck', 'seal'];
const zoneRules: readonly (string | null | undefined)[] = ['offset', 'partner', 'activity', 'port', null, undefined];
const maxReferences = 10_000;
const maxParties = 100;

const isPlain = (text: string, max: number): boolean => text.length <= max && plainText.test(text);
const isAbsentOrPlain = (text: string | null | undefined, max: number): boolean =>
  text === null || text === undefined || isPlain(text, max);

/** True for an identifier that stands as it is written; a call only with the canonical code of its port. */
function isPlainId(type: string, id: string, ports: PortTable): boolean {
  if (type === 'container') return parseContainerNumber(id).ok;
  if (!isPlain(id, 120)) return false;
  if (type !== 'call') return true;
  const [vessel, port = '', voyage, ...rest] = id.split(':');
  return Boolean(vessel && voyage) && rest.length === 0 && ports.resolve(port)?.code === port;
}

function plainReferences(record: EventRecord, ports: PortTable): Reference[] | undefined {
  if (record.references.length > maxReferences) return undefined;
  const references: Reference[] = [];
  for (const { type, id, kind, relation } of record.references) {
    if (!referenceTypes.includes(type) || !isPlainId(type, id, ports)) return undefined;
    if (!isAbsentOrPlain(kind, 40) || !isAbsentOrPlain(relation, 40)) return undefined;
    references.push({ type: type as Reference['type'], id, ...(kind && { kind }), ...(relation && { relation }) });
  }
  return references;
}

function plainLocation(record: EventRecord): Location | undefined | 'not-plain' {
  if (!record.location) return undefined;
  const { facility, berth, gate, position } = record.location;
  for (const text of [facility, berth, gate, position]) if (!isAbsentOrPlain(text, 120)) return 'not-plain';
  return { ...(facility && { facility }), ...(berth && { berth }), ...(gate && { gate }), ...(position && { position }) };
}

/** Details without nesting, whose numbers keep their digits. */
function plainDetails(text: string): Details | undefined {
  let details: unknown;
  try {
    details = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  for (const value of Object.values(details)) {
    if (typeof value === 'object' && value !== null) return undefined;
    if (typeof value === 'number' && (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))))
      return undefined;
  }
  return details as Details;
}

/** The code, subject and classifier when they go together. */
function fitsCatalogue(record: EventRecord): record is EventRecord & Pick<StatusEvent, 'code' | 'agency' | 'classifier'> {
  if (!isCode(record.code)) return false;
  const rule = codeRules[record.code];
  return (
    record.agency === rule.agency &&
    rule.subjects.includes(record.subject.type) &&
    rule.classifiers.includes(record.classifier as Classifier)
  );
}

/** Reads a plain record; nothing when it is not plain, which says nothing about whether it is right. */
export function plainEvent(record: EventRecord, ports: PortTable): StatusEvent | undefined {
  if (record.action !== 'report' || !fitsCatalogue(record)) return undefined;
  const { id, source, subject, occurredAt, occurredAtText, zoneRule, recordedAt, parties } = record;
  const port = ports.resolve(record.port);
  if (!port || !isPlain(id, 200) || !isPlain(source, 120) || !zoneRules.includes(zoneRule) || !isAbsentOrPlain(occurredAtText, 80))
    return undefined;
  if (!isPlainId(subject.type, subject.id, ports) || !isAbsentOrPlain(subject.kind, 40)) return undefined;
  if (!isPlausible(instant(occurredAt)) || (typeof recordedAt === 'number' && !isPlausible(instant(recordedAt)))) return undefined;
  if (parties.length > maxParties || !parties.every((p) => isPlain(p.role, 40) && isPlain(p.code, 120) && isAbsentOrPlain(p.name, 400)))
    return undefined;
  const references = plainReferences(record, ports);
  const location = plainLocation(record);
  const details = typeof record.details === 'string' ? plainDetails(record.details) : undefined;
  if (!references || location === 'not-plain' || (typeof record.details === 'string' && !details)) return undefined;
  return {
    id,
    action: 'report',
    port: port.code,
    source,
    agency: record.agency,
    code: record.code,
    subject: plainSubject(subject),
    references,
    classifier: record.classifier,
    occurredAt: instant(occurredAt),
    occurredAtText: occurredAtText ?? new Date(occurredAt).toISOString(),
    zoneRule: (zoneRule as ZoneRule | null | undefined) ?? 'offset',
    ...(typeof recordedAt === 'number' && { recordedAt: instant(recordedAt) }),
    ...(location && { location }),
    ...(parties.length > 0 && { parties: parties.map(({ role, code, name }) => ({ role, code, ...(name && { name }) })) }),
    ...(details && { details }),
  };
}

const plainSubject = ({ type, id, kind }: EventRecord['subject']): Subject => ({ type, id, ...(kind && { kind }) });
