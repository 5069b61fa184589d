import type { DayContext } from './day-context.ts';
import { day, hour, minute } from './spans.ts';
import { departure, omittedAt, type VesselCall } from './vessel-call.ts';

/** How long before berthing each cut-off of a call falls, in hours. */
const cutoffs = { documents: 20, 'gate-in': 12, 'dangerous-goods': 24, vgm: 14, 'customs-release': 8 };

/** Registration, forecasts and cut-offs of a call. */
function announce(ctx: DayContext, call: VesselCall): void {
  const { ref, terminal, carrier, eta } = call;
  const opened = eta - ctx.random.between(6 * day, 8 * day);
  const details = { vessel: call.vessel.en, vesselZh: call.vessel.zh, inboundVoyage: call.inbound, outboundVoyage: call.outbound };
  const place = { facility: terminal.code, berth: call.berth };
  carrier.say('carrier.call-opened', ref, opened, [], { details, location: { facility: terminal.code } });
  terminal.say('terminal.vessel-arrived', ref, eta, [], { classifier: 'planned', told: opened + hour });
  terminal.say('terminal.vessel-arrived', ref, eta + 40 * minute, [], { classifier: 'estimated', told: eta - 48 * hour });
  terminal.say('terminal.vessel-arrived', ref, call.arrived + 10 * minute, [], { classifier: 'estimated', told: eta - 12 * hour });
  terminal.say('terminal.vessel-berthed', ref, eta + 2 * hour, [], { classifier: 'planned', told: eta - 72 * hour, location: place });
  for (const [kind, before] of Object.entries(cutoffs))
    terminal.say('terminal.cutoff-set', ref, opened + day, [], { details: { kind, due: ctx.stamp(eta - before * hour) } });
  terminal.say('terminal.service-limit-set', ref, eta - 24 * hour, [], {
    details: { operation: 'berth-to-first-move', limitMinutes: 120, listVersion: '2026-1', owner: terminal.code },
  });
}

/** Permits and entry formalities of all agencies, and the arrival itself. */
function enter(ctx: DayContext, call: VesselCall): void {
  const { random, say } = ctx;
  const { ref, terminal, arrived, berthed } = call;
  say.maritime('maritime.vessel-entry-permitted', ref, arrived - random.between(6 * hour, 20 * hour));
  if (random.chance(0.4))
    say.quarantine('quarantine.boarding-appointed', ref, arrived - 8 * hour, [], {
      details: { slot: ctx.stamp(arrived + 30 * minute), night: random.chance(0.3) },
    });
  if (random.chance(0.1))
    say.singleWindow('customs.filing-rejected', ref, arrived - 5 * hour, [], {
      details: { filing: 'vessel', reason: 'crew list incomplete' },
    });
  say.border('border.vessel-entry-cleared', ref, arrived - random.between(10 * minute, 2 * hour), [], {
    details: { basis: random.pick(['online', 'online', 'one-stop', 'domestic-shift-exempt']) },
  });
  say.singleWindow('customs.vessel-entry-cleared', ref, arrived - random.between(5 * minute, hour));
  terminal.say('terminal.vessel-arrived', ref, arrived, [], { location: { facility: terminal.code } });
  const passed = arrived + random.between(10 * minute, 50 * minute);
  if (call.fate === 'quarantine-held') {
    say.quarantine('quarantine.vessel-held', ref, arrived + 5 * minute, [], { details: { reason: 'crew health declaration' } });
    say.quarantine('quarantine.vessel-passed', ref, berthed - 2 * minute);
  } else say.quarantine('quarantine.vessel-passed', ref, passed);
  terminal.say('terminal.vessel-berthed', ref, berthed, [], { location: { facility: terminal.code, berth: call.berth } });
  for (const kind of ['boarding', 'crew-change', 'alongside'])
    if (random.chance(kind === 'boarding' ? 0.8 : 0.25))
      say.border('border.permit-issued', ref, berthed + random.between(5 * minute, 30 * minute), [], { details: { kind } });
  if (random.chance(0.4))
    say.maritime('maritime.remote-inspection-completed', ref, berthed + hour, [], {
      details: { topic: random.pick(['psc', 'pollution', 'approval']), result: 'no deficiency' },
    });
}

/** Exit formalities, departure and the tally of the whole call. */
function leave(ctx: DayContext, call: VesselCall): void {
  const { random, say } = ctx;
  const { ref, terminal } = call;
  const left = departure(call);
  if (call.fate === 'border-held') {
    say.border('border.vessel-held', ref, left - 5 * hour, [], { details: { reason: 'gangway check' } });
    say.border('border.vessel-hold-lifted', ref, left - 3.5 * hour);
  }
  if (call.fate === 'detained') {
    say.maritime('maritime.vessel-detained', ref, left - 4 * hour, [], { details: { reason: 'fire door defective' } });
    say.maritime('maritime.vessel-detention-lifted', ref, left - 80 * minute);
  }
  terminal.say('terminal.vessel-departed', ref, left + 20 * minute, [], { classifier: 'estimated', told: call.berthed + 4 * hour });
  say.maritime('maritime.vessel-exit-cleared', ref, left - random.between(50 * minute, 70 * minute));
  say.singleWindow('customs.vessel-exit-cleared', ref, left - random.between(40 * minute, 50 * minute));
  say.border('border.vessel-exit-cleared', ref, left - random.between(20 * minute, 40 * minute), [], { details: { basis: 'online' } });
  terminal.say('terminal.vessel-departed', ref, left, [], { location: { facility: terminal.code, berth: call.berth } });
  say.maritime('maritime.departure-reported', ref, left + random.between(2 * minute, 15 * minute));
  say.tally('terminal.tally-reported', ref, left + random.between(hour, 5 * hour), [], {
    details: { accepted: true, start: ctx.stamp(call.berthed), end: ctx.stamp(call.craneFreeAt) },
  });
}

/** Tells one call from registration to departure, as far as it goes. */
export function tellCall(ctx: DayContext, call: VesselCall): void {
  announce(ctx, call);
  if (call.fate === 'omitted')
    call.carrier.say('carrier.call-omitted', call.ref, omittedAt(call), [], { details: { reason: 'schedule recovery' } });
  else if (call.fate !== 'next') {
    enter(ctx, call);
    leave(ctx, call);
  }
}
