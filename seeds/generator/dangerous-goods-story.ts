import type { DayContext } from './day-context.ts';
import type { Box } from './shipment.ts';
import { hour, minute } from './spans.ts';
import type { VesselCall } from './vessel-call.ts';

const goods = [
  { unNumber: '3480', class: '9', name: 'lithium ion batteries' },
  { unNumber: '1263', class: '3', name: 'paint' },
  { unNumber: '1866', class: '3', name: 'resin solution' },
  { unNumber: '2794', class: '8', name: 'wet batteries' },
];

/** Share of dangerous boxes that are opened, and of those opened that become a case. */
const opened = 0.15;
const becomesCase = 0.25;

/**
 * Tells the maritime-safety part of one dangerous box: declaration (now and then rejected first), approval and the
 * four steps of checking. Returns when nothing of it stands in the way any more.
 *
 * @param declaredAt when it is declared, milliseconds
 * @param ashoreAt when the box can be opened, milliseconds
 */
export function tellDangerousGoods(ctx: DayContext, box: Box, call: VesselCall, declaredAt: number, ashoreAt: number): number {
  const { random, say } = ctx;
  const details = { dangerousGoods: random.pick(goods) };
  say.singleWindow('maritime.dangerous-goods-declared', box.ref, declaredAt, [call.ref], { details });
  let sentAt = declaredAt;
  if (random.chance(0.12)) {
    say.maritime('maritime.dangerous-goods-rejected', box.ref, declaredAt + hour, [], {
      details: { reason: 'packing certificate missing' },
    });
    sentAt = declaredAt + 4 * hour;
    say.singleWindow('maritime.dangerous-goods-declared', box.ref, sentAt, [call.ref], { details });
  }
  const approvedAt = sentAt + random.between(30 * minute, 3 * hour);
  say.maritime('maritime.dangerous-goods-approved', box.ref, approvedAt, [], {
    details: { basis: random.pick(['approval', 'approval', 'exemption-961', 'green-channel']) },
  });
  const suspect = random.chance(opened);
  const result = suspect ? 'suspect' : 'clear';
  say.maritime('maritime.dg-checked', box.ref, approvedAt + 20 * minute, [], { details: { step: 1, result } });
  say.maritime('maritime.dg-checked', box.ref, approvedAt + 50 * minute, [], { details: { step: 2, result } });
  if (random.chance(0.3))
    say.maritime('maritime.remote-inspection-completed', box.ref, approvedAt + hour, [], {
      details: { topic: 'packing', result: 'as declared' },
    });
  if (!suspect) return approvedAt;
  const orderedAt = Math.max(approvedAt + hour, ashoreAt + 20 * minute);
  say.maritime('maritime.dg-opening-ordered', box.ref, orderedAt);
  call.terminal.say('terminal.moved-to-inspection', box.ref, orderedAt + 2 * hour, [], {
    location: { facility: call.terminal.code, position: 'dg bay' },
  });
  if (!random.chance(becomesCase)) {
    say.maritime('maritime.dg-opening-passed', box.ref, orderedAt + 3.5 * hour);
    return orderedAt + 3.5 * hour;
  }
  const closedAt = orderedAt + random.between(15 * hour, 40 * hour);
  say.maritime('maritime.dg-case-opened', box.ref, orderedAt + 4 * hour, [], { details: { reason: 'class not as declared' } });
  say.maritime('maritime.dg-case-closed', box.ref, closedAt, [], {
    details: { outcome: random.pick(['rectified', 'penalised', 'unfounded']) },
  });
  return closedAt;
}
