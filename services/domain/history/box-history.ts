import type { Instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import { fromContainer, nextLevel, speakersOf } from '../visit/reach.ts';
import type { SubjectKey } from '../visit/visit.ts';
import { KnownSubjects } from './known-subjects.ts';
import { type Queries, readSubjects, type StoredEvent, type StoredLink } from './stored-subjects.ts';

/** All that bears on a box and had been applied by a moment, in no order. */
export interface BoxHistory {
  readonly port: UnLocode;
  readonly box: SubjectKey;
  readonly events: readonly StoredEvent[];
  readonly links: readonly StoredLink[];
}

/** Subjects of one box at most: as many as the owner of a port reads for one batch. */
const maxSubjects = 200_000;

/** Reads the history of a box: follows its links level by level, as far as they had been told by the moment. */
export async function readBoxHistory(warehouse: Queries, port: UnLocode, box: SubjectKey, by: Instant): Promise<BoxHistory> {
  const events: StoredEvent[] = [];
  const links: StoredLink[] = [];
  const known = new KnownSubjects();
  const found = new Set([box]);
  for (let level = [box]; level.length > 0; level = nextLevel(level, fromContainer, known, found, maxSubjects)) {
    const stored = await readSubjects(warehouse, port, level);
    for (const event of stored.events) if (event.event.appliedAt <= by) events.push(event);
    for (const link of stored.links) {
      if (link.appliedAt > by) continue;
      links.push(link);
      known.addLink(link);
    }
  }
  const speakers = [...speakersOf(found, known)];
  for (const event of (await readSubjects(warehouse, port, speakers)).events) if (event.event.appliedAt <= by) events.push(event);
  return { port, box, events, links };
}
