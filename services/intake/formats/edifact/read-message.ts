import { createHash } from 'node:crypto';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { ItemOutcome } from '../message-format.ts';
import { readBox } from './box-event.ts';
import { namesDocument } from './event-id.ts';
import type { Findings } from './finding.ts';
import { type BoxGroup, type GroupedMessage, groupBoxes } from './group-boxes.ts';
import { tableFor } from './group-tables.ts';
import { type Header, readHeader } from './header.ts';
import type { Message } from './message.ts';
import { functionActions, meaningOf } from './message-codes.ts';
import type { MessageContext } from './message-context.ts';
import type { Partner } from './partner.ts';
import { PlaceFinder } from './places.ts';
import { componentOf, type Segment, textOf } from './segment.ts';

/** What reading a message needs beside the message. */
export interface ReadContext {
  readonly partner: Partner;
  readonly ports: PortTable;
  readonly findings: Findings;
  readonly receivedAt: Instant;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

/** The boxes of a CODECO or COARRI as status events; other message types give a finding and nothing else. */
export function readMessage(message: Message, context: ReadContext): ItemOutcome[] {
  const { findings } = context;
  const found = tableFor(message.type, message.release);
  if (!found) {
    findings.add('message-type-unsupported', { segment: message.header, element: 2, component: componentOf(message.header, 2) });
    return [];
  }
  if (!found.exact) findings.add('release-unknown', { segment: message.header, element: 2, component: componentOf(message.header, 2, 2) });
  const grouped = groupBoxes(message, found.table, findings);
  const header = readHeader(grouped.header, findings);
  checkBoxCount(grouped, findings);
  const decided = decide(message, header, context);
  if (!decided) return [];
  const body = context.bytes.subarray(message.offset, message.offset + message.length);
  return readBoxes(grouped.boxes, {
    ...context,
    ...decided,
    message,
    header,
    table: found.table,
    places: new PlaceFinder(context.ports, context.partner, findings),
    digest: createHash('sha256').update(body).digest('hex'),
  });
}

type Decision = Pick<MessageContext, 'move' | 'code' | 'action'>;

/** What the document code and the function make of the message, or nothing when they make no event. */
function decide(message: Message, header: Header, { partner, findings }: ReadContext): Decision | undefined {
  const segment = header.bgm ?? message.header;
  const meaning = meaningOf(partner, message.type, message.release, header.code);
  if (meaning === undefined || meaning === 'ignore') {
    findings.add(meaning ? 'bgm-code-ignored' : 'bgm-code-unknown', { segment, element: 1, component: componentOf(segment, 1) });
    return undefined;
  }
  if (header.function === '') findings.add('function-missing', { segment });
  const action = functionActions[header.function || '9'];
  if (!action) {
    findings.add('function-unknown', { segment, element: 3, component: componentOf(segment, 3) });
    return undefined;
  }
  if (action !== 'report' && !namesDocument(partner, header.previous ?? header.documentNumber))
    findings.add('replace-target-inferred', { segment, element: 2, component: componentOf(segment, 2) });
  return { ...meaning, action };
}

function readBoxes(boxes: readonly BoxGroup[], context: MessageContext): ItemOutcome[] {
  const { findings, header, message } = context;
  if (!header.vessel || !header.voyage) findings.add('call-unknown', { segment: header.bgm ?? message.header });
  const seen = new Map<string, number>();
  return boxes.flatMap((box, index) => {
    const segment = box.equipment;
    if (textOf(segment, 1) !== 'CN') {
      findings.add('equipment-not-container', { segment, element: 1, component: componentOf(segment, 1) });
      return [];
    }
    const number = textOf(segment, 2);
    const repetition = seen.get(number) ?? 0;
    seen.set(number, repetition + 1);
    if (repetition > 0) findings.add('equipment-repeated', { segment, element: 2, component: componentOf(segment, 2) });
    return readBox(box, { index, repetition }, context) ?? [];
  });
}

/** CNT+16 counts the equipment of its own message; some senders count containers only. */
function checkBoxCount({ boxes, trailer }: GroupedMessage, findings: Findings): void {
  const containers = boxes.filter((b) => textOf(b.equipment, 1) === 'CN').length;
  const counts = trailer.filter((s: Segment) => s.tag === 'CNT' && textOf(s, 1, 0) === '16');
  for (const segment of counts) {
    const stated = textOf(segment, 1, 1);
    if (!/^[0-9]{1,9}$/.test(stated) || ![containers, boxes.length].includes(Number(stated)))
      findings.add('count-mismatch', { segment, element: 1, component: componentOf(segment, 1, 1) }, `Counted: ${containers}.`);
  }
}
