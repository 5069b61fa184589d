import type { Direction } from '../events/codes.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { Dossier } from './dossier.ts';
import { callOf, type Opening, type Stay } from './stay.ts';
import type { SubjectKey } from './visit.ts';

/** A visit in the making: a physical stay, expected or observed, with the papers that belong to it. */
export interface Carriage {
  readonly stay?: Stay;
  readonly dossiers: Dossier[];
  direction: Direction;
  directionGuessed: boolean;
  directionConflict: boolean;
  /** First and last moment, in event time; the end is open while the visit is. */
  readonly from: number;
  readonly to: number;
}

const day = 24 * 3_600_000;

/** Beyond this distance a fact without a link belongs to no visit (ruling 13). */
export const attachWithin = 60 * day;

/** A voyage number names the same call of a vessel for a year (`events.md` section 2). */
const sameCallWithin = 365 * day;

/** Directions whose papers can be about a stay that began so. */
const fits: Readonly<Record<Opening, readonly Direction[]>> = {
  discharged: ['import', 'transhipment'],
  'gated-in': ['export', 'transhipment'],
  loaded: ['export', 'transhipment'],
  gone: ['import'],
  empty: ['empty'],
};

const guess: Readonly<Record<Opening, Direction>> = {
  discharged: 'import',
  'gated-in': 'export',
  loaded: 'export',
  gone: 'import',
  empty: 'empty',
};

const startOf = (stay: Stay): number => stay.openedBy?.occurredAt ?? stay.moves[0]?.occurredAt ?? 0;
const endOf = (stay: Stay): number => stay.closed?.at ?? stay.supersededBy?.occurredAt ?? Number.POSITIVE_INFINITY;

/** Hours, days, whatever the unit: 0 inside the stretch, else the distance to its nearer end. */
export const distance = (at: number, from: number, to: number): number => (at < from ? from - at : at > to ? at - to : 0);

/** What the equipment status of the moves says, as far as it can be true of such a stay. */
function movesSay(stay: Stay): Direction | undefined {
  for (const move of stay.moves) {
    const said = move.details?.['direction'];
    const found = fits[stay.opening].find((d) => d === said);
    if (found) return found;
  }
  return undefined;
}

/** Manifest or bill first, then equipment status, then full or empty, then a guess (`events.md` section 3). */
function setDirection(carriage: Carriage): void {
  const { stay, dossiers } = carriage;
  const byPaper = dossiers.find((d) => d.direction)?.direction;
  if (!stay) {
    carriage.direction = byPaper ?? 'import';
    carriage.directionGuessed = byPaper === undefined;
    return;
  }
  const byMoves = movesSay(stay);
  const isEmpty = stay.opening === 'empty';
  carriage.direction = isEmpty ? 'empty' : (byPaper ?? byMoves ?? guess[stay.opening]);
  carriage.directionGuessed = !isEmpty && !byPaper && !byMoves;
  carriage.directionConflict = byPaper !== undefined && byMoves !== undefined && byPaper !== byMoves;
  // A transhipment box handed to the consignee has become an import.
  if (carriage.direction === 'transhipment' && stay.closed?.as === 'gated-out') carriage.direction = 'import';
}

/** Finds the stay that a dossier is about: by the call it names, else the nearest in time of its direction. */
class Matching {
  readonly carriages: Carriage[];
  readonly canonical: (call: SubjectKey) => SubjectKey;
  readonly #moved = new Map<Stay, readonly SubjectKey[]>();

  constructor(stays: readonly Stay[], canonical: (call: SubjectKey) => SubjectKey) {
    this.canonical = canonical;
    this.carriages = stays.map((stay) => ({
      stay,
      dossiers: [],
      direction: guess[stay.opening],
      directionGuessed: true,
      directionConflict: false,
      from: startOf(stay),
      to: endOf(stay),
    }));
  }

