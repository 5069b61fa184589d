import type { AcceptedEvent } from '../events/status-event.ts';
import type { CutVisit } from '../visit/cut.ts';
import { linkStatements } from '../visit/links.ts';
import type { SubjectKey } from '../visit/visit.ts';

/**
 * The call by which a box is to leave, while its events are read in order: the one linked last, until it is shut out
 * or rolled over. Unlike the reach of events, it begins with the link.
 */
export class CallPresence {
  readonly #names = new Map<SubjectKey, SubjectKey>();
  readonly #arriving = new Set<SubjectKey>();
  /** Linked and not left, the latest last. */
  #linked: SubjectKey[] = [];
  #first: SubjectKey | undefined;
  readonly #omitted = new Map<SubjectKey, AcceptedEvent>();

  constructor(visit: CutVisit) {
    const { stay, direction } = visit.carriage;
    // An empty that did not come by sea leaves by the call that its papers name.
    const leavesOnly = direction === 'export' || (direction === 'empty' && stay?.openedBy?.code !== 'terminal.discharged');
    for (const call of visit.calls) {
      for (const name of call.names) this.#names.set(name, call.key);
      if (call.role === 'arriving' && !leavesOnly) this.#arriving.add(call.key);
    }
  }

  /** The one name of a call. */
  nameOf = (call: SubjectKey): SubjectKey => this.#names.get(call) ?? call;

  isArriving = (call: SubjectKey): boolean => this.#arriving.has(call);

  /** The call that the box is planned for now. */
  get present(): SubjectKey | undefined {
    return this.#linked.at(-1);
  }

  /** The first one it was ever planned for: a manifest that names no call is about it. */
  get first(): SubjectKey | undefined {
    return this.#first;
  }

  /** The event that says that the present call is omitted. */
  get omission(): AcceptedEvent | undefined {
    const { present } = this;
    return present && this.#omitted.get(present);
  }

  apply(event: AcceptedEvent, via: SubjectKey): void {
    if (via.startsWith('call:')) {
      if (event.code === 'carrier.call-omitted') this.#omitted.set(this.nameOf(via), event);
      return;
    }
    if (event.code === 'terminal.shut-out' && !event.references.some((r) => r.type === 'call')) this.#linked = [];
    if (!event.references.some((r) => r.type === 'call')) return;
    for (const { from, to, op } of linkStatements(event)) {
      const end = to.startsWith('call:') ? to : from;
      if (!end.startsWith('call:')) continue;
      const call = this.nameOf(end);
      if (this.#arriving.has(call)) continue;
      if (op === 'unlink') this.#linked = this.#linked.filter((c) => c !== call);
      else if (!this.#linked.includes(call)) {
        this.#linked = [...this.#linked, call];
        this.#first ??= call;
      }
    }
  }
}
