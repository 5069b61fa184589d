import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent, Agency } from '../events/status-event.ts';
import type { HeldMove } from './hold.ts';

/** What a hold is named in the table of `events.md` section 5; some carry a variety, see `varietyOf`. */
export type HoldFamily =
  | 'documents'
  | 'inspection'
  | 'irregularity'
  | 'sample'
  | 'release-revoked'
  | 'seizure'
  | 'return'
  | 'empty-inspection'
  | 'dg-opening'
  | 'dg-case'
  | 'vessel-detention'
  | 'border-vessel'
  | 'quarantine-vessel'
  | 'treatment'
  | 'cold-chain-positive'
  | 'carrier'
  | 'terminal';

/** One row of the table: who places it, what ends it, what ends it by implication, and what it stops. */
export interface HoldRule {
  readonly family: HoldFamily;
  readonly agency: Agency;
  readonly placedBy: Code;
  readonly liftedBy: readonly Code[];
  /** Ends it on exactly the subjects that the event names. */
  readonly impliedBy: readonly Code[];
  readonly acts: readonly HeldMove[];
}

const box: readonly HeldMove[] = ['pick-up', 'load'];
const all: readonly HeldMove[] = ['pick-up', 'load', 'discharge', 'sail'];
const cargoWork: readonly HeldMove[] = ['discharge', 'load'];

const rule = (
  family: HoldFamily,
  agency: Agency,
  acts: readonly HeldMove[],
  placedBy: Code,
  liftedBy: readonly Code[],
  impliedBy: readonly Code[] = [],
): HoldRule => ({ family, agency, placedBy, liftedBy, impliedBy, acts });

/** Every hold. A later release ends a revoked one on the subjects that it names, as it does the implied ones. */
export const holdRules: readonly HoldRule[] = [
  rule('documents', 'customs', box, 'customs.documents-required', ['customs.documents-satisfied'], ['customs.released']),
  rule('inspection', 'customs', box, 'customs.inspection-ordered', ['customs.inspection-passed'], ['customs.released']),
  rule('irregularity', 'customs', box, 'customs.inspection-failed', ['customs.inspection-passed'], ['customs.released']),
  rule('sample', 'customs', box, 'customs.sampled', ['customs.lab-result-passed'], ['customs.released', 'customs.market-access-granted']),
  rule('release-revoked', 'customs', box, 'customs.release-revoked', [], ['customs.released']),
  rule('seizure', 'customs', all, 'customs.seized', ['customs.seizure-lifted']),
  rule('return', 'customs', all, 'customs.return-ordered', ['customs.return-permitted']),
  rule('empty-inspection', 'customs', box, 'customs.empty-inspection-ordered', ['customs.empty-inspection-passed']),
  rule('dg-opening', 'maritime-safety', box, 'maritime.dg-opening-ordered', ['maritime.dg-opening-passed'], ['maritime.dg-case-closed']),
  rule('dg-case', 'maritime-safety', all, 'maritime.dg-case-opened', ['maritime.dg-case-closed']),
  rule('vessel-detention', 'maritime-safety', ['sail', 'load'], 'maritime.vessel-detained', ['maritime.vessel-detention-lifted']),
  rule(
    'border-vessel',
    'border-inspection',
    cargoWork,
    'border.vessel-held',
    ['border.vessel-hold-lifted'],
    ['border.vessel-exit-cleared'],
  ),
  rule('quarantine-vessel', 'quarantine', cargoWork, 'quarantine.vessel-held', ['quarantine.vessel-passed']),
  rule('treatment', 'quarantine', box, 'quarantine.treatment-ordered', ['quarantine.treatment-completed']),
  rule('cold-chain-positive', 'quarantine', all, 'quarantine.coldchain-result-positive', ['quarantine.coldchain-released']),
  rule('carrier', 'carrier', box, 'carrier.hold-placed', ['carrier.hold-lifted']),
  rule('terminal', 'terminal', box, 'terminal.hold-placed', ['terminal.hold-lifted']),
];

/** Lifts that are told also where nothing was held (ruling 23). */
export const standAlone: ReadonlySet<Code> = new Set<Code>([
  'quarantine.vessel-passed',
  'quarantine.coldchain-released',
  'quarantine.treatment-completed',
]);

const byCode = (pick: (r: HoldRule) => readonly Code[]): ReadonlyMap<Code, readonly HoldRule[]> => {
  const map = new Map<Code, HoldRule[]>();
  for (const r of holdRules) for (const code of pick(r)) map.set(code, [...(map.get(code) ?? []), r]);
  return map;
};

/** The rules that a code places, lifts, or lifts by implication. */
export const placedBy = byCode((r) => [r.placedBy]);
export const liftedBy = byCode((r) => r.liftedBy);
export const impliedBy = byCode((r) => r.impliedBy);

/** The variety of a hold: carrier and terminal say a kind, customs a ground for seizure (ruling 4); else empty. */
export function varietyOf(family: HoldFamily, event: AcceptedEvent): string {
  if (family !== 'seizure' && family !== 'carrier' && family !== 'terminal') return '';
  const said = event.details?.[family === 'seizure' ? 'ground' : 'kind'];
  return typeof said === 'string' ? said : '';
}

/** The kind of a hold as it is shown: `inspection`, `seizure:ip`, `carrier:freight`. */
export const kindOf = (family: HoldFamily, variety: string): string => (variety ? `${family}:${variety}` : family);
