import type { AcceptedEvent, Json } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';

/** One seal of customs on a box: when it was put on, found intact and taken off. */
export interface Seal {
  readonly number: string;
  readonly affixedAt?: Instant;
  /** The latest time at which customs found it on the box. */
  readonly verifiedAt?: Instant;
  readonly removedAt?: Instant;
}

/** The seal numbers that an event gives, each once: in `seals`, `seal` or `sealNumber`, or by reference. */
export function sealNumbers({ details, references }: AcceptedEvent): string[] {
  const said = [details?.['seals'], details?.['seal'], details?.['sealNumber']].flat(1) as (Json | undefined)[];
  const told = said.flatMap((s) => {
    if (s === undefined || s === null) return [];
    return [typeof s === 'object' && 'number' in s ? String(s['number']) : String(s)];
  });
  return [...new Set([...told, ...references.filter((r) => r.type === 'seal').map((r) => r.id)])];
}

/** The seals of customs while the events of a box are read in order. */
export class SealRecord {
  readonly #seals = new Map<string, Seal>();

  /** Reads a `customs.seal-recorded`. Gives the seals that should be on the box when it was verified with another one. */
  apply(event: AcceptedEvent): readonly string[] {
    const action = event.details?.['action'];
    const field = action === 'removed' ? 'removedAt' : action === 'verified' ? 'verifiedAt' : 'affixedAt';
    const on = [...this.#seals.values()].filter((s) => s.removedAt === undefined).map((s) => s.number);
    const seen = sealNumbers(event);
    for (const number of seen) this.#seals.set(number, { ...this.#seals.get(number), number, [field]: event.occurredAt });
    return field === 'verifiedAt' && seen.length > 0 && !seen.some((s) => on.includes(s)) ? on : [];
  }

  /** In the order in which they were first named. */
  seals(): readonly Seal[] {
    return [...this.#seals.values()];
  }
}
