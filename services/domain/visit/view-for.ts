import type { MoveFacts, Reason } from '../clearance/readiness.ts';
import { instant } from '../identifiers/instant.ts';
import type { VisitState } from './visit.ts';

/** What one caller may see: everything, or the papers under which its parties stand. */
export type Sight =
  | { readonly all: true }
  | {
      readonly all: false;
      readonly bills: ReadonlySet<string>;
      readonly declarations: ReadonlySet<string>;
      readonly bookings: ReadonlySet<string>;
    };

type Limited = Exclude<Sight, { readonly all: true }>;
type About = { readonly type: string; readonly id: string } | undefined;

/** True for what is about the box, its call, or a paper of the caller. */
const isOwn = (about: About, sight: Limited): boolean => {
  if (about?.type === 'bill') return sight.bills.has(about.id) || sight.bookings.has(about.id);
  return about?.type !== 'declaration' || sight.declarations.has(about.id);
};

/** Reasons that lie in foreign papers are one: other cargo in the box. */
function ownReasons(reasons: readonly Reason[], sight: Limited): Reason[] {
  const own = reasons.filter((r) => isOwn(r.subject, sight));
  const foreign = reasons.filter((r) => !isOwn(r.subject, sight));
  if (foreign.length === 0) return own;
  // As long as one of them always fails, the box is kept; else from the first that will.
  const always = foreign.some((r) => r.after === undefined);
  const after = always ? undefined : instant(Math.min(...foreign.map((r) => r.after ?? Number.POSITIVE_INFINITY)));
  return [...own, { code: 'other-cargo-in-box', events: [], ...(after !== undefined && { after }) }];
}

/** Reasons of a box that is the caller's alone: what lies in a booking out of its sight is said without it. */
const withoutBookings = (reasons: readonly Reason[], sight: Limited): Reason[] =>
  reasons.map((r) => {
    if (isOwn(r.subject, sight)) return r;
    const { subject: _, ...rest } = r;
    return { ...rest, events: [] };
  });

const withReasons = (
  readiness: Readonly<Partial<Record<string, MoveFacts>>>,
  sight: Limited,
  view: typeof ownReasons,
): Record<string, MoveFacts> =>
  Object.fromEntries(
    Object.entries(readiness).flatMap(([name, facts]) => (facts ? [[name, { ...facts, reasons: view(facts.reasons, sight) }]] : [])),
  );

const only = <T>(record: Readonly<Record<string, T>>, ids: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([id]) => ids.includes(id)));

/** Clocks of a shared box without their values per paper. */
const withoutLegs = (clocks: VisitState['clocks']): VisitState['clocks'] => {
  const found = { ...clocks };
  for (const name of Object.keys(found) as (keyof typeof found)[]) {
    const { legs: _, ...clock } = found[name];
    found[name] = clock;
  }
  return found;
};

/** What a party sees of a box that it shares with others. */
function sharedView(state: VisitState, sight: Limited, bills: readonly string[], declarations: readonly string[]): Partial<VisitState> {
  const { classes, paperClocks } = state;
  return {
    findings: state.findings.map((f) => ({ ...f, events: [] })),
    holds: state.holds.filter((h) => isOwn(h.subject, sight)),
    conditions: state.conditions.map((c) => ({ ...c, events: [] })),
    classes: {
      bills: only(classes.bills, bills),
      declarations: only(classes.declarations, declarations),
      declaredBoxes: only(classes.declaredBoxes, [...bills, ...declarations]),
    },
    readiness: withReasons(state.readiness, sight, ownReasons),
    deliveries: withReasons(only(state.deliveries, bills), sight, ownReasons),
    paperClocks: { bills: only(paperClocks.bills, bills), declarations: only(paperClocks.declarations, declarations) },
    clocks: withoutLegs(state.clocks),
    deadlines: state.deadlines.filter((d) => isOwn(d.subject, sight)),
    account: [],
  };
}

/** What a party sees of a box that is its own, but for a booking that it does not see. */
const viewWithoutBookings = (state: VisitState, sight: Limited): Partial<VisitState> => ({
  holds: state.holds.filter((h) => isOwn(h.subject, sight)),
  readiness: withReasons(state.readiness, sight, withoutBookings),
  deliveries: withReasons(state.deliveries, sight, withoutBookings),
  deadlines: state.deadlines.filter((d) => isOwn(d.subject, sight)),
});

/**
 * The state of a visit as one caller may see it. Of a box that several bills share a party sees its own papers and
 * the box's logistics; reasons that lie in foreign papers become `other-cargo-in-box`, findings and conditions are kept
 * without their evidence, the account is left out. Pure: the same state and sight give the same view, so a view is
 * encoded once for all callers of one sight.
 */
export function viewFor(state: VisitState, sight: Sight): VisitState | undefined {
  if (sight.all) return state;
  const bills = state.bills.filter((id) => sight.bills.has(id));
  const declarations = state.declarations.filter((id) => sight.declarations.has(id));
  const bookings = state.bookings.filter((id) => sight.bookings.has(id));
  if (bills.length + declarations.length + bookings.length === 0) return undefined;
  const isShared = bills.length < state.bills.length || declarations.length < state.declarations.length;
  const view = isShared ? sharedView(state, sight, bills, declarations) : viewWithoutBookings(state, sight);
  return { ...state, bills, declarations, bookings, ...view };
}
