import type { DayContext } from './day-context.ts';
import type { Box, Ref } from './shipment.ts';
import { minute } from './spans.ts';
import type { VesselCall } from './vessel-call.ts';

/** How a box comes ashore. */
interface Landing {
  readonly box: Box;
  readonly bill: Ref | undefined;
  readonly call: VesselCall;
  readonly full: boolean;
  readonly to: 'yard' | 'truck';
}

const positions = ['01', '07', '12', '18', '23', '31'];

/** Discharge list, discharge and what the tally saw of it: sometimes at quite another time. */
export function tellDischarge(ctx: DayContext, { box, bill, call, full, to }: Landing): void {
  const { random, say, mess } = ctx;
  const { terminal } = call;
  const refs = bill ? [call.ref, bill] : [call.ref];
  const details = { to, full, sizeType: box.sizeType };
  if (random.chance(0.75))
    terminal.say('terminal.discharged', box.ref, box.moveAt + random.between(-40 * minute, 40 * minute), refs, {
      classifier: 'planned',
      told: call.eta - 6 * 60 * minute,
      details,
    });
  const position = `${terminal.code.slice(-1)}${random.pick(positions)}-${1 + random.int(6)}`;
  terminal.say('terminal.discharged', box.ref, box.moveAt, refs, { details, location: { facility: terminal.code, position } });
  if (random.chance(mess.timeConflict))
    say.tally('terminal.discharged', box.ref, box.moveAt + random.between(34 * minute, 80 * minute), refs, {
      details,
      told: box.moveAt + 3 * 60 * minute,
    });
  else if (random.chance(0.12))
    say.tally('terminal.discharged', box.ref, box.moveAt + random.between(2 * minute, 15 * minute), refs, { details });
  if (to === 'yard' && random.chance(0.12))
    terminal.say('terminal.relocated', box.ref, box.moveAt + random.between(3 * 60 * minute, 16 * 60 * minute), [], {
      details: { reason: 'yard', from: position, to: `${terminal.code.slice(-1)}44-2`, charged: false },
      location: { facility: terminal.code },
    });
}
