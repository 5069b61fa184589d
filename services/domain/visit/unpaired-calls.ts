import { type Carriage, movedCalls } from './carriage.ts';
import type { LinkView } from './link-view.ts';
import { idOf } from './reach.ts';
import { holdsNow } from './spans.ts';
import type { SubjectKey, Subjects } from './visit.ts';

const pairWithin = 30 * 24 * 3_600_000;

/** A call as a carriage names it. */
interface Named {
  readonly key: SubjectKey;
  readonly at: number;
  readonly carriage: Carriage;
}

function namedBy(carriage: Carriage, canonical: (call: SubjectKey) => SubjectKey): Named[] {
  const { arriving, departing } = movedCalls(carriage.stay);
  const moved = [arriving, departing].flatMap((call) => (call ? [{ key: canonical(call), at: carriage.from, carriage }] : []));
  const papers = carriage.dossiers
    .flatMap((d) => d.calls)
    .filter((c) => holdsNow(c.spans))
    .map((c) => ({ key: c.canonical, at: c.at, carriage }));
  return [...moved, ...papers];
}

const vesselOf = (call: SubjectKey): string | undefined => idOf(call).split(':')[0];
const voyageOf = (call: SubjectKey): string | undefined => idOf(call).split(':')[2];

/**
 * Calls of one vessel under two voyages, named for carriages of one direction within 30 days, of which no registration
 * says whether they are the pair of one call (ruling 3, decision 0022). A call that the box was taken off is none.
 */
export function unpairedCalls(carriages: readonly Carriage[], view: LinkView, subjects: Subjects): ReadonlySet<SubjectKey> {
  const named = carriages.flatMap((c) => namedBy(c, (call) => view.call(call).canonical));
  const unpaired = new Set<SubjectKey>();
  const isPair = (call: SubjectKey): boolean => new Set(view.call(call).names.map((n) => voyageOf(n))).size > 1;
  const isRegistered = (call: SubjectKey): boolean => subjects.events(call).some((e) => e.code === 'carrier.call-opened');
  for (const [i, one] of named.entries())
    for (const other of named.slice(i + 1)) {
      if (one.key === other.key || one.carriage.direction !== other.carriage.direction) continue;
      if (vesselOf(one.key) !== vesselOf(other.key) || Math.abs(one.at - other.at) > pairWithin) continue;
      if (isPair(one.key) || isPair(other.key) || (isRegistered(one.key) && isRegistered(other.key))) continue;
      unpaired.add(one.key).add(other.key);
    }
  return unpaired;
}
