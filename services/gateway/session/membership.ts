import { type Filter, matches } from '@clearquay/domain/stream/filter.ts';
import type { Update } from '../tail/update.ts';

/** What one update means for one subscription. */
export type Verdict = 'delta' | 'left-filter' | 'merged' | 'nothing';

/** Visits that are remembered as told to be outside. */
const mostOutside = 10_000;

/** Lists of a filter that look at what never changes in the life of a visit. */
const lasting = ['containers', 'ports'] as const;

/** False when the container or the port of a visit keeps it out of a filter for ever. */
export const reaches = ({ containers, ports }: Filter, { container, port }: Pick<Update, 'container' | 'port'>): boolean =>
  (!containers?.length || containers.includes(container)) && (!ports?.length || ports.includes(port));

/**
 * Which visits a subscription holds, so that it can be told when one leaves. Filters on container and port alone
 * need no memory: a visit never leaves them. Others remember the visits that they let in.
 */
export class Membership {
  readonly #filter: Filter;
  readonly #withoutCodes: Filter;
  readonly #tracked: boolean;
  readonly #inside = new Set<string>();
  /** Visits known to be outside, while the client may hold visits from before its cursor; nothing otherwise. */
  #outside: Set<string> | undefined;

  /** `resumed`: the client holds visits that this membership never saw. */
  constructor(filter: Filter, resumed: boolean) {
    this.#filter = filter;
    const { codes: _, ...withoutCodes } = filter;
    this.#withoutCodes = withoutCodes;
    this.#tracked = Object.entries(filter).some(
      ([list, wanted]) => wanted && wanted.length > 0 && !(lasting as readonly string[]).includes(list),
    );
    if (resumed && this.#tracked) this.#outside = new Set();
  }

  /** How many visits it let in and remembers. */
  get size(): number {
    return this.#inside.size;
  }

  /** True when an update could concern this subscription now or later. */
  reaches(update: Update): boolean {
    return reaches(this.#filter, update);
  }

  /** Lets in a visit that a snapshot showed. */
  admit(visitId: string): void {
    if (this.#tracked) this.#inside.add(visitId);
  }

  judge(update: Update): Verdict {
    if (!this.reaches(update)) return 'nothing';
    const { visitId } = update;
    if (update.merged) return this.#leave(visitId) || !this.#tracked ? 'merged' : 'nothing';
    // An update names the codes of its own events only: a visit that is inside keeps the codes it came in with.
    const filter = this.#inside.has(visitId) ? this.#withoutCodes : this.#filter;
    if (!matches(filter, update)) return this.#leave(visitId) ? 'left-filter' : 'nothing';
    this.admit(visitId);
    this.#outside?.delete(visitId);
    return 'delta';
  }

  /** True when the client may hold the visit and must be told. */
  #leave(visitId: string): boolean {
    if (this.#inside.delete(visitId)) {
      this.#outside?.add(visitId);
      return true;
    }
    if (!this.#outside || this.#outside.has(visitId)) return false;
    // To tell a client twice that it holds a visit no longer costs a frame, to remember all that pass by costs memory.
    if (this.#outside.size >= mostOutside) this.#outside.clear();
    this.#outside.add(visitId);
    return true;
  }
}
