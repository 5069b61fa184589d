import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import { isOpen, isRetold, newStay, retoldWithin, type Stay } from './stay.ts';
import type { ClosedAs, SubjectKey } from './visit.ts';

type Canonical = (call: SubjectKey) => SubjectKey;

/** The stays of one box while its moves are read in order. */
class Reading {
  readonly stays: Stay[] = [];
  readonly canonical: Canonical;
  constructor(canonical: Canonical) {
    this.canonical = canonical;
  }

  get last(): Stay | undefined {
    return this.stays.at(-1);
  }

  /** Begins a stay; an open one before it ends unobserved. */
  open(stay: Stay, by: AcceptedEvent): void {
    if (this.last && isOpen(this.last)) this.last.supersededBy = by;
    stay.moves.push(by);
    this.stays.push(stay);
  }

  close(stay: Stay, as: ClosedAs, by: AcceptedEvent): void {
    stay.moves.push(by);
    stay.closed = { at: by.occurredAt, as, by };
    stay.offSite = false;
  }

  /** A closing move without its stay: one that is closed, its start unknown (ruling 3). */
  gone(as: ClosedAs, by: AcceptedEvent): void {
    const stay = newStay('gone');
    this.open(stay, by);
    stay.closed = { at: by.occurredAt, as, by };
  }
}

const fullness = (event: AcceptedEvent): boolean | undefined =>
  typeof event.details?.['full'] === 'boolean' ? event.details['full'] : undefined;
const isEmptyMove = (event: AcceptedEvent): boolean => fullness(event) === false;

function discharged(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  // A box cannot be discharged twice at one port within days, so the repeat may also come after the closing.
  if (last?.openedBy?.code === event.code && isRetold(last, event, reading.canonical)) last.moves.push(event);
  else reading.open(newStay(isEmptyMove(event) ? 'empty' : 'discharged', event), event);
}

function loaded(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  if (last?.loaded && event.occurredAt - last.loaded.occurredAt <= retoldWithin) last.moves.push(event);
  else if (last && isOpen(last) && !last.loaded) {
    last.loaded = event;
    last.moves.push(event);
  } else {
    const stay = newStay('loaded');
    stay.loaded = event;
    reading.open(stay, event);
  }
}

function gatedIn(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  if (isEmptyMove(event)) emptyIn(reading, event);
  else if (last && isOpen(last) && last.offSite) {
    last.offSite = false;
    last.moves.push(event);
    last.silent.add(event);
  } else if (last && isOpen(last) && last.opening === 'gated-in' && isRetold(last, event, reading.canonical)) last.moves.push(event);
  else reading.open(newStay('gated-in', event), event);
}

/** `terminal.empty-returned` and `terminal.gated-in` empty are one milestone (ruling 10). */
function emptyIn(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  if (last && isOpen(last) && last.opening === 'empty' && isRetold(last, event, reading.canonical)) {
    last.moves.push(event);
    return;
  }
  if (last?.opening === 'discharged' || last?.opening === 'gone') last.tail.push(event);
  reading.open(newStay('empty', event), event);
}

/** Where a gate-out leads without ending the stay: an inspection yard, or another terminal of the port. */
const staysWith: readonly unknown[] = ['inspection-yard', 'terminal'];

function gatedOut(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  if (last && isOpen(last)) {
    if (staysWith.includes(event.details?.['to'])) {
      last.offSite = true;
      last.moves.push(event);
      last.silent.add(event);
    } else reading.close(last, last.opening === 'gated-in' || last.opening === 'loaded' ? 'withdrawn' : 'gated-out', event);
  } else if (last?.closed && event.occurredAt - last.closed.at <= retoldWithin && last.closed.as === 'gated-out') last.tail.push(event);
  else reading.gone('gated-out', event);
}

function stripped(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  if (last && isOpen(last) && last.opening !== 'empty') reading.close(last, 'stripped', event);
  else if (last?.opening === 'empty' && last.openedBy?.code === event.code && isRetold(last, event, reading.canonical)) {
    last.moves.push(event);
    return;
  } else reading.gone('stripped', event);
  reading.open(newStay('empty', event), event);
}

/** Without an open empty stay it opens none: it is a fact of the export visit that it makes expected (ruling 25). */
function emptyPickedUp(reading: Reading, event: AcceptedEvent): void {
  const { last } = reading;
  if (last && isOpen(last) && last.opening === 'empty') reading.close(last, 'picked-up', event);
}

const moves: Readonly<Partial<Record<Code, (reading: Reading, event: AcceptedEvent) => void>>> = {
  'terminal.discharged': discharged,
  'terminal.loaded': loaded,
  'terminal.gated-in': gatedIn,
  'terminal.empty-returned': emptyIn,
  'terminal.gated-out': gatedOut,
  'terminal.stripped': stripped,
  'terminal.empty-picked-up': emptyPickedUp,
};

/** True for the codes that begin, end or carry on a stay when they are actual. */
export const isMove = (event: AcceptedEvent): boolean => event.classifier === 'actual' && moves[event.code] !== undefined;

/** Reads the effective events of one box, in order, into its physical stays (`events.md` section 3). */
export function readStays(events: readonly AcceptedEvent[], canonical: Canonical): Stay[] {
  const reading = new Reading(canonical);
  for (const event of events) if (event.classifier === 'actual') moves[event.code]?.(reading, event);
  return reading.stays;
}
