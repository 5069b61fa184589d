import type { DayContext } from './day-context.ts';
import type { Ref } from './shipment.ts';
import { hour, minute } from './spans.ts';
import type { VesselCall } from './vessel-call.ts';

/** What becomes of one inspection. */
interface InspectionPlan {
  readonly container: Ref;
  readonly declaration: Ref;
  readonly call: VesselCall;
  /** When customs orders it, in milliseconds; the box must be ashore or in the gate by then. */
  readonly orderedAt: number;
  readonly outcome: 'passed' | 'failed-then-passed' | 'sampled' | 'failed';
}

const methods = ['manual', 'manual', 'scan', 'scan', 'merged', 'quarantine', 'remote-video'];
const modes = ['load-while-inspect', 'pre-scan', 'inspect-on-discharge', 'by-the-way', 'release-then-inspect'];

/** Order, appointment and the move to the inspection bay; returns when officers begin. */
function bringToBay(ctx: DayContext, { container, declaration, call, orderedAt, outcome }: InspectionPlan, method: string): number {
  const { random, say } = ctx;
  const bay = { facility: call.terminal.code, position: 'bay' };
  const refs = [declaration];
  say.customs('customs.inspection-ordered', container, orderedAt, refs, { details: { method } });
  call.terminal.say('terminal.service-limit-set', container, orderedAt + minute, [], {
    details: { operation: 'relocation', limitMinutes: 240, listVersion: '2026-1', owner: call.terminal.code },
  });
  const movedAt = orderedAt + random.logNormal(2.6 * hour, 0.45);
  const startsAt = movedAt + random.logNormal(1.4 * hour, 0.6);
  const appointedAt = orderedAt + random.between(10 * minute, 50 * minute);
  say.singleWindow('customs.inspection-appointed', container, appointedAt, refs, {
    details: { slot: ctx.stamp(startsAt), ...(random.chance(0.3) && { fast: random.pick(['arrive-and-inspect', '7x24']) }) },
  });
  if (random.chance(0.6))
    say.singleWindow('customs.unattended-inspection-accepted', container, appointedAt + 5 * minute, refs, {
      details: { attendance: random.pick(['none', 'entrusted-site']) },
    });
  if (outcome === 'passed' && random.chance(0.25))
    say.customs('customs.inspection-mode-set', container, appointedAt + 10 * minute, refs, { details: { mode: random.pick(modes) } });
  call.terminal.say('terminal.moved-to-inspection', container, movedAt, [], {
    classifier: 'planned',
    told: appointedAt + 15 * minute,
    location: bay,
  });
  call.terminal.say('terminal.moved-to-inspection', container, movedAt, [], { location: bay });
  return startsAt;
}

/** Tells one inspection of one box; returns when its hold ends (for `failed`, when the irregularity was found). */
export function tellInspection(ctx: DayContext, plan: InspectionPlan): number {
  const { random, say } = ctx;
  const { container, declaration, call, outcome } = plan;
  const method = outcome === 'sampled' ? 'merged' : random.pick(methods);
  const startedAt = bringToBay(ctx, plan, method);
  const refs = [declaration];
  say.customs('customs.inspection-started', container, startedAt, refs);
  const doneAt = startedAt + random.logNormal(55 * minute, 0.5);
  if (outcome === 'sampled') say.customs('customs.sampled', container, startedAt + 20 * minute, refs);
  if (outcome === 'failed' || outcome === 'failed-then-passed')
    say.customs('customs.inspection-failed', container, doneAt, refs, {
      details: { finding: random.pick(['goods', 'quantity', 'document', 'quarantine']) },
    });
  if (outcome === 'failed') return doneAt;
  const passedAt = outcome === 'failed-then-passed' ? doneAt + random.between(10 * hour, 30 * hour) : doneAt;
  say.customs('customs.inspection-passed', container, passedAt + minute, refs, { details: { method } });
  if (outcome !== 'failed-then-passed')
    say.customs('customs.exam-fee-waived', container, passedAt + 30 * minute, [], {
      details: { amounts: { lifting: '120.00', moving: '85.00', storage: '40.00' }, currency: 'CNY' },
    });
  call.terminal.say('terminal.relocated', container, passedAt + 40 * minute, [], {
    details: { reason: 'inspection-return', from: 'bay', to: 'yard', charged: false },
    location: { facility: call.terminal.code },
  });
  return passedAt + minute;
}
