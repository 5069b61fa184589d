import type { Instant } from '../identifiers/instant.ts';
import type { Entry } from '../visit/standing.ts';
import type { VisitCall } from '../visit/visit-calls.ts';
import { between, type Clock, type ClockLeg, type ClockName, notStarted, overLegs, signed, voided } from './clock.ts';
import type { ClockInput } from './clock-input.ts';

/** The call whose stay concerns the box: the one that an import came by, for others the one it leaves by. */
function vesselOf({ visit, state }: ClockInput): VisitCall | undefined {
  const current = visit.calls.filter((c) => c.current);
  const wanted = state.direction === 'import' ? 'arriving' : 'departing';
  return current.find((c) => c.role === wanted) ?? current[0];
}

/**
 * The clocks of the vessel, read from its call itself: an import visit keeps no milestone of a departure that it does
 * not wait for. For berth times the terminal is believed before maritime safety (`events.md` section 8).
 */
function vesselClocks(
  call: VisitCall | undefined,
  effective: readonly Entry[],
): Record<'vessel-stay' | 'border-lead' | 'border-lag', Clock> {
  let berthed: Instant | undefined;
  let departed: Instant | undefined;
  let reported: Instant | undefined;
  let entered: Instant | undefined;
  let left: Instant | undefined;
  for (const { event, via } of effective) {
    if (event.classifier !== 'actual' || !call?.names.includes(via)) continue;
    const at = event.occurredAt;
    if (event.code === 'terminal.vessel-berthed') berthed ??= at;
    else if (event.code === 'terminal.vessel-departed') departed ??= at;
    else if (event.code === 'maritime.departure-reported') reported ??= at;
    else if (event.code === 'border.vessel-entry-cleared') entered ??= at;
    else if (event.code === 'border.vessel-exit-cleared') left ??= at;
  }
  const sailed = departed ?? reported;
  return {
    'vessel-stay': between(berthed, sailed),
    // Formalities done before the berth give a negative lead: zero wait (零等待).
    'border-lead': signed(berthed, entered),
    'border-lag': between(left, sailed),
  };
}

/** From the release to each confirmation that the goods have left; one value per leg. */
function departureConfirm({ effective }: ClockInput, releasedAt: Instant | undefined): Clock {
  const legs = new Map<string, ClockLeg>();
  for (const { event } of effective) {
    if (event.code !== 'customs.departure-confirmed' || event.classifier !== 'actual') continue;
    const said = event.details?.['leg'];
    const name = typeof said === 'string' ? said : 'main';
    if (!legs.has(name)) legs.set(name, { name, ...between(releasedAt, event.occurredAt) });
  }
  if (releasedAt === undefined || legs.size === 0) return signed(releasedAt, undefined);
  const values = [...legs.values()];
  // Confirmed at the inland place only: the goods are still on their way out.
  if (values.every((l) => l.name === 'inland')) return { ...signed(releasedAt, undefined), legs: values };
  return { ...signed(releasedAt, Math.max(...values.map((l) => l.stopAt ?? releasedAt)) as Instant), legs: values };
}

/** Each train from its departure to its arrival; a statement repeated by another source is evidence of the same train. */
function onwardRail({ effective }: ClockInput): Clock {
  const legs: ClockLeg[] = [];
  let since: Instant | undefined;
  for (const { event } of effective) {
    if (event.classifier !== 'actual') continue;
    if (event.code === 'inland.rail-departed') since ??= event.occurredAt;
    else if (event.code === 'inland.rail-arrived' && since !== undefined) {
      legs.push({ name: `rail-${legs.length + 1}`, ...between(since, event.occurredAt) });
      since = undefined;
    }
  }
  if (since !== undefined) legs.push({ name: `rail-${legs.length + 1}`, ...signed(since, undefined) });
  return legs.length === 0 ? notStarted : overLegs(legs);
}

/** The clocks of the vessel and of the way out of the port. */
export function voyageClocks(
  input: ClockInput,
  releasedAt: Instant | undefined,
): Pick<Record<ClockName, Clock>, 'vessel-stay' | 'border-lead' | 'border-lag' | 'departure-confirm' | 'onward-rail'> {
  const { direction } = input.state;
  const leaves = direction === 'export' || direction === 'transhipment';
  return {
    ...vesselClocks(vesselOf(input), input.effective),
    'departure-confirm': leaves ? departureConfirm(input, releasedAt) : voided,
    'onward-rail': direction === 'import' || direction === 'export' ? onwardRail(input) : voided,
  };
}
