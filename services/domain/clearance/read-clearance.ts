import type { AcceptedEvent } from '../events/status-event.ts';
import { type Instant, instant } from '../identifiers/instant.ts';
import { idOf } from '../visit/reach.ts';
import type { Entry } from '../visit/standing.ts';
import type { MilestoneTimes, SubjectKey } from '../visit/visit.ts';
import type { BoxClass } from './box-class.ts';
import type { BoxPapers } from './box-papers.ts';
import { ClearanceFacts, type ClearanceInput } from './clearance-facts.ts';
import { reeferConditions } from './cold-chain.ts';
import type { Condition } from './condition.ts';
import type { CustomsState } from './customs-lane.ts';
import { representing } from './customs-progress.ts';
import type { Rule } from './customs-rules.ts';
import type { Hold } from './hold.ts';
import type { StrayLift } from './hold-ledger.ts';
import { emptyLoadingRules, exportLoadingRules, transhipmentLoadingRules } from './loading-rules.ts';
import { MoveJudge } from './move-judge.ts';
import { deliveryRules, emptyPickUpRules, pickUpRules } from './pick-up-rules.ts';
import type { DeliveryFacts, Move, MoveFacts, ReadinessFacts } from './readiness.ts';

/** How far the box has come under each of its papers, by number. */
export interface PaperClasses {
  readonly bills: Readonly<Record<string, BoxClass>>;
  readonly declarations: Readonly<Record<string, BoxClass>>;
  /** How many boxes a bill or declaration says it has, by number, when it says so. */
  readonly declaredBoxes: Readonly<Record<string, number>>;
}

/** Evidence of what a person should look at. */
export interface ClearanceEvidence {
  readonly strays: readonly StrayLift[];
  /** Said available while the rules refused the pick-up. */
  readonly disagreeing: readonly AcceptedEvent[];
  /** The closing gate-out under an open hold or without a release. */
  readonly leftUnderHold: boolean;
  /** The last release, when no bill names the box. */
  readonly releasedUnlinked: AcceptedEvent | undefined;
}

/** What the events of a visit say about clearance, without a reader's time. */
export interface Clearance {
  readonly facts: ClearanceFacts;
  readonly holds: readonly Hold[];
  readonly conditions: readonly Condition[];
  readonly customs: CustomsState;
  /** The milestone `customs-released`. */
  readonly released: MilestoneTimes | undefined;
  readonly classes: PaperClasses;
  readonly readiness: ReadinessFacts;
  readonly deliveries: DeliveryFacts;
  readonly evidence: ClearanceEvidence;
}

/** The moves that a visit waits for, each with its table. */
function judgesOf({ visit }: ClearanceInput): MoveJudge<Move>[] {
  const tables: Readonly<Record<string, readonly [Move, readonly Rule[]]>> = {
    import: ['pickup', pickUpRules],
    export: ['loading', exportLoadingRules],
    transhipment: ['loading', transhipmentLoadingRules],
    empty: ['emptyPickup', emptyPickUpRules],
  };
  const [move, rules] = tables[visit.carriage.direction] ?? ['pickup', pickUpRules];
  const judges = [new MoveJudge<Move>(move, rules)];
  // An empty may also leave by sea, when papers or its loading say so.
  const bySea = visit.calls.some((c) => c.current && c.role === 'departing') || visit.carriage.stay?.loaded !== undefined;
  if (move === 'emptyPickup' && bySea) judges.push(new MoveJudge('loading', emptyLoadingRules));
  return judges;
}

/** The bills whose goods leave an import box one by one: those of a box that was stripped or is said to be shared. */
function deliveriesOf({ visit, effective }: ClearanceInput, papers: BoxPapers): Map<SubjectKey, MoveJudge> {
  const isShared = ({ event }: Entry): boolean => event.code === 'terminal.stripped' || event.details?.['load'] === 'LCL';
  if (visit.carriage.direction !== 'import' || !effective.some(isShared)) return new Map();
  const bills = papers.bills.map((b) => b.key);
  return new Map(representing(papers, bills).map((bill) => [bill, new MoveJudge('delivery', deliveryRules(bill), bill)]));
}

/** The box counts that papers give, the last word of each. */
function declaredBoxes({ box, effective }: ClearanceInput): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { event, via } of effective) {
    const boxes = event.details?.['boxes'];
    if (typeof boxes !== 'number' || via.startsWith('call:')) continue;
    const paper = via === box ? event.references.find((r) => r.type === 'bill')?.id : idOf(via);
    if (paper !== undefined) counts.set(paper, boxes);
  }
  return Object.fromEntries(counts.size > 1 ? [...counts].sort(([a], [b]) => (a < b ? -1 : 1)) : counts);
}

