import type { Code } from '../events/catalogue.generated.ts';
import type { AcceptedEvent } from '../events/status-event.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { BoxPapers, Concern } from './box-papers.ts';

/** How far a paper has come with customs for one box, least first; holds are read apart. */
export const progressSteps = ['none', 'declared', 'accepted', 'onward', 'conditional', 'port-access', 'released'] as const;

export type Progress = (typeof progressSteps)[number];

const rank: Readonly<Record<Progress, number>> = {
  none: 0,
  declared: 1,
  accepted: 2,
  onward: 3,
  conditional: 4,
  'port-access': 5,
  released: 6,
};

/** The lesser of two. */
export const worse = (a: Progress, b: Progress): Progress => (rank[a] <= rank[b] ? a : b);

const declared = (now: Progress): Progress => (now === 'none' ? 'declared' : now);

/** What a code makes of the progress of a paper; without an entry it leaves it. */
const advance: Readonly<Partial<Record<Code, (now: Progress) => Progress>>> = {
  'customs.declaration-submitted': declared,
  'customs.advance-declared': declared,
  'customs.summary-declared': declared,
  'customs.declaration-accepted': (now) => (rank[now] < rank.accepted ? 'accepted' : now),
  'customs.onward-move-approved': (now) => (now === 'released' ? now : 'onward'),
  // Moving the inspection elsewhere after a release does not lower the lane (ruling 16).
  'customs.transfer-inspection': (now) => (rank[now] < rank.onward ? 'onward' : now),
  // Of conditional release and port access the later one shows (ruling 16).
  'customs.conditional-release': (now) => (now === 'released' ? now : 'conditional'),
  'customs.port-access-granted': (now) => (now === 'released' ? now : 'port-access'),
  'customs.released': () => 'released',
  'customs.release-revoked': (now) => (now === 'none' ? now : 'accepted'),
};

/**
 * How far each declaration, the goods of each bill by its own events, and the box have come. A declaration's event is about
 * it; a bill's also about the declarations that cover no other goods; the box's about the papers it names, for all if none.
 */
export class CustomsProgress {
  readonly #papers: BoxPapers;
  readonly #own = new Map<Concern, Progress>();

  constructor(papers: BoxPapers) {
    this.#papers = papers;
  }

  /** As far as its own events say; a bill as far as the least of the goods that it answers for. */
  of(paper: SubjectKey): Progress {
    if (!paper.startsWith('bill:')) return this.#of(paper);
    let least: Progress = 'released';
    for (const concern of this.#papers.answerable(paper)) least = worse(least, this.#of(concern));
    return least;
  }

  #of = (concern: Concern): Progress => this.#own.get(concern) ?? 'none';

  /** Reads the next event; true when it moved something. */
  apply(event: AcceptedEvent, subject: SubjectKey): boolean {
    if (event.code === 'customs.declaration-withdrawn') {
      this.#papers.withdraw(subject);
      return true;
    }
    const step = advance[event.code];
    if (!step) return false;
    for (const concern of this.#concerned(event, subject)) this.#own.set(concern, step(this.#of(concern)));
    return true;
  }

  #concerned(event: AcceptedEvent, subject: SubjectKey): Iterable<Concern> {
    const papers = this.#papers;
    if (subject.startsWith('declaration:')) return [subject];
    const all = (keys: readonly SubjectKey[]): Concern[] => keys.flatMap((key) => papers.concerns(key));
    const named = papers.named(event);
    if (subject !== papers.box) {
      const goods = papers.concerns(subject);
      const covering = named.length > 0 ? all(named) : papers.declarationsOf(subject).filter((d) => papers.coversOnly(d, goods));
      return new Set([...goods, ...all(papers.housesOf(subject)), ...covering]);
    }
    if (named.length > 0) return new Set(all(named.flatMap((n) => [n, ...papers.declarationsOf(n), ...papers.housesOf(n)])));
    return [papers.box, ...papers.declarations, ...papers.lots];
  }
}

/** The bills of a box that answer for themselves in rules 5 and 6: a master with houses is represented by them. */
export const representing = (papers: BoxPapers, active: readonly SubjectKey[]): SubjectKey[] =>
  active.filter((b) => !papers.housesOf(b).some((h) => active.includes(h)));
