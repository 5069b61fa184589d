import type { AcceptedEvent } from '../events/status-event.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { CallPresence } from './call-presence.ts';

/** Which manifest lines customs accepted: per bill the arrival, or the call by which it is to leave. */
export class ManifestAcceptances {
  readonly #calls: CallPresence;
  readonly #departing: boolean;
  readonly #accepted = new Map<SubjectKey, Set<SubjectKey | 'arriving' | 'unnamed'>>();

  /** `departing` when a line that names no call is one for leaving: of an export bill. */
  constructor(calls: CallPresence, departing: boolean) {
    this.#calls = calls;
    this.#departing = departing;
  }

  apply(event: AcceptedEvent, bill: SubjectKey): void {
    if (event.code !== 'customs.manifest-accepted') return;
    const named = event.references.filter((r) => r.type === 'call').map((r) => this.#calls.nameOf(`call:${r.id}`));
    const marks = named.length > 0 ? named.map((c) => (this.#calls.isArriving(c) ? 'arriving' : c)) : [this.#unnamed()];
    const set = this.#accepted.get(bill);
    if (set) for (const mark of marks) set.add(mark);
    else this.#accepted.set(bill, new Set(marks));
  }

  #unnamed(): SubjectKey | 'arriving' | 'unnamed' {
    return this.#departing ? (this.#calls.present ?? 'unnamed') : 'arriving';
  }

  /** True when any line of the bill was accepted: what an import box needs. */
  hasAny(bill: SubjectKey): boolean {
    return this.#accepted.has(bill);
  }

  /** True when the line of the bill for its present call was accepted. */
  hasPresent(bill: SubjectKey): boolean {
    const { present, first } = this.#calls;
    const set = this.#accepted.get(bill);
    if (!present || !set) return false;
    return set.has(present) || (present === first && set.has('unnamed'));
  }
}