function classesOf(facts: ClearanceFacts): PaperClasses {
  const record = (keys: readonly SubjectKey[], classOf: (key: SubjectKey) => BoxClass): Record<string, BoxClass> =>
    Object.fromEntries(keys.map((key) => [idOf(key), classOf(key)]));
  return {
    bills: record(facts.papers.activeBills(), (bill) => facts.classes.ofBill(bill)),
    declarations: record(facts.papers.declarations.filter(facts.papers.isActive), (d) => facts.classes.of(d)),
    declaredBoxes: declaredBoxes(facts.input),
  };
}

/** Looks at the closing gate-out as it happens: under which holds, and with which release. */
function leftUnderHold(facts: ClearanceFacts): boolean {
  const { direction } = facts.input.visit.carriage;
  const stops = facts.holds.open.some(
    (h) => h.rule.acts.includes('pick-up') && !h.subject.startsWith('call:') && !(h.waives?.includes('pick-up') ?? false),
  );
  if (stops) return true;
  const known = facts.papers.bills.length > 0 || facts.papers.declarations.length > 0;
  if (direction !== 'import' || !known) return false;
  return facts.units.some((u) => facts.classes.heldOn(u) !== undefined || !lets(facts, u));
}

const lets = (facts: ClearanceFacts, unit: SubjectKey): boolean => {
  const progress = facts.progress.of(unit);
  return progress !== 'none' && progress !== 'declared' && progress !== 'accepted';
};

/** Reads the effective events of a visit once, in order, and judges its moves after every moment of event time. */
export function readClearance(input: ClearanceInput): Clearance {
  const facts = new ClearanceFacts(input);
  const judges = judgesOf(input);
  const deliveries = deliveriesOf(input, facts.papers);
  const disagreeing: AcceptedEvent[] = [];
  const { stay } = input.visit.carriage;
  const leaving = stay?.closed?.by.code === 'terminal.gated-out' && stay.openedBy ? stay.closed.by : undefined;
  let left = false;
  let available: AcceptedEvent | undefined;
  const { effective } = input;
  for (let i = 0; i < effective.length; i++) {
    const entry = effective[i];
    if (!entry) continue;
    facts.apply(entry);
    if (entry.event === leaving) left = leftUnderHold(facts);
    if (entry.event.code === 'terminal.available-for-pickup' && entry.event.classifier === 'actual') available = entry.event;
    if (effective[i + 1]?.event.occurredAt === entry.event.occurredAt) continue;
    for (const judge of judges) judge.judge(facts, entry.event.occurredAt);
    for (const judge of deliveries.values()) judge.judge(facts, entry.event.occurredAt);
    if (available && judges[0]?.move === 'pickup' && judges[0].refuses(facts)) disagreeing.push(available);
    available = undefined;
  }
  closeAfterLast(facts, judges, input.closedAt);
  const readiness: Partial<Record<Move, MoveFacts>> = {};
  for (const judge of judges) readiness[judge.move] = judge.facts(facts);
  const unlinked = facts.box.released !== undefined && facts.papers.bills.length === 0 && input.visit.carriage.direction !== 'empty';
  return {
    facts,
    holds: facts.holds.holds(),
    conditions: conditionsOf(facts),
    customs: facts.lane.state(facts.units),
    released: facts.lane.released(),
    classes: classesOf(facts),
    readiness,
    deliveries: Object.fromEntries(
      facts.papers.activeBills().flatMap((bill) => {
        const judge = deliveries.get(bill);
        return judge ? [[idOf(bill), judge.facts(facts)]] : [];
      }),
    ),
    evidence: {
      strays: facts.holds.strays,
      disagreeing,
      leftUnderHold: left,
      releasedUnlinked: unlinked ? facts.box.released : undefined,
    },
  };
}

/** A visit that ended unseen ends at the time of an earlier fact: the last judgement may have come before its end. */
function closeAfterLast(facts: ClearanceFacts, judges: readonly MoveJudge<Move>[], closedAt: Instant | undefined): void {
  if (closedAt === undefined || facts.isClosed) return;
  facts.papers.at = closedAt;
  for (const judge of judges) judge.judge(facts, instant(closedAt));
}

function conditionsOf(facts: ClearanceFacts): Condition[] {
  const reefer = reeferConditions(facts.input.effective).map(
    ({ code, since, until, raisedBy }): Condition => ({ code, since, ...(until !== undefined && { until }), events: [raisedBy] }),
  );
  const conditions = facts.conditions.conditions(facts.input.closedAt);
  return reefer.length > 0 ? [...conditions, ...reefer] : conditions;
}
