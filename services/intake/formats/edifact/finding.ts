import type { Finding, Severity } from '../message-format.ts';
import type { Component, Segment } from './segment.ts';
import type { Decode } from './split-segment.ts';

/** Every finding of the EDIFACT reader with its weight and what it means. */
export const findingCodes = {
  'una-missing': ['info', 'No UNA: the default separators were used.'],
  'una-unusable': ['warning', 'The UNA names separators that cannot be used: the defaults were taken.'],
  'unb-missing': ['info', 'No UNB: the sender is the partner of the delivery.'],
  'unz-missing': ['warning', 'The interchange has no UNZ: it may have been cut.'],
  'unt-missing': ['warning', 'The message has no UNT: it may have been cut.'],
  'segment-outside-message': ['warning', 'A segment stands outside every message and was left out.'],
  'segment-unterminated': ['warning', 'The input ends inside this segment.'],
  'release-at-end': ['warning', 'The input ends with a release character.'],
  'segment-unexpected': ['info', 'The message table has no such segment here.'],
  'segment-out-of-order': ['info', 'The segment comes later than the message table has it.'],
  'count-mismatch': ['warning', 'The stated count is not the counted one.'],
  'reference-mismatch': ['warning', 'The closing reference is not the opening one.'],
  'byte-order-mark': ['info', 'The file begins with a byte order mark.'],
  'charset-lie': ['info', 'The file holds characters that the declared set does not have.'],
  'charset-assumed': ['warning', 'The declared set does not fit the bytes: latin1 was taken.'],
  'message-type-unsupported': ['info', 'No events come from this message type: it is kept as sent.'],
  'release-unknown': ['warning', 'There is no table for this release: the nearest older one was used.'],
  'bgm-code-unknown': ['warning', 'The document code is in no table: no event was made.'],
  'bgm-code-ignored': ['info', 'The partner table says to ignore this document code.'],
  'function-missing': ['info', 'The message function is empty: taken as original.'],
  'function-unknown': ['warning', 'The message function has no meaning here: no event was made.'],
  'replace-target-inferred': ['warning', 'No document number names the message that is replaced: box, voyage, move and time do.'],
  'equipment-not-container': ['info', 'The equipment is not a container.'],
  'equipment-repeated': ['warning', 'The box stands twice in this message.'],
  'equipment-status-unmoved': ['warning', 'The equipment status says that the box did not move: no event was made.'],
  'equipment-status-unknown': ['info', 'The equipment status code is not known.'],
  'container-format': ['error', 'This is no ISO 6346 container number.'],
  'container-check-digit': ['error', 'The check digit of the container number is wrong.'],
  'size-type-unknown': ['info', 'The size and type code says nothing.'],
  'full-empty-unknown': ['info', 'The full or empty code is missing or not known.'],
  'stowage-cell-format': ['info', 'The stowage cell is not BBBRRTT.'],
  'seal-placeholder': ['info', 'The seal number is a placeholder.'],
  'unit-unknown': ['info', 'The unit of measure is not known.'],
  'locode-unknown': ['info', 'The place is not in the port list.'],
  'vessel-id-check-digit': ['warning', 'The vessel id is no IMO number: call sign or name was taken.'],
  'call-unknown': ['info', 'Vessel, port or voyage is missing: the box is not linked to a call.'],
  'port-unknown': ['error', 'No known port was found for the box.'],
  'time-missing': ['error', 'The time of the move is missing or empty.'],
  'time-invalid': ['error', 'The digits form no time.'],
  'time-format-mismatch': ['info', 'Length and format code disagree: the length was followed.'],
  'time-date-only': ['info', 'The time has no hour: midnight was taken.'],
  'time-qualifier-unusual': ['info', 'The time of the move came under another qualifier.'],
  'time-zone-unknown': ['warning', 'The zone of the time is not known: the zone of the place was taken.'],
  'time-repeated-hour': ['warning', 'This hour occurs twice that day: the earlier one was taken.'],
  'time-skipped-hour': ['warning', 'This hour does not exist that day: the offset before the change was taken.'],
  'time-ahead': ['warning', 'The time is far from now: the event is kept out until a person confirms it.'],
  'item-refused': ['error', 'No event could be made of this box.'],
  'findings-capped': ['warning', 'There are more findings than are kept.'],
} as const satisfies Record<string, readonly [Severity, string]>;

/** A stable finding word. */
export type FindingCode = keyof typeof findingCodes;

/** A finding of this reader. */
export type EdifactFinding = Finding & { readonly code: FindingCode };

/** Where a finding stands: a component of a segment, a segment, or a range of bytes. */
export interface Place {
  readonly segment?: Segment;
  readonly element?: number;
  readonly component?: Component | undefined;
  readonly offset?: number;
  readonly length?: number;
}

/** Collects the findings of one file, no more than its cap. */
export interface Findings {
  readonly list: readonly EdifactFinding[];
  /** `detail` is added to the message of the code. */
  add(code: FindingCode, place: Place, detail?: string): void;
}

const rawBytes = 512;

/** The end of the text to show: never inside a UTF-8 character. */
function cutAt(bytes: Uint8Array, offset: number, length: number): number {
  let end = offset + Math.min(length, rawBytes);
  if (length > rawBytes) while (((bytes[end] ?? 0) & 0xc0) === 0x80 && end > offset) end--;
  return end;
}

/** Findings over the bytes of one file; the last one kept says that more were left out. */
export function createFindings(bytes: Uint8Array, decode: Decode, cap: number): Findings {
  const list: EdifactFinding[] = [];
  return {
    list,
    add(wanted, place, detail) {
      if (list.length >= cap) return;
      const code = list.length === cap - 1 ? 'findings-capped' : wanted;
      const [severity, meaning] = findingCodes[code];
      const range = place.component ?? place.segment;
      const offset = place.offset ?? range?.offset ?? 0;
      const length = place.length ?? range?.length ?? 0;
      list.push({
        code,
        severity,
        message: detail && code === wanted ? `${meaning} ${detail}` : meaning,
        offset,
        length,
        ...(place.segment && { segment: place.segment.index }),
        ...(place.element !== undefined && { element: place.element }),
        raw: decode(bytes.subarray(offset, cutAt(bytes, offset, length))),
      });
    },
  };
}