  /** The calls that moves of a stay name. */
  #movedBy(stay: Stay): readonly SubjectKey[] {
    const known = this.#moved.get(stay);
    if (known) return known;
    const moved = [callOf(stay.openedBy), callOf(stay.loaded)].flatMap((call) => (call ? [this.canonical(call)] : []));
    this.#moved.set(stay, moved);
    return moved;
  }

  /** 0 when a call is shared, 1 when nothing speaks against it, nothing when calls contradict. */
  private affinity(dossier: Dossier, carriage: Carriage): 0 | 1 | undefined {
    const named = dossier.calls.map((c) => c.canonical);
    const stay = carriage.stay as Stay;
    const moved = this.#movedBy(stay);
    const papers = carriage.dossiers.flatMap((d) => d.calls.map((c) => c.canonical));
    if (named.some((c) => moved.includes(c) || papers.includes(c))) return 0;
    if (named.length === 0) return 1;
    // Papers of another call are of another carriage; a load on another call than planned is a conflict, not a visit.
    if (papers.length > 0) return undefined;
    return stay.opening === 'discharged' && moved.length > 0 ? undefined : 1;
  }

  find(dossier: Dossier): Carriage | undefined {
    let best: { carriage: Carriage; rank: number; far: number } | undefined;
    for (const carriage of this.carriages) {
      const stay = carriage.stay as Stay;
      if (dossier.direction ? !fits[stay.opening].includes(dossier.direction) : stay.opening === 'empty') continue;
      const rank = this.affinity(dossier, carriage);
      const far = distance(dossier.at, carriage.from, carriage.to);
      if (rank === undefined || far > (rank === 0 ? sameCallWithin : attachWithin)) continue;
      if (!best || rank < best.rank || (rank === best.rank && far <= best.far)) best = { carriage, rank, far };
    }
    return best?.carriage;
  }
}

const names = (d: Dossier): boolean => d.calls.length > 0;

/** Papers without a stay make expected visits; those of one direction and one call are one visit. */
function expect(dossier: Dossier, expected: Carriage[]): void {
  const sameCall = (d: Dossier): boolean =>
    d.calls.some((c) => dossier.calls.some((o) => o.canonical === c.canonical && Math.abs(o.at - c.at) <= sameCallWithin));
  const found = expected.find(
    (e) => e.direction === (dossier.direction ?? e.direction) && e.dossiers.some((d) => sameCall(d) || !names(d) || !names(dossier)),
  );
  if (found) {
    found.dossiers.push(dossier);
    return;
  }
  const direction = dossier.direction ?? 'import';
  expected.push({
    dossiers: [dossier],
    direction,
    directionGuessed: !dossier.direction,
    directionConflict: false,
    from: dossier.at,
    to: Number.POSITIVE_INFINITY,
  });
}

/** Joins stays and papers into the visits of a box, oldest first, expected ones last. */
export function joinPapers(stays: readonly Stay[], dossiers: readonly Dossier[], canonical: (call: SubjectKey) => SubjectKey): Carriage[] {
  const matching = new Matching(stays, canonical);
  const expected: Carriage[] = [];
  const inOrder = [...dossiers].sort((a, b) => Number(names(b)) - Number(names(a)) || a.at - b.at);
  for (const dossier of inOrder) {
    const carriage = matching.find(dossier);
    if (carriage) carriage.dossiers.push(dossier);
    else expect(dossier, expected);
  }
  const all = [...matching.carriages, ...expected.sort((a, b) => a.from - b.from)];
  for (const carriage of all) setDirection(carriage);
  return all;
}

/** The earlier of the moves that name a call, for arriving and for leaving. */
export function movedCalls(stay: Stay | undefined): { readonly arriving?: SubjectKey; readonly departing?: SubjectKey } {
  const discharged = stay?.moves.find((m: AcceptedEvent) => m.code === 'terminal.discharged' && callOf(m));
  const arriving = callOf(discharged);
  const departing = callOf(stay?.loaded);
  return { ...(arriving && { arriving }), ...(departing && { departing }) };
}
