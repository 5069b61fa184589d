import { eventKey } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import { nameVisits } from '../visit/refold.ts';
import type { TimelineEntry, VisitIdentity } from '../visit/visit.ts';
import type { BoxHistory } from './box-history.ts';
import { KnownSubjects } from './known-subjects.ts';

/**
 * Plays the history of a box once more, batch by batch as it was applied, so that every visit has the id that it had,
 * and every event that left a visit is known to have left it. Gives the timelines of the visits that stand at the end,
 * by id, in no order.
 */
export function replayTimelines({ port, box, events, links }: BoxHistory): ReadonlyMap<string, readonly TimelineEntry[]> {
  const known = new KnownSubjects();
  const eventsAt = Map.groupBy(events, (e) => e.event.appliedAt);
  const linksAt = Map.groupBy(links, (l) => l.appliedAt);
  const moments = new Set<Instant>([...eventsAt.keys(), ...linksAt.keys()]);
  const timelines = new Map<string, Map<string, TimelineEntry>>();
  let identities: readonly VisitIdentity[] = [];
  for (const at of [...moments].sort((a, b) => a - b)) {
    for (const { event } of eventsAt.get(at) ?? []) known.addEvent(event);
    for (const link of linksAt.get(at) ?? []) known.addLink(link);
    const named = nameVisits(port, box, known, identities);
    identities = named.identities;
    for (const { visitId } of named.gone) timelines.set(visitId, grown(timelines.get(visitId), []));
    for (const [i, { visitId }] of identities.entries()) {
      const shown = named.visits[i]?.entries.map((e) => e.shown) ?? [];
      timelines.set(visitId, grown(timelines.get(visitId), shown));
    }
  }
  return new Map(identities.map(({ visitId }) => [visitId, [...(timelines.get(visitId) ?? new Map()).values()]]));
}

/** A timeline as it stands after a batch: what it had before and has no more has left it. */
function grown(before: ReadonlyMap<string, TimelineEntry> | undefined, shown: readonly TimelineEntry[]): Map<string, TimelineEntry> {
  const entries = new Map(shown.map((entry) => [eventKey(entry.event), entry]));
  for (const [key, entry] of before ?? []) {
    if (entries.has(key)) continue;
    const { event, via } = entry;
    entries.set(key, entry.status === 'left' ? entry : { event, via, status: 'left' });
  }
  return entries;
}
