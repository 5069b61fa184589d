import type { DayContext } from './day-context.ts';
import { type Filing, fileImport, releaseImport, settleDuty } from './import-filing.ts';
import { tellInspection } from './inspection-story.ts';
import type { Box, ImportCourse, Shipment } from './shipment.ts';
import { along, day, hour, minute } from './spans.ts';

/** One box of the bill is inspected; the others go when the declaration is released. Returns when each box is clear. */
function inspectOne(ctx: DayContext, filing: Filing, outcome: 'passed' | 'failed-then-passed'): number[] {
  const { boxes, call } = filing.shipment;
  const chosen = boxes[0] as Box;
  const orderedAt = Math.max(filing.declaredAt + 30 * minute, filing.landedAt + 15 * minute);
  const done = tellInspection(ctx, { container: chosen.ref, declaration: filing.declaration, call, orderedAt, outcome });
  if (boxes.length === 1) {
    settleDuty(ctx, filing.declaration, filing.declaredAt + 20 * minute, done + 30 * minute);
    releaseImport(ctx, filing, done + 30 * minute);
    return [done + 30 * minute];
  }
  const rest = along(orderedAt, done, 0.5);
  releaseImport(ctx, filing, rest);
  ctx.say.customs('customs.released', chosen.ref, done + 15 * minute, [filing.declaration]);
  return boxes.map((_, i) => (i === 0 ? done + 15 * minute : rest));
}

/** Port access first, the complete declaration and the release into the market days later. */
function accessFirst(ctx: DayContext, filing: Filing, accessAt: number, sampled: boolean): number[] {
  const { say, random } = ctx;
  const { declaration, shipment } = filing;
  say.customs('customs.port-access-granted', declaration, accessAt, [], {
    details: { destinationInspection: sampled ? 'no' : random.pick(['yes', 'no']) },
  });
  if (sampled)
    say.customs('customs.conditional-release', declaration, accessAt + 10 * minute, [], {
      details: { storage: ctx.profile.supervisedWarehouse },
    });
  const completeAt = accessAt + random.between(day, 6 * day);
  say.singleWindow('customs.complete-declared', declaration, completeAt, [shipment.bill]);
  if (sampled)
    for (const box of shipment.boxes.slice(0, 1))
      say.customs('customs.lab-result-passed', box.ref, completeAt + 10 * hour, [declaration], {
        details: { source: random.pick(['customs-lab', 'government-lab', 'third-party']) },
      });
  settleDuty(ctx, declaration, completeAt, completeAt + 15 * hour);
  releaseImport(ctx, filing, completeAt + 15 * hour);
  say.customs('customs.market-access-granted', declaration, completeAt + 15.5 * hour);
  return shipment.boxes.map(() => accessAt + (sampled ? 10 * minute : 0));
}

/** A release taken back, with or without a detention; returns when the last release stands. */
function takeBack(ctx: DayContext, filing: Filing, seized: boolean): number[] {
  const { say, random } = ctx;
  const { declaration, shipment } = filing;
  const box = shipment.boxes[0] as Box;
  const revokedAt = filing.releaseAt + random.between(hour, 3 * hour);
  const liftedAt = revokedAt + random.between(12 * hour, seized ? 90 * hour : 36 * hour);
  say.customs('customs.released', declaration, filing.releaseAt, [shipment.bill]);
  say.customs('customs.release-revoked', declaration, revokedAt, [], {
    details: { reason: seized ? 'trade mark complaint' : 'value review' },
  });
  if (seized) say.customs('customs.seized', box.ref, revokedAt + hour, [declaration], { details: { ground: 'ip' } });
  if (seized) say.customs('customs.seizure-lifted', box.ref, liftedAt, [declaration], { details: { ground: 'ip' } });
  say.customs('customs.released', declaration, liftedAt + hour, [shipment.bill]);
  return shipment.boxes.map(() => liftedAt + hour);
}

