import type { SubjectKey } from '../visit/visit.ts';
import type { ClearanceFacts } from './clearance-facts.ts';
import {
  dangerousGoods,
  failsWhen,
  held,
  heldBy,
  isUndeclared,
  letsGoForPickup,
  noDeclaration,
  notReleasedForPickup,
  notReleasedOf,
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

/** The orders of some bills, each of which fails from its end on. */
const expiryOf = ({ carrier }: ClearanceFacts, bills: readonly SubjectKey[]): readonly Reason[] => {
  const found: Reason[] = [];
  for (const bill of bills) {
    const validity = carrier.validity(bill);
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
  (facts) => expiryOf(facts, facts.papers.activeBills()),
  failsWhen(
    'eir-missing',
    // A receipt that names no task is for the move of the direction (ruling 8).
    ({ input, box }) => input.facility.asksForEir && !box.receipts.has('pick-up-full') && !box.receipts.has(''),
  ),
  failsWhen('fees-unpaid', (facts) => facts.input.facility.asksForPayment && facts.hasOpenCharges),
];

/**
 * The table for handing out the goods of one bill of a stripped import box: the rules of a pick-up that ask for the bill
 * itself (`events.md` section 6: delivery of one house bill needs its own).
 */
export const deliveryRules = (bill: SubjectKey): readonly Rule[] => [
  failsWhen('not-stripped', ({ box }) => !box.stripped),
  ({ manifests }) => perPaper('manifest-not-accepted', [bill], (b) => !manifests.hasAny(b)),
  (facts) => perPaper('no-declaration', [bill], (b) => isUndeclared(facts, b)),
  (facts) => {
    const papers = facts.classes.answering(bill).filter((p) => p !== bill || !isUndeclared(facts, bill));
    return papers.length > 0 ? notReleasedOf(facts, papers, letsGoForPickup) : passes;
  },
  (facts) => heldBy(facts, (hold) => facts.papers.meet(facts.papers.concerns(bill), hold.scope)),
  dangerousGoods,
  ({ carrier }) => perPaper('carrier-not-released', [bill], (b) => !carrier.isReleased(b)),
  (facts) => expiryOf(facts, [bill]),
];

/** The table for picking up an empty: holds first, then the order to release it (ruling 19). */
export const emptyPickUpRules: readonly Rule[] = [
  failsWhen('already-left', (facts) => facts.isClosed),
  held,
  failsWhen('no-release-order', ({ box }) => !box.releaseOrdered),
];
