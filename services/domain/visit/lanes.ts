import type { CustomsState } from '../clearance/customs-lane.ts';
import type { LedgerHold } from '../clearance/hold-ledger.ts';
import type { HoldFamily } from '../clearance/hold-rules.ts';
import type { Direction, Lane, Milestone } from '../events/codes.ts';
import { ladders } from './ladders.ts';
import type { Entry } from './standing.ts';
import type { MilestoneTimes } from './visit.ts';

type Times = Readonly<Partial<Record<Milestone, MilestoneTimes>>>;

/** The furthest physical step that was reached, else `expected`. */
function logistics(direction: Direction, milestones: Times): string {
  return ladders[direction].findLast((m) => milestones[m]?.actual !== undefined) ?? 'expected';
}

/** Reads the lanes of the agencies whose states follow their latest word and their open holds. */
class AgencyLanes {
  #maritime = 'not-applicable';
  #quarantine = 'none';
  #border = 'none';

  apply({ event }: Entry): void {
    if (event.classifier !== 'actual') return;
    switch (event.code) {
      case 'maritime.dangerous-goods-declared':
        this.#maritime = 'declared';
        break;
      case 'maritime.dangerous-goods-approved':
        this.#maritime = 'approved';
        break;
      case 'maritime.dangerous-goods-rejected':
        this.#maritime = 'rejected';
        break;
      case 'quarantine.coldchain-listed':
        this.#quarantine = 'conditional';
        break;
      case 'quarantine.coldchain-released':
        this.#quarantine = 'released';
        break;
      case 'border.vessel-entry-cleared':
        this.#border = 'entry-cleared';
        break;
      case 'border.vessel-exit-cleared':
        this.#border = 'exit-cleared';
        break;
      default:
    }
  }

  states({ open, isCarrierReleased }: LaneInput): Pick<Record<Lane, string>, 'maritime' | 'quarantine' | 'border' | 'carrier'> {
    const stands = (...families: HoldFamily[]): boolean => open.some((h) => families.includes(h.rule.family));
    return {
      maritime: stands('dg-opening', 'dg-case') ? 'held' : this.#maritime,
      quarantine: stands('treatment', 'cold-chain-positive') ? 'held' : this.#quarantine,
      border: stands('border-vessel') ? 'held' : this.#border,
      carrier: stands('carrier') ? 'held' : isCarrierReleased ? 'released' : 'none',
    };
  }
}

/** What the lanes are read from. */
export interface LaneInput {
  readonly direction: Direction;
  /** Of every bill or, without one, of the box. */
  readonly isCarrierReleased: boolean;
  readonly milestones: Times;
  readonly customs: CustomsState;
  /** Holds that are not lifted. */
  readonly open: readonly LedgerHold[];
  /** Effective events in order. */
  readonly effective: readonly Entry[];
}

/** True for a customs side that nothing holds. */
const isFree = (state: CustomsState): boolean => state !== 'held' && state !== 'seized' && state !== 'return' && state !== 'revoked';

/** The state of every lane of a visit; an empty box has no customs side unless it is held. */
export function lanesOf(input: LaneInput): Record<Lane, string> {
  const agencies = new AgencyLanes();
  for (const entry of input.effective) agencies.apply(entry);
  const customs = input.direction === 'empty' && isFree(input.customs) ? 'not-applicable' : input.customs;
  return { logistics: logistics(input.direction, input.milestones), customs, ...agencies.states(input) };
}
