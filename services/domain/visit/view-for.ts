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

/**
 * The state of a visit as one caller may see it. Of a box that several bills share a party sees its own papers and
 * the box's logistics; findings that rest on foreign papers are kept without their evidence. Pure: the same state and
 * sight give the same view, so a view is encoded once for all callers of one sight.
 */
export function viewFor(state: VisitState, sight: Sight): VisitState | undefined {
  if (sight.all) return state;
  const bills = state.bills.filter((id) => sight.bills.has(id));
  const declarations = state.declarations.filter((id) => sight.declarations.has(id));
  const bookings = state.bookings.filter((id) => sight.bookings.has(id));
  if (bills.length + declarations.length + bookings.length === 0) return undefined;
  const isShared = bills.length < state.bills.length || declarations.length < state.declarations.length;
  return {
    ...state,
    bills,
    declarations,
    bookings,
    findings: isShared ? state.findings.map((f) => ({ ...f, events: [] })) : state.findings,
  };
}
