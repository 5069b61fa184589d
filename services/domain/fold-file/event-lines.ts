import { acceptEvent } from '../events/accept-event.ts';
import { parseStatusEvent } from '../events/parse-event.ts';
import type { AcceptedEvent, Json, StatusEvent } from '../events/status-event.ts';
import { type Instant, parseInstant } from '../identifiers/instant.ts';
import type { PortTable } from '../identifiers/un-locode.ts';
import { type Problem, problem } from '../problems/problem.ts';
import type { ProblemCode } from '../problems/problem-codes.ts';
import { ok, type Result, refuse } from '../result.ts';

/** What is wrong with one line of a file; `line` counts from 1. */
export interface LineFinding {
  readonly line: number;
  readonly code: ProblemCode;
  readonly message: string;
  /** JSON pointer into the event. */
  readonly pointer?: string;
}

/** The events of a file that can be folded, in order of receipt, and what is wrong with the others. */
export interface EventLines {
  readonly events: readonly AcceptedEvent[];
  readonly findings: readonly LineFinding[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): Result<unknown, Problem> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return refuse(problem('CQ_JSON_INVALID', 'Write one status event as JSON on each line.'));
  }
}

/** A time of receipt that the line carries beside the event, as an export of a timeline does. */
function readReceipt(fields: unknown): Result<Instant | undefined, Problem> {
  const said = isFields(fields) ? fields['receivedAt'] : undefined;
  if (said === undefined) return ok(undefined);
  if (typeof said === 'string') return parseInstant(said, '/receivedAt');
  return refuse(problem('CQ_TIME_INVALID', 'Write `receivedAt` as ISO 8601 text with an offset.', '/receivedAt'));
}

function readLine(text: string, ports: PortTable): Result<AcceptedEvent, readonly Problem[]> {
  const json = parseJson(text);
  if (!json.ok) return refuse([json.error]);
  const receipt = readReceipt(json.value);
  if (!receipt.ok) return refuse([receipt.error]);
  const { receivedAt: _, ...rest } = isFields(json.value) ? json.value : {};
  const parsed = parseStatusEvent(isFields(json.value) ? rest : json.value, ports, true);
  if (!parsed.ok) return parsed;
  const event = parsed.value;
  // Without a time of receipt nothing can be ahead of it, so only times that no port event can have are set aside.
  const receivedAt = receipt.value ?? event.occurredAt;
  return ok(acceptEvent(event, receivedAt, receivedAt));
}

/** The same text for equal JSON values, whatever the order of their keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isFields(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`).join()}}`;
}

/** What must be equal in two deliveries of one event: all but the times of receipt and application. */
function bodyOf(event: AcceptedEvent): string {
  const { receivedAt: _, appliedAt: __, quarantined: ___, ...body } = event;
  return canonical(body satisfies StatusEvent);
}

/**
 * Reads a file of status events, one JSON per line in order of receipt; blank lines are skipped. Each line may carry
 * `receivedAt`; without it the occurred time stands for it. A line that cannot be read gives one finding per problem; an
 * event id that comes again with another body gives `CQ_EVENT_CONFLICT` and the first stands; with the same body it
 * is a duplicate and says nothing new. Never throws.
 */
export function readEventLines(text: string, ports: PortTable): EventLines {
  const events: AcceptedEvent[] = [];
  const findings: LineFinding[] = [];
  const bodies = new Map<string, string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const add = ({ code, message, pointer }: Problem): void => {
      findings.push({ line: index + 1, code, message, ...(pointer !== undefined && { pointer }) });
    };
    const read = readLine(line, ports);
    if (!read.ok) {
      for (const one of read.error) add(one);
      continue;
    }
    const { port, source, id, quarantined } = read.value;
    const key = JSON.stringify([port, source, id]);
    const body = bodyOf(read.value);
    const first = bodies.get(key);
    if (first !== undefined) {
      if (first !== body) add(problem('CQ_EVENT_CONFLICT', `${source}/${id} came before with another body; the first one stands.`));
      continue;
    }
    bodies.set(key, body);
    events.push(read.value);
    if (quarantined)
      add(
        problem('CQ_TIME_INVALID', 'The time is out of range: the event stays outside the fold until a person confirms it.', '/occurredAt'),
      );
  }
  return { events, findings };
}
