import { joinPaperClocks } from '../clearance/clock-papers.ts';
import { presentClocks, readPaperClocks } from './clock-json.ts';
import type { ClocksJson, ReadinessJson, VisitJson } from './visit-json.ts';

/** What one box tells of one of its papers. */
export interface PaperOfBox {
  readonly clocks: ClocksJson;
  readonly delivery?: ReadinessJson | undefined;
}

/** May the goods of a bill be handed out: the answers of its boxes as one, `readySince` when the last of them was ready. */
export type DeliveryJson = Pick<ReadinessJson, 'verdict' | 'reasons' | 'conditions' | 'readySince'>;

/** What a bill or declaration shows beside the counts of its boxes. */
export interface PaperTimes {
  /** Over all its boxes: a declaration's clearance stops with the release that covers the last one (`events.md` section 9). */
  readonly clocks: ClocksJson;
  /** Of a bill whose goods leave a shared or stripped box. */
  readonly delivery?: DeliveryJson;
}

/** What a box tells of a paper, from its visits in order: the last one that stands on it. Nothing when none does. */
export function paperOfBox(visits: readonly VisitJson[], type: 'bill' | 'declaration', id: string): PaperOfBox | undefined {
  const visit = visits.findLast((v) => v.paperClocks[`${type}s`][id]);
  const clocks = visit?.paperClocks[`${type}s`][id];
  return visit && clocks && { clocks, delivery: type === 'bill' ? visit.deliveries?.[id] : undefined };
}

/** The verdicts of a delivery, the one that decides for all boxes first. */
const deciding = ['not-ready', 'unknown', 'ready-with-conditions', 'ready'];

const distinct = <T>(items: readonly T[]): T[] => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];

function joinDeliveries(ofBoxes: readonly ReadinessJson[]): DeliveryJson | undefined {
  if (ofBoxes.length === 0) return undefined;
  const verdict = deciding.find((v) => ofBoxes.some((box) => box.verdict === v)) ?? 'unknown';
  const ready = ofBoxes.flatMap((box) => box.readySince ?? []).sort((a, b) => Date.parse(a) - Date.parse(b));
  const readySince = ready.length === ofBoxes.length ? ready.at(-1) : undefined;
  return {
    verdict,
    reasons: distinct(ofBoxes.flatMap((box) => box.reasons)),
    conditions: distinct(ofBoxes.flatMap((box) => box.conditions)),
    ...(readySince !== undefined && { readySince }),
  };
}

/**
 * Joins what the boxes of a paper tell of it; `isWhole` when none is still to be linked. Times are written at the offset of
 * the zone.
 */
export function paperTimes(ofBoxes: readonly PaperOfBox[], isWhole: boolean, zone: string): PaperTimes {
  const clocks = joinPaperClocks(
    ofBoxes.map((box) => readPaperClocks(box.clocks)),
    isWhole,
  );
  const delivery = joinDeliveries(ofBoxes.flatMap((box) => box.delivery ?? []));
  return { clocks: presentClocks(Object.entries(clocks), zone), ...(delivery && { delivery }) };
}
