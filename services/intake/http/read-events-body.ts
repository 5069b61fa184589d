import type { Problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { scanJson } from './scan-json.ts';

/** One item of the body: its JSON value, its bytes as sent, and what is wrong with it before its fields are read. */
export interface BodyItem {
  readonly value: unknown;
  readonly bytes: Uint8Array;
  readonly problems: readonly Problem[];
}

const maxDepth = 64;
const encoder = new TextEncoder();

/**
 * Reads `{events: […]}` strictly (RFC 8259, I-JSON RFC 7493): a byte order mark is dropped, nothing else is forgiven.
 * What is wrong inside one event stays with it; what is wrong with the body refuses it whole.
 */
export function readEventsBody(body: Uint8Array, maxItems: number): Result<readonly BodyItem[], ProblemError> {
  const text = decode(body);
  if (text === undefined) return refuse(new ProblemError('CQ_JSON_INVALID', 'Send the body as UTF-8.'));
  const scan = scanJson(text, 'events', { maxDepth, maxItems });
  if (scan.stopped === 'depth') return refuse(new ProblemError('CQ_JSON_INVALID', `Send JSON of at most ${maxDepth} levels.`));
  if (scan.stopped === 'items') return refuse(new ProblemError('CQ_REQUEST_INVALID', `Send at most ${maxItems} events at once.`));
  const value = parse(text);
  if (value === undefined) return refuse(new ProblemError('CQ_JSON_INVALID', 'Send one well-formed JSON document (RFC 8259).'));
  if (scan.problems.length > 0) return refuse(new ProblemError('CQ_JSON_INVALID', 'Correct what the errors name.', scan.problems));
  const events = typeof value === 'object' && value !== null && 'events' in value ? value.events : undefined;
  if (!Array.isArray(events) || Object.keys(value as object).length !== 1)
    return refuse(new ProblemError('CQ_REQUEST_INVALID', `Send {"events": […]} with at most ${maxItems} events and nothing else.`));
  return ok(
    scan.items.map(({ start, end, problems }, i) => ({
      value: events[i] as unknown,
      bytes: encoder.encode(text.slice(start, end)),
      problems,
    })),
  );
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The value of a JSON text; none of them is undefined. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
