import { parseContainerNumber } from '../identifiers/container-number.ts';
import { type Instant, parseInstant } from '../identifiers/instant.ts';
import type { PortTable } from '../identifiers/un-locode.ts';
import { type Problem, problem } from '../problems/problem.ts';
import type { ProblemCode } from '../problems/problem-codes.ts';
import { ok, type Result, refuse } from '../result.ts';
import { codeRules, isCode } from './codes.ts';
import { replacementProblems } from './replacement-map.ts';
import {
  type Action,
  type Classifier,
  type Details,
  type Location,
  type Party,
  type Reference,
  reviewSource,
  type StatusEvent,
  type Subject,
  type SubjectType,
  type ZoneRule,
} from './status-event.ts';

type Fields = Readonly<Record<string, unknown>>;

const known = new Set([
  'id',
  'action',
  'replaces',
  'port',
  'source',
  'agency',
  'code',
  'subject',
  'references',
  'classifier',
  'occurredAt',
  'occurredAtText',
  'zoneRule',
  'recordedAt',
  'location',
  'parties',
  'details',
]);
const subjectTypes: readonly string[] = ['container', 'bill', 'declaration', 'call'] satisfies SubjectType[];
const referenceTypes: readonly string[] = [...subjectTypes, 'truck', 'seal'];
const zoneRules: readonly string[] = ['offset', 'partner', 'activity', 'port'] satisfies ZoneRule[];
const maxReferences = 10_000;
const maxDepth = 32;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const printable = /^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+$/;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max && value.trim() === value && printable.test(value);

/** Depth and number safety of free JSON: at most 32 levels, and integers that JavaScript keeps exactly. */
function isSafeJson(value: unknown, depth = 0): boolean {
  if (depth > maxDepth) return false;
  if (typeof value === 'number') return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (Array.isArray(value)) return value.every((v) => isSafeJson(v, depth + 1));
  if (isFields(value)) return Object.values(value).every((v) => isSafeJson(v, depth + 1));
  return true;
}

/** Collects problems while it reads one event. */
class Reader {
  readonly problems: Problem[] = [];
  readonly ports: PortTable;
  constructor(ports: PortTable) {
    this.ports = ports;
  }

  refuse(code: ProblemCode, message: string, pointer: string): undefined {
    this.problems.push(problem(code, message, pointer));
    return undefined;
  }

  take<T>(result: Result<T, Problem>): T | undefined {
    if (result.ok) return result.value;
    this.problems.push(result.error);
    return undefined;
  }

  text(fields: Fields, name: string, max: number, code: ProblemCode, at = ''): string | undefined {
    const value = fields[name];
    return isText(value, max)
      ? value
      : this.refuse(code, `Send \`${name}\` as 1 to ${max} printable characters without spaces around them.`, `${at}/${name}`);
  }

  optionalText(fields: Fields, name: string, max: number, at = ''): string | undefined {
    return fields[name] === undefined || fields[name] === null ? undefined : this.text(fields, name, max, 'CQ_EVENT_SHAPE', at);
  }

  oneOf<T extends string>(fields: Fields, name: string, values: readonly T[], fallback: T): T | undefined {
    const value = fields[name] ?? fallback;
    const found = values.find((v) => v === value);
    return found ?? this.refuse('CQ_EVENT_SHAPE', `Send \`${name}\` as one of ${values.join(', ')}.`, `/${name}`);
  }

  instant(fields: Fields, name: string): Instant | undefined {
    const value = fields[name];
    return typeof value === 'string'
      ? this.take(parseInstant(value, `/${name}`))
      : this.refuse('CQ_TIME_INVALID', `Send \`${name}\` as ISO 8601 text with an offset.`, `/${name}`);
  }

  /** The id of a subject or reference in its canonical form; a call's port alias is resolved. */
  identifier(type: string, fields: Fields, at: string, code: ProblemCode): string | undefined {
    if (type === 'container')
      return typeof fields['id'] === 'string'
        ? this.take(parseContainerNumber(fields['id'], `${at}/id`))
        : this.refuse('CQ_CONTAINER_FORMAT', 'Send the container number as text.', `${at}/id`);
    const id = this.text(fields, 'id', 120, code, at);
    if (id === undefined || type !== 'call') return id;
    const [vessel, code5, voyage, ...rest] = id.split(':');
    const port = this.ports.resolve(code5 ?? '');
    if (!vessel || !voyage || rest.length > 0 || !port)
      return this.refuse(
        code,
        'Write a call as vessel:port:voyage, the vessel by IMO number, call sign or name, the port by UN/LOCODE.',
        `${at}/id`,
      );
    return `${vessel}:${port.code}:${voyage}`;
  }

