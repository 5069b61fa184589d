import type { VisitState } from '../visit/visit.ts';
import { type BoxClass, boxClasses } from './box-class.ts';

/** One box of a bill or declaration with its class; without one it is linked but not yet judged: `pending`. */
export interface ClassedBox {
  readonly container: string;
  readonly class?: BoxClass | undefined;
  /** Pieces and gross mass in kilograms under this paper, when the manifest gives them per box. */
  readonly packages?: number;
  readonly grossMassKg?: number;
}

/** How many boxes of a bill or declaration are how far (`events.md` section 7). The classes and `unlinked` add up to `n`. */
export interface DocumentProgress extends Readonly<Record<BoxClass, number>> {
  readonly n: number;
  readonly unlinked: number;
  readonly state: 'pending' | 'partial' | 'released';
  /** A box of it is seized or to be returned. */
  readonly withSeizure?: true;
  /** More boxes are linked than the paper declares (ruling 18). */
  readonly countConflict?: true;
}

const none = (): Record<BoxClass, number> => ({ seized: 0, revoked: 0, held: 0, pending: 0, conditional: 0, released: 0 });

/**
 * Counts the boxes of one paper. `declared` is the count that the paper gives (0 when it gives none); `boxes` are all
 * that are linked now. Never rounds: four of five are `partial`.
 */
export function documentProgress(declared: number, boxes: readonly ClassedBox[]): DocumentProgress {
  const counts = none();
  for (const box of boxes) counts[box.class ?? 'pending']++;
  const linked = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const n = Math.max(declared, linked);
  return {
    n,
    ...counts,
    unlinked: n - linked,
    state: stateOf(counts.released, n),
    ...(counts.seized > 0 && { withSeizure: true }),
    ...(declared > 0 && linked > declared && { countConflict: true }),
  };
}

const stateOf = (released: number, n: number): DocumentProgress['state'] =>
  released === 0 ? 'pending' : released === n ? 'released' : 'partial';

/** The progress of a paper that several ports know: a box counts once at each of them. */
export function joinProgress(ofPorts: readonly DocumentProgress[]): DocumentProgress {
  const counts = none();
  for (const one of ofPorts) for (const name of boxClasses) counts[name] += one[name];
  const n = ofPorts.reduce((sum, one) => sum + one.n, 0);
  return {
    n,
    ...counts,
    unlinked: ofPorts.reduce((sum, one) => sum + one.unlinked, 0),
    state: stateOf(counts.released, n),
    ...(counts.seized > 0 && { withSeizure: true }),
    ...(ofPorts.some((one) => one.countConflict) && { countConflict: true }),
  };
}

/**
 * The progress of one bill or declaration over the visits of its linked boxes, one list per box in order: the counts
 * that its manifest lines give, and the class of each box.
 */
export function paperProgress(
  type: 'bill' | 'declaration',
  id: string,
  boxes: readonly (readonly Pick<VisitState, 'container' | 'classes'>[])[],
): DocumentProgress {
  const declared = boxes.flat().reduce((most, visit) => Math.max(most, visit.classes.declaredBoxes[id] ?? 0), 0);
  return documentProgress(
    declared,
    boxes.map((visits) => ({ container: visits[0]?.container ?? '', class: boxClass(visits, type, id) })),
  );
}

/**
 * The class of a box under a paper, from the visits of the box in order: the last one that stands on it. Nothing when
 * none does.
 */
export function boxClass(visits: readonly Pick<VisitState, 'classes'>[], type: 'bill' | 'declaration', id: string): BoxClass | undefined {
  for (const visit of visits.toReversed()) {
    const found = (type === 'bill' ? visit.classes.bills : visit.classes.declarations)[id];
    if (found) return found;
  }
  return undefined;
}
