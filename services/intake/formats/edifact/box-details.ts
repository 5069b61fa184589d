import type { Details, Json } from '@clearquay/domain/events/status-event.ts';
import {
  equipmentStatuses,
  fullness,
  movementTypes,
  placeNames,
  sealingParties,
  sealPlaceholders,
  transportModes,
  weightNames,
  weightUnits,
} from './box-codes.ts';
import type { Findings } from './finding.ts';
import type { BoxGroup } from './group-boxes.ts';
import { componentOf, type Segment, textOf } from './segment.ts';

const withTag = (segments: readonly Segment[], tag: string): Segment[] => segments.filter((s) => s.tag === tag);
const cell = /^[0-9]{6,7}$/;
const sizeType = /^(?!0000$)[0-9A-Z]{4}$/;

/** True for words and zeros that stand where a seal number should. */
const isPlaceholder = (number: string): boolean => sealPlaceholders.includes(number.toUpperCase()) || /^0+$/.test(number);

/** A seal as sent; the party behind it, also when it was glued to the number (`no:CA`). */
export interface Seal {
  readonly number: string;
  readonly by?: string;
}

/** The seals of a box; placeholders give a finding and no seal. */
export function readSeals(box: BoxGroup, findings: Findings): Seal[] {
  return withTag(box.own, 'SEL').flatMap((segment) => {
    const number = componentOf(segment, 1);
    if (!number || isPlaceholder(number.value.trim())) {
      findings.add('seal-placeholder', { segment, element: 1, component: number });
      return [];
    }
    const by = sealingParties[textOf(segment, 2)] ?? sealingParties[textOf(segment, 1, 1)];
    return [{ number: number.value, ...(by && { by }) }];
  });
}

function readSizeType(eqd: Segment, findings: Findings): string | undefined {
  const code = componentOf(eqd, 3);
  if (code && sizeType.test(code.value)) return code.value;
  findings.add('size-type-unknown', { segment: eqd, element: 3, component: code });
  return undefined;
}

/** Whether the box is full (8169), or nothing when the message does not say. */
export function readFull(eqd: Segment, findings: Findings): boolean | undefined {
  const full = fullness[textOf(eqd, 6)];
  if (full === undefined) findings.add('full-empty-unknown', { segment: eqd, element: 6, component: componentOf(eqd, 6) });
  return full;
}

function readWeights(box: BoxGroup, findings: Findings): { vgm?: Json; weights?: Json } {
  const weights: Record<string, Json> = {};
  let vgm: Json | undefined;
  for (const segment of withTag(box.own, 'MEA')) {
    const unit = textOf(segment, 3, 0);
    const value = componentOf(segment, 3, 1);
    const attribute = textOf(segment, 2);
    if (!value || !['AAE', 'WT'].includes(textOf(segment, 1))) continue;
    if (!weightUnits.includes(unit)) findings.add('unit-unknown', { segment, element: 3, component: componentOf(segment, 3, 0) });
    const weight = { value: value.value, unit };
    const name = weightNames[attribute];
    if (attribute === 'VGM') vgm = weight;
    else if (name) weights[name] = weight;
  }
  return { ...(vgm !== undefined && { vgm }), ...(Object.keys(weights).length > 0 && { weights }) };
}

function readStowageCell(box: BoxGroup, findings: Findings): string | undefined {
  const loc = withTag(box.own, 'LOC').find((s) => textOf(s, 1) === '147');
  if (!loc) return undefined;
  const value = componentOf(loc, 2);
  if (value && cell.test(value.value)) return value.value;
  findings.add('stowage-cell-format', { segment: loc, element: 2, component: value });
  return undefined;
}

function readGoods(box: BoxGroup): { reefer?: Json; dangerousGoods?: Json } {
  const segments = [...box.own, ...box.goods];
  const tmp = withTag(segments, 'TMP').find((s) => textOf(s, 1) === '2' && componentOf(s, 2));
  const dangerous = withTag(segments, 'DGS').map((s): Json => {
    const [kind, unNumber] = [textOf(s, 2), textOf(s, 3)];
    return { ...(kind && { class: kind }), ...(unNumber && { unNumber }) };
  });
  return {
    ...(tmp && { reefer: { temperature: textOf(tmp, 2, 0), unit: textOf(tmp, 2, 1) } }),
    ...(dangerous.length > 0 && { dangerousGoods: dangerous }),
  };
}

function readPlaces(box: BoxGroup): Record<string, string> {
  const found: Record<string, string> = {};
  for (const loc of withTag(box.own, 'LOC')) {
    const name = placeNames[textOf(loc, 1)];
    if (name && textOf(loc, 2)) found[name] ??= textOf(loc, 2);
  }
  return found;
}

/**
 * The details of a box's event under the attribute words of the catalogue. Values are those of the message; weights and
 * temperatures stay text with their unit, so no digit is lost.
 */
export function readDetails(
  box: BoxGroup,
  atGate: boolean,
  full: boolean | undefined,
  seals: readonly Seal[],
  findings: Findings,
): Details {
  const eqd = box.equipment;
  const statusCode = componentOf(eqd, 5);
  const status = statusCode && equipmentStatuses[statusCode.value];
  if (statusCode && !status) findings.add('equipment-status-unknown', { segment: eqd, element: 5, component: statusCode });
  const type = readSizeType(eqd, findings);
  const stowageCell = readStowageCell(box, findings);
  const mode = atGate ? box.carriages.map(([tdt]) => tdt && transportModes[textOf(tdt, 3)]).find(Boolean) : undefined;
  const movement = movementTypes[withTag(box.own, 'TMD').map((s) => textOf(s, 1))[0] ?? ''];
  return {
    ...(full !== undefined && { full }),
    ...(type && { sizeType: type }),
    ...(status && { equipmentStatus: status.word }),
    ...(status?.direction && { direction: status.direction }),
    ...(mode && { mode }),
    ...(movement && { movement }),
    ...(stowageCell && { stowageCell }),
    ...(seals.length > 0 && { seals: seals.map((s) => ({ ...s })) }),
    ...readWeights(box, findings),
    ...readGoods(box),
    ...readPlaces(box),
  };
}