/** Inspected at another site: the box leaves the port for it and comes back before it is handed out. */
function inspectElsewhere(ctx: DayContext, filing: Filing): number[] {
  const { say, profile } = ctx;
  const { declaration, shipment } = filing;
  const { terminal } = shipment.call;
  const box = shipment.boxes[0] as Box;
  const at = Math.max(filing.declaredAt + hour, filing.landedAt + hour);
  say.customs('customs.inspection-ordered', box.ref, at, [declaration], { details: { method: 'manual' } });
  say.customs('customs.transfer-inspection', box.ref, at + 40 * minute, [declaration], { details: { site: profile.inspectionYard } });
  const out = { details: { mode: 'truck', full: true, to: 'inspection-yard' }, location: { facility: terminal.code } };
  terminal.say('terminal.gated-out', box.ref, at + 3 * hour, [], out);
  say.customs('customs.inspection-started', box.ref, at + 6 * hour, [declaration]);
  say.customs('customs.inspection-passed', box.ref, at + 8 * hour, [declaration], { details: { method: 'manual' } });
  releaseImport(ctx, filing, at + 9 * hour);
  terminal.say('terminal.gated-in', box.ref, at + 11 * hour, [], {
    details: { mode: 'truck', full: true },
    location: { facility: terminal.code },
  });
  return [at + 11 * hour];
}

/** Sent back: the irregularity stands, the box may leave for its return voyage only. */
function sendBack(ctx: DayContext, filing: Filing): number[] {
  const { say } = ctx;
  const { call, boxes } = filing.shipment;
  const { ref } = boxes[0] as Box;
  const orderedAt = Math.max(filing.declaredAt, filing.landedAt) + 30 * minute;
  const failedAt = tellInspection(ctx, { container: ref, declaration: filing.declaration, call, orderedAt, outcome: 'failed' });
  say.customs('customs.return-ordered', ref, failedAt + 6 * hour, [filing.declaration], { details: { reason: 'pest found' } });
  say.customs('customs.return-permitted', ref, failedAt + 30 * hour, [filing.declaration]);
  call.terminal.say('terminal.gated-out', ref, failedAt + 34 * hour, [], {
    details: { mode: 'truck', full: true, to: 'return' },
    location: { facility: call.terminal.code },
  });
  return [Number.POSITIVE_INFINITY];
}

/** Documents asked for and shown before the release. */
function askDocuments(ctx: DayContext, { declaration, declaredAt, releaseAt }: Filing): void {
  ctx.say.customs('customs.documents-required', declaration, along(declaredAt, releaseAt, 0.3), [], {
    details: { documents: ['licence'] },
  });
  ctx.say.customs('customs.documents-satisfied', declaration, along(declaredAt, releaseAt, 0.85), [], {
    details: { by: ctx.random.pick(['document', 'licence-network-check', 'quarantine-approval', 'declared-first']) },
  });
}

/** Tells the declaration of an import bill; returns when customs lets each box go, `Infinity` when it never does. */
export function tellImportClearance(ctx: DayContext, shipment: Shipment<ImportCourse>): number[] {
  let filing = fileImport(ctx, shipment);
  const { course, boxes, call } = shipment;
  if (course === 'withdrawn') {
    ctx.say.customs('customs.declaration-withdrawn', filing.declaration, filing.declaredAt + 3 * hour, [shipment.bill]);
    filing = fileImport(ctx, shipment, filing.declaredAt + 5 * hour);
  }
  if (course === 'inspected') return inspectOne(ctx, filing, 'passed');
  if (course === 'failed') return inspectOne(ctx, filing, 'failed-then-passed');
  if (course === 'transfer') return inspectElsewhere(ctx, filing);
  if (course === 'returned') return sendBack(ctx, filing);
  if (course === 'revoked' || course === 'seized') return takeBack(ctx, filing, course === 'seized');
  if (course === 'two-step') return accessFirst(ctx, filing, filing.releaseAt, false);
  if (course === 'sampled') {
    const orderedAt = Math.max(filing.landedAt, filing.declaredAt) + 20 * minute;
    const container = (boxes[0] as Box).ref;
    const done = tellInspection(ctx, { container, declaration: filing.declaration, call, orderedAt, outcome: 'sampled' });
    return accessFirst(ctx, filing, Math.max(done + 20 * minute, filing.releaseAt), true);
  }
  if (course === 'documents') askDocuments(ctx, filing);
  if (course === 'ship-side')
    ctx.say.customs('customs.ship-side-pickup-approved', shipment.bill, filing.declaredAt + hour, [filing.declaration]);
  settleDuty(ctx, filing.declaration, filing.declaredAt + 20 * minute, filing.releaseAt);
  releaseImport(ctx, filing, filing.releaseAt);
  return boxes.map(() => filing.releaseAt);
}
