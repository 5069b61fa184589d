import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { MilestoneTimes, SubjectKey } from '../visit/visit.ts';
import { OpenHolds } from './open-holds.ts';

/** States of the customs lane, worst first (`events.md` section 4). */
export const customsStates = [
  'seized',
  'return',
  'revoked',
  'held',
  'none',
  'declared',
  'accepted',
  'onward',
  'conditional',
  'port-access',
  'released',
] as const;

export type CustomsState = (typeof customsStates)[number];

/** How far one declaration, or the box without one, has come. */
type Progress = Exclude<CustomsState, 'seized' | 'return' | 'revoked' | 'held'>;

const rank = (state: CustomsState): number => customsStates.indexOf(state);

/** What a code makes of the progress of a declaration; `undefined` leaves it. */
const advance: Readonly<Partial<Record<Code, (now: Progress) => Progress>>> = {
  'customs.declaration-submitted': (now) => (now === 'none' ? 'declared' : now),
  'customs.advance-declared': (now) => (now === 'none' ? 'declared' : now),
  'customs.summary-declared': (now) => (now === 'none' ? 'declared' : now),
  'customs.declaration-accepted': (now) => (rank(now) < rank('accepted') ? 'accepted' : now),
  'customs.onward-move-approved': (now) => (now === 'released' ? now : 'onward'),
  // Moving the inspection elsewhere after a release does not lower the lane (ruling 16).
  'customs.transfer-inspection': (now) => (rank(now) < rank('onward') ? 'onward' : now),
  // Of conditional release and port access the later one shows (ruling 16).
  'customs.conditional-release': (now) => (now === 'released' ? now : 'conditional'),
  'customs.port-access-granted': (now) => (now === 'released' ? now : 'port-access'),
  'customs.released': () => 'released',
  'customs.release-revoked': () => 'accepted',
};

export interface CustomsClearance {
  readonly state: CustomsState;
  /** Start of the present unbroken release of the whole box, with the very first one when they differ. */
  readonly released?: MilestoneTimes;
}

interface Step {
  readonly event: AcceptedEvent;
  readonly via: SubjectKey;
}

/** Follows the declarations of one box. A box is as far as the last of them, and no further than its holds let it be. */
class Lane {
  readonly #progress = new Map<SubjectKey, Progress>();
  readonly #holds: OpenHolds;
  readonly #box: SubjectKey;
  #withdrawn = false;

  constructor(box: SubjectKey, declarations: readonly SubjectKey[]) {
    this.#box = box;
    this.#holds = new OpenHolds(box);
    for (const key of declarations) this.#progress.set(key, 'none');
    if (declarations.length === 0) this.#progress.set(box, 'none');
  }

  apply({ event, via }: Step): void {
    this.#holds.apply(event, via);
    if (event.code === 'customs.declaration-withdrawn') {
      this.#progress.delete(via);
      this.#withdrawn = true;
      if (this.#progress.size === 0) this.#progress.set(this.#box, 'none');
    }
    const step = advance[event.code];
    if (!step) return;
    for (const key of this.#concerned(event, via)) {
      const now = this.#progress.get(key);
      if (now !== undefined) this.#progress.set(key, step(now));
    }
  }

  /** A declaration's own event is about it; one of the box or its bill is about the declaration it names, else about all. */
  #concerned(event: AcceptedEvent, via: SubjectKey): Iterable<SubjectKey> {
    if (this.#progress.has(via)) return [via];
    const named = event.references.filter((r) => r.type === 'declaration').map((r): SubjectKey => `declaration:${r.id}`);
    return named.length > 0 ? named : this.#progress.keys();
  }

  state(): CustomsState {
    if (this.#holds.stands('customs', 'seizure')) return 'seized';
    if (this.#holds.stands('customs', 'return')) return 'return';
    if (this.#holds.stands('customs', 'release-revoked')) return 'revoked';
    if (this.#holds.stands('customs')) return 'held';
    let worst: CustomsState = 'released';
    for (const state of this.#progress.values()) if (rank(state) < rank(worst)) worst = state;
    return this.#progress.size === 0 && this.#withdrawn ? 'none' : worst;
  }
}

/** Reads the customs side of one box from its effective events in order. */
export function customsClearance(box: SubjectKey, declarations: readonly SubjectKey[], steps: readonly Step[]): CustomsClearance {
  const lane = new Lane(box, declarations);
  let state: CustomsState = 'none';
  let since: AcceptedEvent | undefined;
  let first: AcceptedEvent | undefined;
  for (const step of steps) {
    if (step.event.agency !== 'customs' || step.event.classifier !== 'actual') continue;
    lane.apply(step);
    state = lane.state();
    if (state !== 'released') since = undefined;
    else {
      since ??= step.event;
      first ??= step.event;
    }
  }
  if (!first) return { state };
  return {
    state,
    released: {
      ...(since && { actual: since.occurredAt }),
      ...(first !== since && { first: first.occurredAt }),
      source: (since ?? first).source,
    },
  };
}
