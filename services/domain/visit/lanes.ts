import type { CustomsState } from '../clearance/customs-lane.ts';
import type { LedgerHold } from '../clearance/hold-ledger.ts';
import type { HoldFamily } from '../clearance/hold-rules.ts';
import type { Direction, Lane, Milestone } from '../events/codes.ts';
import { ladders } from './ladders.ts';
import type { Entry } from './standing.ts';
import type { MilestoneTimes, SubjectKey } from './visit.ts';

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
  readonly #carrier = new Map<SubjectKey, boolean>();

  constructor(bills: readonly SubjectKey[]) {
    for (const bill of bills) this.#carrier.set(bill, false);
  }

  apply({ event, via }: Entry): void {
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
      case 'carrier.e-release-confirmed':
      case 'carrier.delivery-order-issued':
        this.#releaseByCarrier(via);
        break;
      case 'carrier.hold-placed':
        if (event.details?.['kind'] === 'recall') this.#carrier.set(via, false);
        break;
      default:
    }
  }

  /** A release of the box itself stands for every bill of it. */
  #releaseByCarrier(via: SubjectKey): void {
    if (this.#carrier.has(via) || this.#carrier.size === 0) this.#carrier.set(via, true);
    else for (const bill of this.#carrier.keys()) this.#carrier.set(bill, true);
  }

  states(open: readonly LedgerHold[]): Pick<Record<Lane, string>, 'maritime' | 'quarantine' | 'border' | 'carrier'> {
    const released = this.#carrier.size > 0 && [...this.#carrier.values()].every(Boolean);
    const stands = (...families: HoldFamily[]): boolean => open.some((h) => families.includes(h.rule.family));
    return {
      maritime: stands('dg-opening', 'dg-case') ? 'held' : this.#maritime,
      quarantine: stands('treatment', 'cold-chain-positive') ? 'held' : this.#quarantine,
      border: stands('border-vessel') ? 'held' : this.#border,
      carrier: stands('carrier') ? 'held' : released ? 'released' : 'none',
    };
  }
}

/** What the lanes are read from. */
export interface LaneInput {
  readonly direction: Direction;
  /** Bills that are no bookings. */
  readonly bills: readonly SubjectKey[];
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
  const agencies = new AgencyLanes(input.bills);
  for (const entry of input.effective) agencies.apply(entry);
  const customs = input.direction === 'empty' && isFree(input.customs) ? 'not-applicable' : input.customs;
  return { logistics: logistics(input.direction, input.milestones), customs, ...agencies.states(input.open) };
}
