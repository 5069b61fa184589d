import type { Reference } from '@clearquay/domain/events/status-event.ts';
import type { DayContext } from './day-context.ts';
import { tellFees, tellGate } from './import-delivery.ts';
import type { Box, ExportCourse, Ref, Shipment } from './shipment.ts';
import { hour, minute } from './spans.ts';

/** Appointment, gate and arrival report of one export box; returns when customs has accepted the report. */
export function tellGateIn(ctx: DayContext, shipment: Shipment<ExportCourse>, box: Box, at: number): number {
  const { random, say } = ctx;
  const { call, course } = shipment;
  const { terminal } = call;
  const truck: Reference = { type: 'truck', id: ctx.numbers.truck() };
  const byRail = course === 'inland';
  if (!byRail) {
    terminal.say('terminal.truck-appointed', box.ref, at - random.between(2 * hour, 8 * hour), [truck], {
      details: {
        task: 'drop-off',
        mode: course === 'direct-load' ? 'direct-load' : 'yard',
        slotFrom: ctx.stamp(at - 30 * minute),
        slotTo: ctx.stamp(at + 30 * minute),
      },
    });
    tellGate(ctx, terminal.say, box, at, 'in', truck);
  }
  terminal.say('terminal.gated-in', box.ref, at, byRail ? [box.seal] : [truck, box.seal], {
    details: { mode: byRail ? 'rail' : 'truck', full: true, direction: 'export', sizeType: box.sizeType },
    location: { facility: terminal.code, gate: `G${1 + random.int(3)}` },
  });
  const reportedAt = at + random.between(3 * minute, 15 * minute);
  terminal.say('terminal.arrival-reported', box.ref, reportedAt, [], { location: { facility: terminal.code } });
  let acceptedAt = reportedAt + random.between(2 * minute, 10 * minute);
  if (random.chance(0.01)) {
    say.customs('customs.filing-rejected', box.ref, acceptedAt, [], {
      details: { filing: 'arrival-report', reason: 'seal number differs' },
    });
    acceptedAt += 50 * minute;
  }
  say.customs('customs.arrival-report-accepted', box.ref, acceptedAt);
  if (random.chance(0.8)) tellFees(ctx, terminal, box, acceptedAt + 30 * minute, 'lift-on');
  if (random.chance(0.006))
    terminal.say('terminal.discrepancy-recorded', box.ref, at + 5 * minute, [box.seal], { details: { kind: 'seal-mismatch' } });
  return acceptedAt;
}

/**
 * The inland half of a sea-rail export: arrival, release and transit at an inland port, the seal, the train.
 * Returns when the inland report was accepted, which is where its clearance starts.
 */
export function tellInlandStart(ctx: DayContext, { boxes, bill }: Shipment<ExportCourse>, declaration: Ref, gateInAt: number): void {
  const { say, random, profile } = ctx;
  const leftAt = gateInAt - random.between(13 * hour, 18 * hour);
  for (const box of boxes) {
    const details = {
      train: `X${8000 + random.int(900)}`,
      wagon: String(5_000_000 + random.int(900_000)),
      from: profile.inlandPort,
      to: profile.railYard,
    };
    say.rail('terminal.arrival-reported', box.ref, leftAt - 4 * hour, [], { location: { facility: profile.inlandPort } });
    say.customs('customs.arrival-report-accepted', box.ref, leftAt - 3.8 * hour);
    say.customs('customs.seal-recorded', box.ref, leftAt - 2 * hour, [box.seal], {
      details: { action: 'affixed', sealNumber: box.seal.id },
    });
    say.rail('inland.rail-departed', box.ref, leftAt, [], { details });
    say.rail('inland.rail-arrived', box.ref, gateInAt - hour, [], { details });
    say.customs('customs.seal-recorded', box.ref, gateInAt + 20 * minute, [box.seal], {
      details: { action: 'verified', sealNumber: box.seal.id },
    });
    say.customs('customs.departure-confirmed', box.ref, leftAt + 10 * minute, [declaration], { details: { leg: 'inland' } });
  }
  say.customs('customs.released', declaration, leftAt - 3.2 * hour, [bill]);
  say.customs('customs.onward-move-approved', declaration, leftAt - 3 * hour, [bill], { details: { kind: 'transit' } });
}
