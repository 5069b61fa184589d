import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { type AcceptedEvent, eventKey } from '@clearquay/domain/events/status-event.ts';
import { documentOf } from '@clearquay/domain/fold-file/fold-document.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { MemoryPort } from '@clearquay/domain/visit/memory-port.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amendedDays } from '../support/amended-day.ts';
import { expectSame, received, statesOf } from '../support/port-states.ts';
import { seededRuns } from '../support/seeded-run.ts';
import { portDays } from '../support/small-port-day.ts';

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const dalian = 'CNDLC' as UnLocode;
const days = amendedDays(portDays(ports));
const longAfter = instant(Date.UTC(2026, 5, 1));

const atOnce = (events: readonly AcceptedEvent[]): MemoryPort => received(dalian, [events]);

test('a cancelled event changes nothing but history', () => {
  const choices = fc.tuple(days, fc.nat()).map(([day, which]) => {
    // Messages about messages have their own rules (ruling 1); what stands alone is what is cancelled here.
    const targets = new Set(day.flatMap((e) => (e.replaces ? [eventKey(e.replaces)] : [])));
    const alone = day.filter((e) => e.action === 'report' && !targets.has(eventKey(e)));
    return { day, chosen: alone[which % alone.length] as AcceptedEvent };
  });
  fc.assert(
    fc.property(choices, ({ day, chosen }) => {
      const cancelled: AcceptedEvent = {
        ...chosen,
        id: `${chosen.id}-void`,
        action: 'cancel',
        replaces: { source: chosen.source, id: chosen.id },
      };
      const without = statesOf(atOnce(day.filter((e) => e !== chosen)));
      const withBoth = statesOf(atOnce([...day, cancelled]));
      expectSame(onlyStates(withBoth), onlyStates(without));
    }),
    seededRuns(2_000),
  );
});

test('every finding, reason, hold and lift names events that exist', () => {
  fc.assert(
    // At the end of a day little is held or refused any more, so a day is also read in the middle of it.
    fc.property(days, fc.double({ min: 0.1, max: 1, noNaN: true }), (whole, share) => {
      const day = whole.slice(0, Math.ceil(whole.length * share));
      const known = new Set(day.map((e) => `${e.source}/${e.id}`));
      const port = atOnce(day);
      for (const { state } of [...port.boxes()].flatMap((box) => port.folded(box)?.visits ?? [])) {
        const kept = [...state.conditions, ...Object.values(state.readiness).flatMap((move) => move?.reasons ?? [])];
        expect(kept.flatMap((k) => k.events).filter((label) => !known.has(label))).toEqual([]);
      }
      const { visits } = documentOf(port, { all: true }, longAfter, 'Asia/Shanghai');
      for (const visit of visits) {
        const named = [
          ...visit.findings.flatMap((f) => f.events),
          ...visit.holds.flatMap((h) => [h.placedBy, ...(h.liftedBy === undefined ? [] : [h.liftedBy])]),
          ...Object.values(visit.readiness).flatMap((move) => move?.reasons.flatMap((r) => r.events) ?? []),
        ];
        expect(named.filter((label) => !known.has(label))).toEqual([]);
      }
    }),
    seededRuns(2_000),
  );
});

const onlyStates = (states: ReturnType<typeof statesOf>): unknown[] =>
  [...states].map(([box, visits]) => [box, visits.map((v) => v.state)]);
