import { type Instant, instant } from '../identifiers/instant.ts';
import type { CutVisit } from './cut.ts';
import type { Entry } from './standing.ts';
import type { ClosedAs, MilestoneTimes } from './visit.ts';

/** The end of a stay: closed, or still on board of a vessel that was not seen to depart. */
export type Closing = { readonly at: Instant; readonly as: ClosedAs } | 'on-board' | undefined;

/** The latest fact of the box, its bills and declarations before the next stay; calls do not count (ruling 25). */
function lastFact(effective: readonly Entry[], before: number): Instant | undefined {
  return effective.findLast((e) => e.event.occurredAt < before && e.event.classifier === 'actual' && !e.via.startsWith('call:'))?.event
    .occurredAt;
}

/**
 * How a visit ended: by its closing move; loaded, with the departure of its call; loaded without one, with the next
 * stay at the load time (ruling 18); else, when the next stay began, unobserved at the last known time.
 */
export function closingOf(visit: CutVisit, effective: readonly Entry[], departed: MilestoneTimes | undefined): Closing {
  const { stay, direction } = visit.carriage;
  if (!stay) return undefined;
  if (stay.closed) return { at: stay.closed.at, as: stay.closed.as };
  if (stay.loaded) {
    const loadedAt = stay.loaded.occurredAt;
    if (departed?.actual !== undefined)
      return { at: instant(Math.max(departed.actual, loadedAt)), as: direction === 'import' ? 'returned' : 'departed' };
    return stay.supersededBy ? { at: loadedAt, as: 'unobserved' } : 'on-board';
  }
  if (!stay.supersededBy) return undefined;
  return { at: lastFact(effective, stay.supersededBy.occurredAt) ?? stay.supersededBy.occurredAt, as: 'unobserved' };
}
