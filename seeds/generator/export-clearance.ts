import type { DayContext } from './day-context.ts';
import { tellInspection } from './inspection-story.ts';
import { type Box, declarationRef, type ExportCourse, type Ref, type Shipment } from './shipment.ts';
import { hour, minute } from './spans.ts';

/** Share of export declarations sent before the goods arrive (Dalian, 2022). */
const advanceShare = 0.74;

/** An export declaration sent, with what is still to come. */
interface ExportFiling {
  readonly declaration: Ref;
  readonly advance: boolean;
}

/** Links and sends the declaration of an export bill, in advance or after the arrival report was accepted at `arrivedAt`. */
export function fileExport(ctx: DayContext, shipment: Shipment<ExportCourse>, packedAt: number, arrivedAt: number): ExportFiling {
  const { random, say } = ctx;
  const { bill, boxes, parties } = shipment;
  const declaration = declarationRef(ctx.numbers.declaration('export'));
  const advance = random.chance(advanceShare);
  const at = advance ? packedAt + random.between(hour, 2 * hour) : arrivedAt + random.between(8 * minute, 40 * minute);
  const refs = random.chance(0.8) ? [bill, ...boxes.map((b) => b.ref)] : [bill];
  say.singleWindow('customs.declaration-linked', declaration, at, refs, { details: { direction: 'export' }, parties });
  say.singleWindow(advance ? 'customs.advance-declared' : 'customs.declaration-submitted', declaration, at + minute, [bill], { parties });
  say.customs('customs.declaration-accepted', declaration, at + random.between(2 * minute, 9 * minute));
  return { declaration, advance };
}

/** The release of an export bill once its boxes are in port; returns when the last box may be loaded. */
export function clearExport(ctx: DayContext, shipment: Shipment<ExportCourse>, filing: ExportFiling, arrivedAt: number): number {
  const { random, say } = ctx;
  const { bill, boxes, call, course } = shipment;
  const { declaration } = filing;
  const box = boxes[0] as Box;
  const quick = filing.advance ? random.logNormal(14 * minute, 0.8) : 45 * minute + random.logNormal(30 * minute, 0.6);
  const releaseAt = arrivedAt + quick;
  if (course === 'documents') {
    say.customs('customs.documents-required', declaration, releaseAt, [], { details: { documents: ['export licence'] } });
    say.customs('customs.documents-satisfied', declaration, releaseAt + 3 * hour, [], { details: { by: 'licence-network-check' } });
  }
  if (course === 'inspected') {
    const outcome = 'passed';
    const done = tellInspection(ctx, { container: box.ref, declaration, call, orderedAt: arrivedAt + 55 * minute, outcome });
    say.customs('customs.released', declaration, done + 20 * minute, [bill]);
    return done + 20 * minute;
  }
  const at = course === 'documents' ? releaseAt + 3.2 * hour : releaseAt;
  say.customs('customs.released', declaration, at, [bill]);
  if (course === 'revoked') {
    say.customs('customs.release-revoked', declaration, at + 2 * hour, [], { details: { reason: 'value review' } });
    say.customs('customs.released', declaration, at + 7 * hour, [bill]);
    return at + 7 * hour;
  }
  return at;
}
