import {
  dangerousGoods,
  failsWhen,
  held,
  noDeclaration,
  notReleasedForPickup,
  passes,
  perPaper,
  type Rule,
  reason,
} from './customs-rules.ts';
import type { Reason } from './readiness.ts';

/** Discharged but also short-landed, or papers and moves disagree on the direction. */
const evidenceConflict: Rule = ({ box, conditions, input }) => {
  if (box.discharged !== undefined && conditions.has('short-landed'))
    return [reason('evidence-conflict', undefined, [box.discharged, ...conditions.evidence('short-landed')])];
  return input.visit.carriage.directionConflict ? [reason('evidence-conflict')] : passes;
};

const manifest: Rule = (facts) => perPaper('manifest-not-accepted', facts.papers.activeBills(), (bill) => !facts.manifests.hasAny(bill));

/** Every bill, the master too, needs the carrier's release (ruling 6). */
const carrierRelease: Rule = (facts) => {
  const bills = facts.papers.activeBills();
  if (bills.length === 0 && facts.carrier.isReleased(facts.papers.box)) return passes;
  return perPaper('carrier-not-released', bills, (bill) => !facts.carrier.isReleased(bill));
};

const expiry: Rule = (facts) => {
  const found: Reason[] = [];
  for (const bill of facts.papers.activeBills()) {
    const validity = facts.carrier.validity(bill);
    if (validity) found.push({ ...reason('delivery-order-expired', bill, [validity.event]), after: validity.until });
  }
  return found.length > 0 ? found : passes;
};

/** The table for picking up an import box, in its order (`events.md` section 6). */
export const pickUpRules: readonly Rule[] = [
  failsWhen('already-left', (facts) => facts.isClosed),
  failsWhen('not-discharged', ({ box, conditions }) => box.discharged === undefined && !(box.berthed && conditions.has('ship-side'))),
  evidenceConflict,
  manifest,
  noDeclaration,
  notReleasedForPickup,
  held,
  dangerousGoods,
  carrierRelease,
  expiry,
  failsWhen(
    'eir-missing',
    // A receipt that names no task is for the move of the direction (ruling 8).
    ({ input, box }) => input.facility.asksForEir && !box.receipts.has('pick-up-full') && !box.receipts.has(''),
  ),
  failsWhen('fees-unpaid', (facts) => facts.input.facility.asksForPayment && facts.hasOpenCharges),
];

/** The table for picking up an empty: holds first, then the order to release it (ruling 19). */
export const emptyPickUpRules: readonly Rule[] = [
  failsWhen('already-left', (facts) => facts.isClosed),
  held,
  failsWhen('no-release-order', ({ box }) => !box.releaseOrdered),
];
