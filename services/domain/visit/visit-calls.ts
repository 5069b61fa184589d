import { type Carriage, movedCalls } from './carriage.ts';
import type { CallLink } from './dossier.ts';
import type { LinkView } from './link-view.ts';
import { always, holdsNow, type Spans } from './spans.ts';
import type { SubjectKey } from './visit.ts';

/** A call of a visit: the one it came by, or the one it leaves by. */
export interface VisitCall {
  readonly key: SubjectKey;
  readonly role: 'arriving' | 'departing';
  /** All names of the call. */
  readonly names: readonly SubjectKey[];
  readonly spans: Spans;
  /** False for a call that the box was taken off; its events up to then stay. */
  readonly current: boolean;
  /** True when a move names it, which beats every paper. */
  readonly moved: boolean;
}

const arrives = (link: CallLink, carriage: Carriage, moved: SubjectKey | undefined): boolean => {
  if (carriage.direction === 'import') return true;
  if (carriage.direction === 'export') return false;
  if (moved) return link.canonical === moved;
  if (link.relation === 'arriving') return true;
  // Of a transhipment's two calls the one linked first is the one it came by.
  const first = carriage.dossiers.flatMap((d) => d.calls).reduce((a, b) => (b.at < a.at ? b : a));
  return link.canonical === first.canonical;
};

/**
 * The calls of a visit. A box is on one call at a time: of several that papers name for leaving, the one linked last
 * is current. A call that a move names is the call, whatever the papers say.
 */
export function callsOf(carriage: Carriage, view: LinkView): VisitCall[] {
  const moved = movedCalls(carriage.stay);
  const arriving = moved.arriving && view.call(moved.arriving).canonical;
  const departing = moved.departing && view.call(moved.departing).canonical;
  const calls: VisitCall[] = [];
  for (const [key, role] of [
    [arriving, 'arriving'],
    [departing, 'departing'],
  ] as const) {
    if (key) calls.push({ key, role, names: view.call(key).names, spans: always, current: true, moved: true });
  }
  const links = carriage.dossiers.flatMap((d) => d.calls).sort((a, b) => b.at - a.at || (a.canonical < b.canonical ? -1 : 1));
  for (const link of links) {
    const role = arrives(link, carriage, arriving) ? 'arriving' : 'departing';
    if (calls.some((c) => c.key === link.canonical)) continue;
    const beaten = calls.some((c) => c.role === role && c.moved);
    const current = !beaten && holdsNow(link.spans) && !calls.some((c) => c.role === role && c.current);
    if (beaten && holdsNow(link.spans)) continue;
    calls.push({ key: link.canonical, role, names: view.call(link.canonical).names, spans: link.spans, current, moved: false });
  }
  return calls;
}

/** The canonical calls that papers still name although a move went by another one (`events.md` section 8). */
export function contradictedCalls(carriage: Carriage, calls: readonly VisitCall[]): SubjectKey[] {
  if (!calls.some((c) => c.moved)) return [];
  const shown = new Set(calls.map((c) => c.key));
  return carriage.dossiers
    .flatMap((d) => d.calls)
    .filter((c) => holdsNow(c.spans) && !shown.has(c.canonical))
    .map((c) => c.canonical);
}
