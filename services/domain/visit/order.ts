import { codeRules, type Effect } from '../events/codes.ts';
import type { Agency, StatusEvent } from '../events/status-event.ts';

/** Events of one moment: links before unlinks before lifts before steps before moves before holds (`events.md` 2.2). */
const effectRank: Readonly<Record<Effect, number>> = {
  link: 0,
  unlink: 1,
  'hold-lifted': 2,
  'clearance-step': 3,
  milestone: 4,
  'hold-placed': 5,
  deadline: 6,
  fee: 6,
  condition: 6,
  info: 6,
};

/** Ruling 17. */
const agencyRank: Readonly<Record<Agency, number>> = {
  customs: 0,
  'maritime-safety': 1,
  'border-inspection': 2,
  quarantine: 3,
  terminal: 4,
  carrier: 5,
  inland: 6,
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order in which events count: occurred time, effect, agency, source, id. Total: two events are never equal. */
export function compareEvents(a: StatusEvent, b: StatusEvent): number {
  return (
    a.occurredAt - b.occurredAt ||
    effectRank[codeRules[a.code].effect] - effectRank[codeRules[b.code].effect] ||
    agencyRank[a.agency] - agencyRank[b.agency] ||
    byText(a.source, b.source) ||
    byText(a.id, b.id)
  );
}
