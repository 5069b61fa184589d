import type { Agency } from '../events/status-event.ts';
import { idOf, typeOf } from '../visit/reach.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { ClearanceFacts } from './clearance-facts.ts';
import { type Progress, representing } from './customs-progress.ts';
import { isWaivedFor, type LedgerHold } from './hold-ledger.ts';
import type { Reason, ReasonCode } from './readiness.ts';

/** One rule of a table: the reasons for which it fails, none when it passes. */
export type Rule = (facts: ClearanceFacts) => readonly Reason[];

/** What a rule that passes gives. */
export const passes: readonly Reason[] = [];

/** A reason without evidence, about a paper when one is given. */
export const reason = (code: ReasonCode, subject?: SubjectKey, events: readonly string[] = []): Reason => ({
  code,
  ...(subject && { subject: { type: typeOf(subject), id: idOf(subject) } }),
  events,
});

const fail = (code: ReasonCode): Rule => {
  const found = [reason(code)];
  return () => found;
};

/** A rule that fails for one reason when a fact is true. */
export const failsWhen = (code: ReasonCode, isFailing: (facts: ClearanceFacts) => boolean): Rule => {
  const found = fail(code);
  return (facts) => (isFailing(facts) ? found(facts) : passes);
};

/** One reason per paper of a list that fails; the bare reason when there is no paper at all. */
export const perPaper = (code: ReasonCode, papers: readonly SubjectKey[], isFailing: (paper: SubjectKey) => boolean): readonly Reason[] => {
  if (papers.length === 0) return [reason(code)];
  let found: Reason[] | undefined;
  for (const paper of papers)
    if (isFailing(paper)) {
      found ??= [];
      found.push(reason(code, paper));
    }
  return found ?? passes;
};

/** The bills that customs never heard of: no active declaration, no onward move and no release by the bill or the box. */
function undeclared(facts: ClearanceFacts): readonly SubjectKey[] {
  const bills = representing(facts.papers, facts.papers.activeBills());
  if (bills.length === 0) return facts.units.filter((u) => u === facts.papers.box && facts.progress.of(u) === 'none');
  return bills.filter((b) => isUndeclared(facts, b));
}

/** True for a bill that no declaration, onward move or release is about. */
export const isUndeclared = (facts: ClearanceFacts, bill: SubjectKey): boolean =>
  facts.progress.of(bill) === 'none' && facts.classes.answering(bill).includes(bill);

/** Import rule 5: a bill without a declaration. */
export const noDeclaration: Rule = (facts) => {
  const missing = undeclared(facts);
  return missing.length === 0 ? passes : missing.map((b) => reason('no-declaration', b === facts.papers.box ? undefined : b));
};

/** Import rule 6, by the class of the box under each paper (ruling 5); bills that failed rule 5 are left out. */
const notReleased =
  (letsGo: (progress: Progress) => boolean): Rule =>
  (facts) => {
    const silent = undeclared(facts);
    const papers = facts.units.filter((u) => !silent.includes(u));
    if (papers.length === 0) return passes;
    return notReleasedOf(facts, papers, letsGo);
  };

/** One reason per paper that customs holds or has not let go. */
export const notReleasedOf = (
  facts: ClearanceFacts,
  papers: readonly SubjectKey[],
  letsGo: (progress: Progress) => boolean,
): readonly Reason[] =>
  perPaper('customs-not-released', papers, (p) => facts.classes.heldOn(p) !== undefined || !letsGo(facts.progress.of(p)));

/** For pick-up a release, port access, a conditional release or an onward move will do. */
export const letsGoForPickup = (p: Progress): boolean => p === 'released' || p === 'port-access' || p === 'conditional' || p === 'onward';

export const notReleasedForPickup = notReleased(letsGoForPickup);

/** For loading only a release or an onward move counts. */
export const notReleasedForLoading = notReleased((p) => p === 'released' || p === 'onward');

const holdCodes: Readonly<Record<Agency, ReasonCode>> = {
  customs: 'customs-hold',
  'maritime-safety': 'maritime-hold',
  quarantine: 'quarantine-hold',
  'border-inspection': 'border-hold',
  carrier: 'carrier-hold',
  terminal: 'terminal-hold',
  inland: 'inland-hold',
};

const agencies = Object.keys(holdCodes) as Agency[];

/** A hold as a reason. */
export const heldFor = (code: ReasonCode, h: LedgerHold): Reason => ({ ...reason(code, h.subject, [h.placedBy]), kind: h.kind });

/** Import rule 7: open, unwaived holds that stop the move; those on calls have a rule of their own (ruling 7). */
export const held: Rule = (facts) => heldBy(facts, () => true);

/** The same of the holds that concern what is asked about. */
export const heldBy = (facts: ClearanceFacts, concerns: (hold: LedgerHold) => boolean): readonly Reason[] => {
  if (facts.holds.open.length === 0) return passes;
  const { move } = facts;
  const stopping = facts.holds.open.filter(
    (h) => h.rule.acts.includes(move) && !h.subject.startsWith('call:') && !isWaivedFor(h, move) && concerns(h),
  );
  if (stopping.length === 0) return passes;
  const rank = (h: LedgerHold): number => agencies.indexOf(h.rule.agency);
  return stopping.sort((a, b) => rank(a) - rank(b)).map((h) => heldFor(holdCodes[h.rule.agency], h));
};

/** Import rule 8. */
export const dangerousGoods: Rule = failsWhen(
  'dangerous-goods-not-approved',
  ({ box }) => box.isDangerous && box.dangerousGoods !== 'approved',
);
