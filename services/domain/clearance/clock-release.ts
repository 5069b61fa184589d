import { type Instant, instant } from '../identifiers/instant.ts';
import { type ClockInput, heldSubject, heldUntil } from './clock-input.ts';
import { type Stretch, stretch, subtract } from './clock-intervals.ts';
import { type ClearancePart, isAbout } from './clock-parts.ts';
import type { Hold } from './hold.ts';

/** When customs let go: the start of the present unbroken release, and the very first one, if it was ever given. */
export interface Release {
  readonly at?: Instant;
  readonly first?: Instant;
}

/** The release of one part or box: free altogether, and free to leave the port, which port access gives earlier. */
export interface Releases {
  readonly full: Release;
  readonly lift: Release;
}

/** Stretches in which something that is given and taken back stands. */
class Grant {
  readonly stretches: Stretch[] = [];
  #since: Instant | undefined;

  give(at: Instant): void {
    this.#since ??= at;
  }

  take(at: Instant): void {
    if (this.#since !== undefined) this.stretches.push(stretch(this.#since, at));
    this.#since = undefined;
  }

  /** What stands of it when the holds are taken out: a release counts for a held box from the lift (section 7). */
  without(held: readonly Stretch[]): Release {
    const all = this.#since === undefined ? this.stretches : [...this.stretches, stretch(this.#since)];
    const inForce = subtract(all, held);
    const first = inForce[0]?.from;
    const last = inForce.at(-1);
    return {
      ...(last && last.to === undefined && { at: last.from }),
      ...(first !== undefined && { first }),
    };
  }
}

/** Reads when customs released one part of a box; goods that were merged are released with the last of them. */
export function releasesOf(part: ClearancePart, input: ClockInput): Releases {
  if (part.kind !== 'bill' || part.lots.length === 1) return ofPart(part, input);
  const each = part.lots.map((lot) => ofPart({ ...part, lots: [lot] }, input));
  return { full: latest(each.map((r) => r.full)), lift: latest(each.map((r) => r.lift)) };
}

/** Its releases and revocations, held back by open, unwaived holds. */
function ofPart(part: ClearancePart, { effective, state }: ClockInput): Releases {
  const full = new Grant();
  const lift = new Grant();
  for (const entry of effective) {
    const { event } = entry;
    if (event.agency !== 'customs' || event.classifier !== 'actual') continue;
    const released = event.code === 'customs.released';
    const revoked = event.code === 'customs.release-revoked';
    if (!(released || revoked || event.code === 'customs.port-access-granted') || !isAbout(entry, part)) continue;
    if (released) full.give(event.occurredAt);
    if (revoked) {
      full.take(event.occurredAt);
      lift.take(event.occurredAt);
    } else lift.give(event.occurredAt);
  }
  const holds = state.holds.filter((h) => {
    if (h.agency !== 'customs') return false;
    const on = heldSubject(h);
    if (h.subject.type === 'declaration') return on === part.key;
    return h.subject.type === 'container' || (h.subject.type === 'bill' && (part.lots.length === 0 || part.lots.some((l) => l.wasOn(on))));
  });
  const heldBy = (held: readonly Hold[]): Stretch[] => held.map((h) => stretch(h.placedAt, heldUntil(h, state.direction)));
  return {
    full: full.without(heldBy(holds)),
    // A laboratory result is awaited at stage two; it does not keep the box in the port.
    lift: lift.without(heldBy(holds.filter((h) => h.kind !== 'sample'))),
  };
}

/** The release of all parts together: the last of them, once each has one. */
export function latest(releases: readonly Release[]): Release {
  const last = (pick: (r: Release) => Instant | undefined): Instant | undefined => {
    let found: number | undefined;
    for (const r of releases) {
      const at = pick(r);
      if (at === undefined) return undefined;
      found = Math.max(found ?? at, at);
    }
    return found === undefined ? undefined : instant(found);
  };
  const at = last((r) => r.at);
  const first = last((r) => r.first);
  return { ...(at !== undefined && { at }), ...(first !== undefined && { first }) };
}
