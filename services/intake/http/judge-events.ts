import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import { isQuarantined } from '@clearquay/domain/events/quarantine.ts';
import { eventKey, type StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { type Result, refuse } from '@clearquay/domain/result.ts';
import { accepted, type Outcome, rejected } from './outcome.ts';
import { chunkBytes } from './raw-record.ts';
import type { BodyItem } from './read-events-body.ts';

/** An item with its outcome; `event` when it is to be appended, `problem` when it goes to the dead letters. */
export interface JudgedItem {
  readonly item: BodyItem;
  readonly outcome: Outcome;
  readonly event?: StatusEvent;
  readonly problem?: Problem;
}

/** Bytes of one event at most: it must fit one record of the log. */
export const maxEventBytes = chunkBytes;

/** Judges every item by itself, and items of one identity against each other: the first stands. */
export function judgeEvents(items: readonly BodyItem[], ports: PortTable, receivedAt: Instant): JudgedItem[] {
  const first = new Map<string, string>();
  return items.map((item) => {
    const read = readItem(item, ports);
    if (!read.ok) return refuseItem(item, read.error);
    const event = read.value;
    const key = `${event.port}\u0000${eventKey(event)}`;
    const body = JSON.stringify(event, sortKeys);
    const known = first.get(key);
    if (known === body) return { item, outcome: accepted(event, { duplicate: true }) };
    if (known !== undefined)
      return refuseItem(item, [
        problem('CQ_EVENT_CONFLICT', 'Another event of this request has the same port, source and id. Give it its own id.', '/id'),
      ]);
    first.set(key, body);
    return { item, event, outcome: accepted(event, { quarantined: isQuarantined(event, receivedAt) }) };
  });
}

const sortKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const refuseItem = (item: BodyItem, problems: readonly Problem[]): JudgedItem => ({
  item,
  outcome: rejected(problems),
  problem: problems[0] as Problem,
});

function readItem(item: BodyItem, ports: PortTable): Result<StatusEvent, readonly Problem[]> {
  if (item.bytes.length > maxEventBytes) return refuse([problem('CQ_EVENT_SHAPE', `Send an event of at most ${maxEventBytes} bytes.`, '')]);
  return item.problems.length > 0 ? refuse(item.problems) : parseStatusEvent(item.value, ports);
}
