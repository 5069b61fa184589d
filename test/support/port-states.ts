import { isDeepStrictEqual } from 'node:util';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import { MemoryPort } from '@clearquay/domain/visit/memory-port.ts';
import type { TimelineEntry, VisitState } from '@clearquay/domain/visit/visit.ts';
import { expect } from 'vitest';
import { publishedLists } from './published-lists.ts';

/** What is known about every box, without the ids of visits: those depend on what was known when. */
export type PortStates = ReadonlyMap<string, readonly { readonly state: VisitState; readonly history: readonly string[] }[]>;

const told = ({ event, via, status, by }: TimelineEntry): string => [event.source, event.id, via.type, via.id, status, by ?? ''].join('|');

/** The states and histories of all visits of a port; boxes without a visit are left out. */
export function statesOf(port: MemoryPort): PortStates {
  const states = new Map<string, { state: VisitState; history: string[] }[]>();
  for (const box of [...port.boxes()].sort()) {
    const visits = port.folded(box)?.visits ?? [];
    // Times of receipt are no part of the state, so neither of the history that is compared.
    if (visits.length > 0)
      states.set(
        box,
        visits.map((v) => ({ state: v.state, history: v.timeline.map(told) })),
      );
  }
  return states;
}

/** A port that received its events in batches. */
export function received(code: UnLocode, batches: Iterable<readonly AcceptedEvent[]>): MemoryPort {
  const port = new MemoryPort(code, publishedLists);
  for (const batch of batches) port.applyBatch(batch);
  return port;
}

/** Fails with a report of the difference, which is a hundred times slower to make than the comparison. */
export function expectSame(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}
