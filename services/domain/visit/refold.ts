import { eventKey } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import { assignIds, type Merged, type Unnamed } from './assign-ids.ts';
import { type CutVisit, cut } from './cut.ts';
import { type FoldSettings, fold } from './fold.ts';
import { idOf } from './reach.ts';
import type { FoldedVisit, SubjectKey, Subjects, VisitIdentity } from './visit.ts';

/** The visits of one box, folded anew. */
export interface Refolded {
  readonly visits: readonly FoldedVisit[];
  /** To remember for the next time. */
  readonly identities: readonly VisitIdentity[];
  /** Visits that are no more, each with the one that took its events (empty when none did). */
  readonly gone: readonly Merged[];
}

/** What makes a visit itself: the events of the box and its papers. Calls are shared by hundreds of boxes. */
function unnamed(visit: CutVisit): Unnamed {
  const makers = visit.entries.filter((e) => !e.via.startsWith('call:'));
  return { events: makers.map((e) => eventKey(e.event)), receivedAt: makers[0]?.event.receivedAt ?? instant(0) };
}

/** The visits of one box with the ids they keep, not folded. */
interface NamedVisits {
  readonly visits: readonly CutVisit[];
  /** Of each visit, in the same order. */
  readonly identities: readonly VisitIdentity[];
  readonly gone: readonly Merged[];
}

/** Cuts and names the visits of one box at one port: all that a timeline needs. */
export function nameVisits(port: UnLocode, box: SubjectKey, subjects: Subjects, previous: readonly VisitIdentity[]): NamedVisits {
  const visits = cut(box, subjects);
  const { ids, merged } = assignIds(port, idOf(box), previous, visits.map(unnamed));
  return { visits, identities: ids, gone: merged };
}

/** Cuts, names and folds the visits of one box at one port. */
export function refoldContainer(
  port: UnLocode,
  box: SubjectKey,
  subjects: Subjects,
  previous: readonly VisitIdentity[],
  settings?: FoldSettings,
): Refolded {
  const { visits, identities, gone } = nameVisits(port, box, subjects, previous);
  return {
    visits: visits.map((visit, i) => ({
      visitId: (identities[i] as VisitIdentity).visitId,
      state: fold(visit, port, box, settings),
      timeline: visit.entries.map((e) => e.shown),
    })),
    identities,
    gone,
  };
}
