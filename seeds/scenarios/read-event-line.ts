import { codeRules, isCode } from '@clearquay/domain/events/codes.ts';
import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { Json, Reference } from '@clearquay/domain/events/status-event.ts';
import type { Delivery } from './scenario.ts';
import { ScenarioDefect, type ScenarioNames } from './scenario-names.ts';

/** What the lines before have told: events by their label. */
export interface EventLineContext {
  readonly name: string;
  readonly port: string;
  readonly names: ScenarioNames;
  readonly labelled: Map<string, StatusEventJson>;
}

type Fields = { [key: string]: Json };

/** `B17 > B171 C171 C172; B17 > B172 C173`: which boxes of an old bill stand on which new one. */
function readMap(text: string, names: ScenarioNames): Json {
  return text.split(';').map((part) => {
    const [old = '', now = ''] = part.split('>').map((side) => side.trim());
    const [bill = '', ...boxes] = now.split(/\s+/);
    return { old: names.resolve(old).id, new: names.resolve(bill).id, boxes: boxes.map((box) => names.resolve(box).id) };
  });
}

/**
 * A number when JavaScript writes it the same way, so `620.00` stays text; `+48:00` is a moment and `date+48:00` its
 * day in the port; else true, false or text.
 */
function readValue(text: string, names: ScenarioNames): Json {
  const moment = /^(date)?\+(\d+:\d\d)$/.exec(text);
  if (moment) return names.textOf(moment[2] ?? '').slice(0, moment[1] ? 10 : undefined);
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && String(Number(text)) === text ? Number(text) : text;
}

/** `{kind gate-in, due +48:00, dangerousGoods.class 9}`: attribute words with their values; a dot leads one level down. */
function readDetails(text: string, names: ScenarioNames): Fields {
  const details: Fields = {};
  for (const item of text.split(',')) {
    const [key = '', ...words] = item.trim().split(/\s+/);
    const value = key === 'map' ? readMap(words.join(' '), names) : readValue(words.join(' '), names);
    const [outer = '', inner] = key.split('.');
    if (inner === undefined) details[outer] = value;
    else details[outer] = { ...(details[outer] as Fields | undefined), [inner]: value };
  }
  return details;
}

/** `[consignee LNTRADE, forwarder DLCFWD]`: parties by role and code. */
const readParties = (text: string): { role: string; code: string }[] =>
  text.split(',').map((item) => {
    const [role = '', code = ''] = item.trim().split(/\s+/);
    return { role, code };
  });

/** A short name, or a truck or seal as `seal:DL204417`. */
function readReference(text: string, names: ScenarioNames): Reference {
  const [type = '', id] = text.split(':');
  return id !== undefined && (type === 'truck' || type === 'seal') ? { type, id } : names.resolve(text);
}

/** Takes the part of a line that a pattern matches out of it. */
function cutOut(line: string, pattern: RegExp): { readonly rest: string; readonly found?: string } {
  const match = pattern.exec(line);
  return match ? { rest: line.replace(match[0], ' '), found: match[1] ?? '' } : { rest: line };
}

/** The parts of one line; each is taken out in turn so that the order after the subject is free. */
function takeApart(line: string) {
  const details = cutOut(line, /\{([^}]*)\}/);
  const parties = cutOut(details.rest, /\[([^\]]*)\]/);
  const received = cutOut(parties.rest, / rx (\S+)/);
  const action = cutOut(received.rest, / !((?:dup|correct|cancel) \S+)/);
  const label = cutOut(action.rest, / #(\S+)/);
  const facility = cutOut(label.rest, / @ ?(\S+)/);
  const classifier = cutOut(facility.rest, / \((planned|estimated|actual)\)/);
  const [head = '', references = ''] = classifier.rest.split('>');
  const [offset = '', code = '', subject = '', ...more] = head.trim().split(/\s+/);
  if (more.length > 0) throw new ScenarioDefect(`what is ${more.join(' ')}?`);
  const [verb, target] = action.found?.split(' ') ?? [];
  return {
    offset: offset.replace('+', ''),
    code,
    subject,
    references: references.split(/\s+/).filter(Boolean),
    details: details.found,
    parties: parties.found,
    received: received.found,
    label: label.found,
    facility: facility.found,
    classifier: classifier.found,
    verb,
    target,
  };
}

/**
 * Reads one event: `+6:00 terminal.discharged C13 > K14 {to yard} @ DCT-A #4 rx 6:05`. `!dup 4` delivers the event
 * labelled 4 again, `!correct 4` and `!cancel 4` are messages about it. Throws `ScenarioDefect`.
 */
export function readEventLine(line: string, nth: number, context: EventLineContext): Delivery {
  const { names, name, port, labelled } = context;
  const said = takeApart(line);
  const target = said.target === undefined ? undefined : labelled.get(said.target);
  if (said.verb && !target) throw new ScenarioDefect(`no event before is #${said.target}`);
  const occurredAt = names.instantOf(said.offset);
  const receivedAt = names.instantOf(said.received ?? said.offset);
  if (said.verb === 'dup' && target) return { event: target, occurredAt, receivedAt };
  if (!isCode(said.code)) throw new ScenarioDefect(`${said.code} is no code`);
  const event: StatusEventJson = {
    id: `${name.toLowerCase()}-${said.label ?? `e${String(nth).padStart(2, '0')}`}`,
    action: said.verb ?? 'report',
    ...(target && { replaces: { source: target.source, id: target.id } }),
    port,
    source: `${port.slice(2).toLowerCase()}-${said.code.slice(0, said.code.indexOf('.'))}`,
    agency: codeRules[said.code].agency,
    code: said.code,
    subject: names.resolve(said.subject),
    references: said.references.map((reference) => readReference(reference, names)),
    classifier: said.classifier ?? codeRules[said.code].classifiers.at(-1) ?? 'actual',
    occurredAt: names.textOf(said.offset),
    ...(said.facility && { location: { facility: said.facility } }),
    ...(said.parties && { parties: readParties(said.parties) }),
    ...(said.details && { details: readDetails(said.details, names) }),
  };
  if (said.label) labelled.set(said.label, event);
  return { event, occurredAt, receivedAt };
}
