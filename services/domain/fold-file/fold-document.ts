import type { PublishedLists } from '../clearance/published-lists.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { PortTable, UnLocode } from '../identifiers/un-locode.ts';
import type { FoldSettings } from '../visit/fold.ts';
import { MemoryPort } from '../visit/memory-port.ts';
import { presentVisit } from '../visit/present.ts';
import { type Sight, viewFor } from '../visit/view-for.ts';
import type { FoldDocument } from './document-json.ts';
import { readEventLines } from './event-lines.ts';
import { sightOfParties } from './sight-of-parties.ts';
import { callDocuments, paperDocuments, type VisibleVisit } from './subject-documents.ts';

/** How a file is read and shown. */
export interface FoldOptions {
  readonly ports: PortTable;
  /** What is published beside the events; without it nothing is listed. */
  readonly lists?: PublishedLists;
  /** The reader's time; it leaves no event out. */
  readonly now: Instant;
  /** Party codes whose view is shown; everything when absent. */
  readonly parties?: readonly string[];
}

/** A file is applied whole: every visit has seen one revision. */
const revision = 1n;

/** Every visit of a port as one sight shows it at a time, by box and then oldest first. */
function visibleVisits(port: MemoryPort, sight: Sight, now: Instant, zone: string): VisibleVisit[] {
  return [...port.boxes()].sort().flatMap((box) =>
    (port.folded(box)?.visits ?? []).flatMap(({ visitId, state }) => {
      const view = viewFor(state, sight);
      return view ? [{ visitId, state: view, shown: presentVisit({ visitId, state: view }, revision, zone, now) }] : [];
    }),
  );
}

/** Applies the events of one port as one batch, in order of receipt. */
export function foldPort(port: UnLocode, events: readonly AcceptedEvent[], settings?: FoldSettings): MemoryPort {
  const memory = new MemoryPort(port, settings);
  memory.applyBatch(events);
  return memory;
}

/** What one port knows, as one sight shows it at a time. `zone` is that of the port. */
export function documentOf(port: MemoryPort, sight: Sight, now: Instant, zone: string): Omit<FoldDocument, 'findings'> {
  const visible = visibleVisits(port, sight, now, zone);
  return {
    visits: visible.map((visit) => visit.shown),
    bills: paperDocuments('bill', port, visible, sight, zone),
    declarations: paperDocuments('declaration', port, visible, sight, zone),
    calls: callDocuments(port, visible, sight),
  };
}

/**
 * Folds a file of status events (one JSON per line, in order of receipt) and shows it as the API would at a time. Pure
 * and total: a bad line is a finding with its number. What is wrong with a line is told in full only to who sees all.
 */
export function foldDocument(text: string, { ports, lists, now, parties }: FoldOptions): FoldDocument {
  const { events, findings } = readEventLines(text, ports);
  const byPort = Map.groupBy(events, (e) => e.port);
  const sight: Sight = parties ? sightOfParties(parties, events) : { all: true };
  const documents = [...byPort].map(([code, list]) => {
    const zone = ports.resolve(code)?.zone || 'UTC';
    return documentOf(foldPort(code, list, { ...lists, zone }), sight, now, zone);
  });
  return {
    visits: documents.flatMap((d) => d.visits),
    bills: documents.flatMap((d) => d.bills),
    declarations: documents.flatMap((d) => d.declarations),
    calls: documents.flatMap((d) => d.calls),
    findings: sight.all ? findings : findings.map(({ line, code }) => ({ line, code, message: 'The line cannot be used.' })),
  };
}
