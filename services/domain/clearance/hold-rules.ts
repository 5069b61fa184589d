import type { Code } from '../events/catalogue.generated.ts';
import type { Agency } from '../events/status-event.ts';

/** One kind of hold: who places it, what ends it, and what ends it by implication (`events.md` section 5). */
export interface HoldRule {
  readonly kind: string;
  readonly agency: Agency;
  readonly placedBy: Code;
  readonly liftedBy: readonly Code[];
  /** Ends it on exactly the subjects that the event names. */
  readonly impliedBy: readonly Code[];
}

const rule = (kind: string, agency: Agency, placedBy: Code, liftedBy: readonly Code[], impliedBy: readonly Code[] = []): HoldRule => ({
  kind,
  agency,
  placedBy,
  liftedBy,
  impliedBy,
});

/** Every hold. `carrier` and `terminal` holds carry their kind as an attribute. */
export const holdRules: readonly HoldRule[] = [
  rule('documents', 'customs', 'customs.documents-required', ['customs.documents-satisfied'], ['customs.released']),
  rule('inspection', 'customs', 'customs.inspection-ordered', ['customs.inspection-passed'], ['customs.released']),
  rule('irregularity', 'customs', 'customs.inspection-failed', ['customs.inspection-passed'], ['customs.released']),
  rule('sample', 'customs', 'customs.sampled', ['customs.lab-result-passed'], ['customs.released', 'customs.market-access-granted']),
  rule('release-revoked', 'customs', 'customs.release-revoked', ['customs.released']),
  rule('seizure', 'customs', 'customs.seized', ['customs.seizure-lifted']),
  rule('return', 'customs', 'customs.return-ordered', ['customs.return-permitted']),
  rule('empty-inspection', 'customs', 'customs.empty-inspection-ordered', ['customs.empty-inspection-passed']),
  rule('dg-opening', 'maritime-safety', 'maritime.dg-opening-ordered', ['maritime.dg-opening-passed'], ['maritime.dg-case-closed']),
  rule('dg-case', 'maritime-safety', 'maritime.dg-case-opened', ['maritime.dg-case-closed']),
  rule('vessel-detention', 'maritime-safety', 'maritime.vessel-detained', ['maritime.vessel-detention-lifted']),
  rule('border-vessel', 'border-inspection', 'border.vessel-held', ['border.vessel-hold-lifted'], ['border.vessel-exit-cleared']),
  rule('quarantine-vessel', 'quarantine', 'quarantine.vessel-held', ['quarantine.vessel-passed']),
  rule('treatment', 'quarantine', 'quarantine.treatment-ordered', ['quarantine.treatment-completed']),
  rule('cold-chain-positive', 'quarantine', 'quarantine.coldchain-result-positive', ['quarantine.coldchain-released']),
  rule('carrier', 'carrier', 'carrier.hold-placed', ['carrier.hold-lifted']),
  rule('terminal', 'terminal', 'terminal.hold-placed', ['terminal.hold-lifted']),
];

const byCode = (pick: (r: HoldRule) => readonly Code[]): ReadonlyMap<Code, readonly HoldRule[]> => {
  const map = new Map<Code, HoldRule[]>();
  for (const r of holdRules) for (const code of pick(r)) map.set(code, [...(map.get(code) ?? []), r]);
  return map;
};

export const placedBy = byCode((r) => [r.placedBy]);
export const liftedBy = byCode((r) => r.liftedBy);
export const impliedBy = byCode((r) => r.impliedBy);
