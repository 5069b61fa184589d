import type { ZoneRule } from '@clearquay/domain/events/status-event.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import { readTime } from './date-time.ts';
import type { BoxGroup } from './group-boxes.ts';
import type { MessageContext } from './message-context.ts';
import { resolveTime, type ZoneSources } from './resolve-time.ts';
import { componentOf, textOf } from './segment.ts';

/** The time of a move with the text and the rule that it came from. */
export interface MoveTime {
  readonly at: Instant;
  readonly rule: ZoneRule;
  readonly text: string;
}

/** The time of the move, or the finding that says why there is none. */
export function readMoveTime(box: BoxGroup, context: MessageContext, zones: ZoneSources): MoveTime | undefined {
  const { findings, table } = context;
  const times = table.times.flatMap((qualifier) => box.own.filter((s) => s.tag === 'DTM' && textOf(s, 1, 0) === qualifier));
  const dtm = times.find((s) => componentOf(s, 1, 1));
  const value = dtm && componentOf(dtm, 1, 1);
  if (!dtm || !value) {
    findings.add('time-missing', { segment: times[0] ?? box.equipment });
    return undefined;
  }
  const place = { segment: dtm, element: 1, component: value };
  if (textOf(dtm, 1, 0) !== table.times[0]) findings.add('time-qualifier-unusual', place);
  const reading = readTime(value.value, textOf(dtm, 1, 2));
  const resolved = reading && resolveTime(reading, zones);
  if (!resolved) {
    findings.add('time-invalid', place);
    return undefined;
  }
  for (const code of resolved.findings) findings.add(code, place);
  return { at: resolved.at, rule: resolved.rule, text: value.raw };
}

/** When the message was written. An amendment needs it to be ordered, so the interchange's time may stand in. */
export function readWritten(context: MessageContext, zones: ZoneSources): Instant | undefined {
  const { header, message, action } = context;
  const [date, time] = message.interchange?.prepared ?? [];
  const fallback = action !== 'report' && date && time ? `${date.value}${time.value}` : undefined;
  const text = header.written?.[0].value ?? fallback;
  if (text === undefined) return undefined;
  const reading = readTime(text, header.written?.[1] ?? '');
  return reading && resolveTime(reading, zones)?.at;
}
