import { instant } from '../identifiers/instant.ts';
import { idOf } from '../visit/reach.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { ClearanceFacts } from './clearance-facts.ts';
import { type Clock, type ClockName, clockNames, endedUnseen, notStarted, overRounds, signed } from './clock.ts';
import { type Clearance, overallClearance } from './clock-clearance.ts';
import { holdClockAgencies, holdClockNames, holdTime } from './clock-holds.ts';
import type { ClockInput } from './clock-input.ts';
import { stretch, union } from './clock-intervals.ts';

/** The clocks of one bill or declaration: the overall clearance time, of a bill also the hold time of each agency that held it. */
export type ClocksOfPaper = Readonly<Partial<Record<ClockName, Clock>>>;

/** What one box adds to the clocks of its papers, by number. */
export interface PaperClocks {
  readonly bills: Readonly<Record<string, ClocksOfPaper>>;
  readonly declarations: Readonly<Record<string, ClocksOfPaper>>;
}

/** The overall clearance time of some parts of a box. */
function clearanceOfParts(
  input: ClockInput,
  { parts, leftOut }: Clearance,
  isOf: (part: Clearance['parts'][number]['part']) => boolean,
): ClocksOfPaper {
  const some = parts.filter(({ part }) => !part.withdrawn && isOf(part));
  const found = some.length > 0 ? overallClearance(input, { parts: some, leftOut }) : undefined;
  if (!found) return {};
  const { legs: _, ...clock } = input.state.closedAs === 'unobserved' ? endedUnseen(found.clock) : found.clock;
  return clock.state === 'void' ? {} : { [found.name]: clock };
}

/** The hold time of a bill, counted to the lift; of a master with its houses. */
function holdsOfBill(bill: SubjectKey, { holds, papers }: ClearanceFacts, { state }: ClockInput): ClocksOfPaper {
  if (holds.all.length === 0) return {};
  const acting = holds.holdsOn([bill, ...papers.housesOf(bill)]);
  const found: Partial<Record<ClockName, Clock>> = {};
  for (const name of holdClockNames) {
    const clock = holdTime(acting, holdClockAgencies[name], state.direction);
    if (clock.state !== 'not-started') found[name] = clock;
  }
  return found;
}

/**
 * The clocks of every paper on which the box stands in the end (`events.md` section 9): per declaration the overall
 * clearance time, per bill that of all that clears it and its hold times.
 */
export function paperClocksOf(input: ClockInput, clearance: Clearance, facts: ClearanceFacts): PaperClocks {
  const { papers } = facts;
  const each = (keys: readonly SubjectKey[], clocksOf: (key: SubjectKey) => ClocksOfPaper): Record<string, ClocksOfPaper> =>
    Object.fromEntries(keys.map((key) => [idOf(key), clocksOf(key)]));
  return {
    bills: each(papers.activeBills(), (bill) => ({
      ...clearanceOfParts(input, clearance, (part) => part.masters.has(bill) || papers.lotsOf(bill).some((lot) => part.lots.includes(lot))),
      ...holdsOfBill(bill, facts, input),
    })),
    declarations: each(papers.declarations.filter(papers.isActive), (declaration) =>
      clearanceOfParts(input, clearance, (part) => part.key === declaration),
    ),
  };
}

/** Counts from the first start to the stop that covers the last box; a paper of which boxes are still missing runs on. */
function overBoxes(clocks: readonly Clock[], isWhole: boolean): Clock {
  const starts = clocks.flatMap((c) => c.startAt ?? []);
  if (starts.length === 0) return notStarted;
  const last = (stops: readonly (number | undefined)[]) =>
    isWhole && stops.every((s) => s !== undefined) ? instant(Math.max(...stops)) : undefined;
  const stopAt = last(clocks.map((c) => c.stopAt));
  const first = last(clocks.map((c) => c.firstStopAt ?? c.stopAt));
  const targetHours = clocks.find((c) => c.targetHours !== undefined)?.targetHours;
  return {
    ...signed(instant(Math.min(...starts)), stopAt),
    ...(first !== undefined && first !== stopAt && { firstStopAt: first }),
    ...(targetHours !== undefined && { targetHours }),
  };
}

/** The intervals of a clock that counts some. */
const roundsOf = ({ rounds, startAt, stopAt }: Clock) => rounds ?? (startAt === undefined ? [] : [stretch(startAt, stopAt)]);

/** The clocks of one paper over all its boxes; `isWhole` when none is still to be linked. */
export function joinPaperClocks(ofBoxes: readonly ClocksOfPaper[], isWhole: boolean): ClocksOfPaper {
  const joined: Partial<Record<ClockName, Clock>> = {};
  for (const name of clockNames) {
    const clocks = ofBoxes.flatMap((box) => box[name] ?? []);
    if (clocks.length === 0) continue;
    joined[name] = name in holdClockAgencies ? overRounds(union(clocks.flatMap(roundsOf))) : overBoxes(clocks, isWhole);
  }
  return joined;
}
