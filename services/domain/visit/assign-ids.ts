import type { Instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import type { VisitIdentity } from './visit.ts';

/** A visit that needs an id: the events that make it, in order, and the receipt of the first one. */
export interface Unnamed {
  readonly events: readonly string[];
  readonly receivedAt: Instant;
}

/** A visit that lost its id to another one. */
export interface Merged {
  readonly visitId: string;
  readonly into: string;
}

/** 64 bits of a text as 13 characters of base 36: two rounds of a 32-bit mix, enough to tell stays of one box apart. */
export function shortHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (BigInt(b >>> 0) * 4294967296n + BigInt(a >>> 0)).toString(36).padStart(13, '0');
}

/** Shared events of two visits, counted. */
const overlap = (events: readonly string[], known: ReadonlySet<string>): number => events.reduce((n, e) => n + (known.has(e) ? 1 : 0), 0);

/**
 * Gives every visit its id: the one it had for most of its events, else a new one from the hash of its first event. A
 * previous visit without events is one that a crash left half written: it is taken up under the same hash, or is gone.
 * The only place that looks back; ids therefore depend on what was known when, states never do. A new id is dated by the
 * receipt of that first event, not by a clock: two owners who give the same one must date it alike, since rows of visits
 * replace each other within a month only.
 */
export function assignIds(
  port: UnLocode,
  container: string,
  previous: readonly VisitIdentity[],
  visits: readonly Unnamed[],
): { readonly ids: readonly VisitIdentity[]; readonly merged: readonly Merged[] } {
  const [had, has] = [previous[0], visits[0]];
  // Most boxes had one visit and still have it, begun by the same event: nothing else claims its id.
  if (had && has?.events[0] !== undefined && previous.length === 1 && visits.length === 1 && has.events[0] === had.events[0])
    return { ids: [{ visitId: had.visitId, assignedAt: had.assignedAt, events: has.events }], merged: [] };
  const claims = previous
    .flatMap((identity) => {
      const known = new Set(identity.events);
      return visits.map((visit, index) => ({ identity, index, shared: overlap(visit.events, known) }));
    })
    .filter((c) => c.shared > 0)
    .sort(
      (a, b) =>
        b.shared - a.shared ||
        a.identity.assignedAt - b.identity.assignedAt ||
        (a.identity.visitId < b.identity.visitId ? -1 : 1) ||
        a.index - b.index,
    );
  const chosen = new Map<number, VisitIdentity>();
  const used = new Set<string>(previous.map((p) => p.visitId));
  const kept = new Set<string>();
  for (const { identity, index } of claims) {
    if (chosen.has(index) || kept.has(identity.visitId)) continue;
    chosen.set(index, identity);
    kept.add(identity.visitId);
  }
  const ids = visits.map((visit, index): VisitIdentity => {
    const had = chosen.get(index);
    if (had) return { visitId: had.visitId, assignedAt: had.assignedAt, events: visit.events };
    for (let salt = 0; ; salt++) {
      const visitId = `${port}-${container}-${shortHash(`${port}|${visit.events[0] ?? ''}|${salt}`)}`;
      const halfWritten = previous.find((p) => p.visitId === visitId && p.events.length === 0 && !kept.has(visitId));
      if (used.has(visitId) && !halfWritten) continue;
      used.add(visitId);
      kept.add(visitId);
      return { visitId, assignedAt: halfWritten?.assignedAt ?? visit.receivedAt, events: visit.events };
    }
  });
  const merged = previous
    .filter((p) => !kept.has(p.visitId))
    .map((p) => {
      const heir = claims.find((c) => c.identity === p);
      return { visitId: p.visitId, into: (heir ? ids[heir.index] : ids.at(-1))?.visitId ?? '' };
    });
  return { ids, merged };
}