  subject(value: unknown): Subject | undefined {
    if (!isFields(value) || typeof value['type'] !== 'string' || !subjectTypes.includes(value['type']))
      return this.refuse('CQ_EVENT_SHAPE', 'Send `subject` as {type, id} with type container, bill, declaration or call.', '/subject');
    const id = this.identifier(value['type'], value, '/subject', 'CQ_SUBJECT_ID');
    const kind = this.optionalText(value, 'kind', 40, '/subject');
    return id === undefined ? undefined : { type: value['type'] as SubjectType, id, ...(kind && { kind }) };
  }

  references(value: unknown): Reference[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value) || value.length > maxReferences) {
      this.refuse('CQ_REFERENCE', `Send \`references\` as an array of at most ${maxReferences}.`, '/references');
      return [];
    }
    return value.flatMap((item: unknown, i) => {
      const at = `/references/${i}`;
      if (!isFields(item) || typeof item['type'] !== 'string' || !referenceTypes.includes(item['type'])) {
        this.refuse('CQ_REFERENCE', 'Send a reference as {type, id} with type container, bill, declaration, call, truck or seal.', at);
        return [];
      }
      const id = this.identifier(item['type'], item, at, 'CQ_REFERENCE');
      const kind = this.optionalText(item, 'kind', 40, at);
      const relation = this.optionalText(item, 'relation', 40, at);
      return id === undefined
        ? []
        : [{ type: item['type'] as Reference['type'], id, ...(kind && { kind }), ...(relation && { relation }) }];
    });
  }

  replaces(fields: Fields, action: Action | undefined, source: string | undefined): StatusEvent['replaces'] {
    if (action === undefined || action === 'report') return undefined;
    const value = fields['replaces'];
    if (!isFields(value))
      return this.refuse(
        'CQ_REPLACES_MISSING',
        'Name the event that this one corrects or cancels in `replaces` {source, id}.',
        '/replaces',
      );
    const id = this.text(value, 'id', 200, 'CQ_REPLACES_MISSING', '/replaces');
    const from = value['source'] === undefined ? source : this.text(value, 'source', 120, 'CQ_REPLACES_MISSING', '/replaces');
    return id === undefined || from === undefined ? undefined : { source: from, id };
  }

  location(value: unknown): Location | undefined {
    if (value === undefined || value === null) return undefined;
    if (!isFields(value)) return this.refuse('CQ_EVENT_SHAPE', 'Send `location` as {facility?, berth?, gate?, position?}.', '/location');
    const entries = ['facility', 'berth', 'gate', 'position'].flatMap((name) => {
      const text = this.optionalText(value, name, 120, '/location');
      return text === undefined ? [] : [[name, text]];
    });
    return Object.fromEntries(entries);
  }

  parties(value: unknown): Party[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value) || value.length > 100)
      return this.refuse('CQ_EVENT_SHAPE', 'Send `parties` as an array of at most 100 {role, code, name?}.', '/parties');
    return value.flatMap((item: unknown, i) => {
      const at = `/parties/${i}`;
      if (!isFields(item)) return this.refuse('CQ_EVENT_SHAPE', 'Send a party as {role, code, name?}.', at) ?? [];
      const role = this.text(item, 'role', 40, 'CQ_EVENT_SHAPE', at);
      const code = this.text(item, 'code', 120, 'CQ_EVENT_SHAPE', at);
      const name = this.optionalText(item, 'name', 400, at);
      return role === undefined || code === undefined ? [] : [{ role, code, ...(name && { name }) }];
    });
  }

  details(value: unknown): Details | undefined {
    if (value === undefined || value === null) return undefined;
    if (!isFields(value) || !isSafeJson(value))
      return this.refuse(
        'CQ_EVENT_SHAPE',
        `Send \`details\` as a JSON object, at most ${maxDepth} levels deep, with numbers that keep their digits.`,
        '/details',
      );
    return value as Details;
  }
}

/** The code with its agency, subject type and classifier checked against the catalogue. */
function checkCode(
  reader: Reader,
  fields: Fields,
  subject: Subject | undefined,
  classifier: Classifier | undefined,
): StatusEvent['code'] | undefined {
  const code = fields['code'];
  if (typeof code !== 'string' || !isCode(code))
    return reader.refuse('CQ_CODE_UNKNOWN', 'Use a code of the catalogue, such as terminal.discharged.', '/code');
  const rule = codeRules[code];
  if (fields['agency'] !== undefined && fields['agency'] !== rule.agency)
    reader.refuse('CQ_AGENCY_MISMATCH', `The agency of ${code} is ${rule.agency}.`, '/agency');
  if (subject && !rule.subjects.includes(subject.type))
    reader.refuse('CQ_CODE_SUBJECT', `${code} speaks about ${rule.subjects.join(' or ')}.`, '/subject/type');
  if (classifier && !rule.classifiers.includes(classifier))
    reader.refuse('CQ_CODE_CLASSIFIER', `${code} comes as ${rule.classifiers.join(' or ')}.`, '/classifier');
  return code;
}

