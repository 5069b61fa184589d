import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { MemoryPort } from '@clearquay/domain/visit/memory-port.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amendedDays } from '../support/amended-day.ts';
import { receiptsOf } from '../support/deliveries-in-any-order.ts';
import { expectSame, received, statesOf } from '../support/port-states.ts';
import { seededRuns } from '../support/seeded-run.ts';
import { portDays } from '../support/small-port-day.ts';

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const dalian = 'CNDLC' as UnLocode;
const days = amendedDays(portDays(ports));

const atOnce = (events: readonly AcceptedEvent[]): MemoryPort => received(dalian, [events]);
const idsOf = (port: MemoryPort): string[] => [...port.boxes()].flatMap((box) => (port.folded(box)?.visits ?? []).map((v) => v.visitId));

test('permutation, repetition and batches give the same visits up to their ids', () => {
  const receipts = days.chain((day) => receiptsOf(day, 10, 60).map(({ batches }) => ({ day, batches })));
  fc.assert(
    fc.property(receipts, ({ day, batches }) => {
      const port = received(dalian, batches);
      expectSame(statesOf(port), statesOf(atOnce(day)));
      expect(new Set(idsOf(port)).size).toBe(idsOf(port).length);
    }),
    seededRuns(2_000),
  );
});

test('a replay of what was kept equals what was live', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 40 }), (day, size) => {
      const live = received(dalian, batchesOf(day, size));
      const kept = [...live.subjects()].flatMap((subject) => live.events(subject));
      expect(kept.length).toBe(day.length);
      expectSame(statesOf(atOnce(kept)), statesOf(live));
    }),
    seededRuns(2_000),
  );
});

function* batchesOf(events: readonly AcceptedEvent[], size: number): Generator<readonly AcceptedEvent[]> {
  for (let from = 0; from < events.length; from += size) yield events.slice(from, from + size);
}
