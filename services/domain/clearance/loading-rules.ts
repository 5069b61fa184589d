import { eventLabel } from '../visit/standing.ts';
import type { Concern } from './box-papers.ts';
import type { ClearanceFacts } from './clearance-facts.ts';
import { representing } from './customs-progress.ts';
import {
  dangerousGoods,
  failsWhen,
  held,
  heldFor,
  noDeclaration,
  notReleasedForLoading,
  passes,
  perPaper,
  type Rule,
  reason,
} from './customs-rules.ts';

const done: readonly Rule[] = [
  (facts) => (facts.box.loaded === undefined ? passes : [reason('already-loaded', undefined, [facts.box.loaded])]),
  failsWhen('already-left', (facts) => facts.isClosed),
];

/** A shut-out box has lost its call; an omitted call is still the one that it was planned for. */
const call: Rule = ({ calls }) => {
  if (!calls.present) return [reason('no-call')];
  return calls.omission ? [reason('call-omitted', calls.present, [eventLabel(calls.omission)])] : passes;
};

/** The pre-stowage line of every bill for the present call. */
const manifest: Rule = (facts) =>
  perPaper('manifest-not-accepted', facts.papers.activeBills(), (bill) => !facts.manifests.hasPresent(bill));

const vesselHeld: Rule = ({ calls, holds }) => {
  const found = holds.open.filter((h) => h.subject === calls.present && h.rule.acts.includes('load'));
  return found.length === 0 ? passes : found.map((h) => heldFor('vessel-held', h));
};

/** A transhipment needs its onward move under customs control approved: for the box, or for every bill of it. */
function lacksOnwardMove(facts: ClearanceFacts): boolean {
  const { papers, box, input } = facts;
  if (!input.facility.asksForOnwardMove || box.onward.has(papers.box)) return false;
  const isApproved = (goods: Concern): boolean =>
    box.onward.has(goods) || papers.declarations.some((d) => papers.related(goods, d) && box.onward.has(d));
  const bills = representing(papers, papers.activeBills());
  return bills.length === 0 || !bills.every((b) => papers.concerns(b).every(isApproved));
}

/** The table for loading an export box, in its order (`events.md` section 6); missed cut-offs are the reader's. */
export const exportLoadingRules: readonly Rule[] = [
  ...done,
  call,
  failsWhen('not-in-port', ({ box, conditions }) => !box.gatedIn && !(conditions.has('direct-load') && box.atGate)),
  failsWhen('arrival-not-accepted', ({ box }) => !box.arrivalAccepted),
  manifest,
  noDeclaration,
  notReleasedForLoading,
  held,
  dangerousGoods,
  failsWhen('vgm-missing', ({ box }) => !box.vgm),
  vesselHeld,
];

/** The table for loading a transhipment box. */
export const transhipmentLoadingRules: readonly Rule[] = [
  ...done,
  call,
  manifest,
  held,
  dangerousGoods,
  failsWhen('onward-not-approved', lacksOnwardMove),
  vesselHeld,
];

/** The table for loading an empty. */
export const emptyLoadingRules: readonly Rule[] = [...done, call, held];