/** What concerns the source that is kept for the decisions of people. */
function checkDecision(reader: Reader, action: Action | undefined, source: string | undefined, isAllowed: boolean): void {
  if (source === reviewSource && !isAllowed)
    reader.refuse('CQ_EVENT_ID', `Send another source: ${source} is kept for decisions.`, '/source');
  if (action === 'confirm' && (source !== reviewSource || !isAllowed))
    reader.refuse('CQ_EVENT_SHAPE', 'Send `action` as one of report, correct, cancel.', '/action');
}

/**
 * Reads one status event from JSON. All problems are reported at once, each with a pointer into the event; nothing is
 * folded or repaired except the port's aliases. `agency` may be left out: the code's namespace names it. What people decided (source
 * `clearquay.review`) is taken `withDecisions` only: nobody may send it.
 */
export function parseStatusEvent(value: unknown, ports: PortTable, withDecisions = false): Result<StatusEvent, readonly Problem[]> {
  if (!isFields(value)) return refuse([problem('CQ_EVENT_SHAPE', 'Send a status event as a JSON object.', '')]);
  const reader = new Reader(ports);
  for (const name of Object.keys(value))
    if (!known.has(name))
      reader.refuse(
        'CQ_EVENT_SHAPE',
        'There is no such field; extra facts go into `details`.',
        `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      );
  const id = reader.text(value, 'id', 200, 'CQ_EVENT_ID');
  const source = reader.text(value, 'source', 120, 'CQ_EVENT_ID');
  const action = reader.oneOf<Action>(value, 'action', ['report', 'correct', 'cancel', 'confirm'], 'report');
  checkDecision(reader, action, source, withDecisions);
  const replaces = reader.replaces(value, action, source);
  const port = typeof value['port'] === 'string' ? ports.resolve(value['port']) : undefined;
  if (!port) reader.refuse('CQ_PORT_UNKNOWN', 'Name the port by its UN/LOCODE, such as CNDLC.', '/port');
  const subject = reader.subject(value['subject']);
  const defaultClassifier =
    typeof value['code'] === 'string' && isCode(value['code']) ? (codeRules[value['code']].classifiers.at(-1) ?? 'actual') : 'actual';
  const classifier = reader.oneOf<Classifier>(value, 'classifier', ['planned', 'estimated', 'actual'], defaultClassifier);
  const code = checkCode(reader, value, subject, classifier);
  const occurredAt = reader.instant(value, 'occurredAt');
  const occurredAtText =
    reader.optionalText(value, 'occurredAtText', 80) ?? (typeof value['occurredAt'] === 'string' ? value['occurredAt'] : undefined);
  const zoneRule =
    value['zoneRule'] === undefined
      ? 'offset'
      : zoneRules.includes(String(value['zoneRule']))
        ? (value['zoneRule'] as ZoneRule)
        : reader.refuse('CQ_EVENT_SHAPE', `Send \`zoneRule\` as one of ${zoneRules.join(', ')}.`, '/zoneRule');
  const recordedAt = value['recordedAt'] === undefined || value['recordedAt'] === null ? undefined : reader.instant(value, 'recordedAt');
  const references = reader.references(value['references']);
  const location = reader.location(value['location']);
  const parties = reader.parties(value['parties']);
  const details = reader.details(value['details']);
  if (code === 'carrier.bill-replaced' && action !== 'cancel') reader.problems.push(...replacementProblems(details?.['map']));
  if (reader.problems.length > 0 || !id || !source || !action || !port || !subject || !classifier || !code || occurredAt === undefined)
    return refuse(reader.problems);
  return ok({
    id,
    action,
    ...(replaces && { replaces }),
    port: port.code,
    source,
    agency: codeRules[code].agency,
    code,
    subject,
    references,
    classifier,
    occurredAt,
    ...(occurredAtText !== undefined && { occurredAtText }),
    ...(zoneRule && { zoneRule }),
    ...(recordedAt !== undefined && { recordedAt }),
    ...(location && { location }),
    ...(parties && parties.length > 0 && { parties }),
    ...(details && { details }),
  });
}
