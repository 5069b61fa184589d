import type { AcceptedEvent, Json } from '../events/status-event.ts';
import type { Entry } from '../visit/standing.ts';
import { eventLabel } from '../visit/standing.ts';
import { type FeeItem, type FeeList, feeListAt } from './fee-list.ts';
import { readAmount, writeAmount } from './money.ts';

/** The account of a visit in one currency; amounts are decimal text, exact. */
export interface AccountLine {
  readonly currency: string;
  readonly charged: string;
  readonly paid: string;
  /** Borne by public funds: inspection costs waived (免除查验费用). */
  readonly waived: string;
  /** Charges that are neither paid nor waived. */
  readonly open: string;
}

/** A charge worth a look: not on the published list, or for something that was waived. */
export interface FeeFinding {
  readonly code: 'fee-not-listed' | 'fee-waived';
  readonly severity: 'warning';
  readonly events: readonly string[];
}

export interface Account {
  /** By currency, in alphabetical order. */
  readonly lines: readonly AccountLine[];
  readonly findings: readonly FeeFinding[];
}

interface Charge {
  readonly item: string;
  readonly currency: string;
  readonly inspection: boolean;
  open: bigint;
}

interface Totals {
  charged: bigint;
  paid: bigint;
  waived: bigint;
  /** Paid before it was charged, or too much. */
  credit: bigint;
}

const text = (said: Json | undefined): string | undefined => (typeof said === 'string' && said !== '' ? said : undefined);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Prices of port services in China are set in renminbi; a charge that names no currency is in it. */
const homeCurrency = 'CNY';

/** Keeps the account while the events of a visit are read in order. */
class Ledger {
  readonly #lists: readonly FeeList[];
  readonly #totals = new Map<string, Totals>();
  readonly #charges: Charge[] = [];
  readonly findings: FeeFinding[] = [];
  /** Items waived for the present inspection; `all` when the waiver names none. */
  #waived: ReadonlySet<string> | 'all' = new Set();

  constructor(lists: readonly FeeList[]) {
    this.#lists = lists;
  }

  /** A new inspection is a new occasion: what was waived for the one before does not cover it. */
  newInspection(): void {
    this.#waived = new Set();
  }

  charge(event: AcceptedEvent): void {
    const item = text(event.details?.['item']) ?? '';
    const list = feeListAt(this.#lists, text(event.details?.['listVersion']), event.occurredAt);
    const row = list?.items.find((i) => i.item === item);
    const currency = text(event.details?.['currency']) ?? row?.currency ?? homeCurrency;
    const inspection = isInspection(item, row);
    if (list && !row) this.#find('fee-not-listed', event);
    if (this.#isWaived(item, inspection)) this.#find('fee-waived', event);
    const amount = readAmount(event.details?.['amount']) ?? 0n;
    const totals = this.#of(currency);
    totals.charged += amount;
    const prepaid = least(totals.credit, amount);
    totals.credit -= prepaid;
    this.#charges.push({ item, currency, inspection, open: amount - prepaid });
  }

  /** A payment settles the charges that it names: by amount, by item, else all that are open. */
  pay(event: AcceptedEvent): void {
    const item = text(event.details?.['item']);
    const currency = text(event.details?.['currency']);
    const amount = readAmount(event.details?.['amount']);
    const fitting = this.#charges.filter((c) => (!item || c.item === item) && (!currency || c.currency === currency));
    if (amount === undefined) {
      for (const charge of fitting) {
        this.#of(charge.currency).paid += charge.open;
        charge.open = 0n;
      }
      return;
    }
    const totals = this.#of(currency ?? fitting[0]?.currency ?? homeCurrency);
    totals.paid += amount;
    let rest = amount;
    for (const charge of [...fitting, ...this.#charges.filter((c) => c.currency === (currency ?? c.currency))]) {
      const part = least(charge.open, rest);
      charge.open -= part;
      rest -= part;
    }
    totals.credit += rest;
  }

  /** No problem was found: the costs of the inspection are waived, by item and amount when it says so. */
  waive(event: AcceptedEvent): void {
    const amounts = event.details?.['amounts'];
    if (typeof amounts !== 'object' || amounts === null || Array.isArray(amounts)) {
      this.#waived = 'all';
      for (const charge of this.#charges.filter((c) => c.inspection)) {
        this.#of(charge.currency).waived += charge.open;
        charge.open = 0n;
      }
      return;
    }
    this.#waived = new Set(Object.keys(amounts));
    const totals = this.#of(text(event.details?.['currency']) ?? homeCurrency);
    for (const [item, said] of Object.entries(amounts)) {
      let rest = readAmount(said) ?? 0n;
      totals.waived += rest;
      for (const charge of this.#charges.filter((c) => names(item, c.item))) {
        const part = least(charge.open, rest);
        charge.open -= part;
        rest -= part;
      }
    }
  }

  lines(): AccountLine[] {
    return [...this.#totals.keys()].sort().map((currency) => {
      const { charged, paid, waived } = this.#of(currency);
      const open = this.#charges.reduce((sum, c) => (c.currency === currency ? sum + c.open : sum), 0n);
      const write = (value: bigint): string => writeAmount(value, currency);
      return { currency, charged: write(charged), paid: write(paid), waived: write(waived), open: write(open) };
    });
  }

  #of(currency: string): Totals {
    let totals = this.#totals.get(currency);
    if (!totals) {
      totals = { charged: 0n, paid: 0n, waived: 0n, credit: 0n };
      this.#totals.set(currency, totals);
    }
    return totals;
  }

  #isWaived(item: string, inspection: boolean): boolean {
    const waived = this.#waived;
    if (waived === 'all') return inspection;
    return waived.size > 0 && (inspection || [...waived].some((w) => names(w, item)));
  }

  #find(code: FeeFinding['code'], event: AcceptedEvent): void {
    this.findings.push({ code, severity: 'warning', events: [eventLabel(event)] });
  }
}

/** A waiver says `moving` for what the list calls `inspection-moving`: plain storage goes on to cost. */
const names = (waived: string, item: string): boolean => item === waived || item === `inspection-${waived}`;

const isInspection = (item: string, row: FeeItem | undefined): boolean => row?.inspection ?? /^(inspection|exam)\b/.test(item);

/**
 * The account of a visit: charges and payments of the terminal and waived inspection costs, from its effective events
 * in order. Quotations (planned charges) and duties are no part of it. `lists` are the versions of the published list;
 * without any, no charge is judged against it.
 */
export function accountOf(effective: readonly Entry[], lists: readonly FeeList[]): Account {
  const ledger = new Ledger(lists);
  for (const { event } of effective) {
    if (event.classifier !== 'actual') continue;
    if (event.code === 'terminal.fee-charged') ledger.charge(event);
    else if (event.code === 'terminal.fee-paid') ledger.pay(event);
    else if (event.code === 'customs.exam-fee-waived') ledger.waive(event);
    else if (event.code === 'customs.inspection-ordered') ledger.newInspection();
  }
  return { lines: ledger.lines(), findings: ledger.findings };
}

/** True while charges of a visit are neither paid nor waived. */
export const hasOpenCharges = (account: Account): boolean => account.lines.some((l) => (readAmount(l.open) ?? 0n) > 0n);
