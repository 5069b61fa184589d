import type { Code } from '../events/catalogue.generated.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { Entry } from '../visit/standing.ts';
import { type Clock, type ClockName, notStarted, overRounds, voided } from './clock.ts';
import type { ClockInput } from './clock-input.ts';
import { type Stretch, stretch } from './clock-intervals.ts';
import type { Hold } from './hold.ts';

/** One round of inspection: from an order to its pass (ruling 12). */
export interface InspectionRound {
  readonly orderedAt: Instant;
  positionedAt?: Instant;
  startedAt?: Instant;
  /** The pass, or the release that ended the order without one. */
  endedAt?: Instant;
}

const orders: ReadonlySet<Code> = new Set<Code>(['customs.inspection-ordered', 'customs.empty-inspection-ordered']);
const passes: ReadonlySet<Code> = new Set<Code>(['customs.inspection-passed', 'customs.empty-inspection-passed']);
const kinds: readonly string[] = ['inspection', 'empty-inspection'];

/** When the hold of an order was lifted although no pass was told: a release implies it. */
const impliedEnd = (orderedAt: Instant, holds: readonly Hold[]): Instant | undefined =>
  holds.find((h) => kinds.includes(h.kind) && h.placedAt === orderedAt && h.liftedAt !== undefined)?.liftedAt;

/** The rounds of inspection of a visit in order. An order told again while one is open is evidence of the same round. */
export function inspectionRounds(effective: readonly Entry[], holds: readonly Hold[]): InspectionRound[] {
  const rounds: InspectionRound[] = [];
  for (const { event } of effective) {
    if (event.classifier !== 'actual') continue;
    const last = rounds.at(-1);
    if (passes.has(event.code) && last) last.endedAt ??= event.occurredAt;
    if (!orders.has(event.code)) continue;
    const ended = last && (last.endedAt ?? impliedEnd(last.orderedAt, holds));
    if (last && (ended === undefined || ended > event.occurredAt)) continue;
    if (last && ended !== undefined) last.endedAt = ended;
    rounds.push({ orderedAt: event.occurredAt });
  }
  if (rounds.length === 0) return rounds;
  for (const round of rounds) {
    const ended = round.endedAt ?? impliedEnd(round.orderedAt, holds);
    if (ended !== undefined) round.endedAt = ended;
  }
  for (const { event } of effective) {
    if (event.classifier !== 'actual') continue;
    const step =
      event.code === 'terminal.moved-to-inspection'
        ? 'positionedAt'
        : event.code === 'customs.inspection-started'
          ? 'startedAt'
          : undefined;
    if (!step) continue;
    const round = rounds.findLast((r) => r.orderedAt <= event.occurredAt);
    if (round && (round.endedAt === undefined || event.occurredAt <= round.endedAt)) round[step] ??= event.occurredAt;
  }
  return rounds;
}

type Step = (round: InspectionRound) => Instant | undefined;

/** One step over all rounds; a round that ended without the step has no value, and is not made up. */
function stepClock(rounds: readonly InspectionRound[], from: Step, to: Step): Clock {
  const measured: Stretch[] = [];
  for (const round of rounds) {
    const start = from(round);
    const stop = to(round);
    if (start === undefined || (stop === undefined && round.endedAt !== undefined)) continue;
    measured.push(stretch(start, stop === undefined ? undefined : Math.max(start, stop)));
  }
  if (measured.length > 0) return overRounds(measured);
  return rounds.some((r) => r.endedAt !== undefined) ? voided : notStarted;
}

/** The four clocks of inspection: to its place, waiting there, the work, and all of it. */
export function inspectionClocks(
  input: ClockInput,
): Pick<Record<ClockName, Clock>, 'inspection-move' | 'inspection-wait' | 'inspection-work' | 'inspection-total'> {
  const rounds = inspectionRounds(input.effective, input.state.holds);
  return {
    'inspection-move': stepClock(
      rounds,
      (r) => r.orderedAt,
      (r) => r.positionedAt,
    ),
    'inspection-wait': stepClock(
      rounds,
      (r) => r.positionedAt,
      (r) => r.startedAt,
    ),
    'inspection-work': stepClock(
      rounds,
      (r) => r.startedAt,
      (r) => r.endedAt,
    ),
    'inspection-total': stepClock(
      rounds,
      (r) => r.orderedAt,
      (r) => r.endedAt,
    ),
  };
}
