import { eventKey, type SubjectType } from '../events/status-event.ts';
import { always, endedAt, type Spans, spansOf } from './spans.ts';
import { settle } from './standing.ts';
import type { LinkStatement, SubjectKey, Subjects } from './visit.ts';

/** All that one pair of subjects has in common. */
export interface Bond {
  readonly other: SubjectKey;
  /** In order of time. */
  readonly statements: readonly LinkStatement[];
  readonly spans: Spans;
  /** Occurred time of the earliest statement. */
  readonly at: number;
}

/** One call: the name to show and all names. */
export interface CallNames {
  readonly canonical: SubjectKey;
  readonly names: readonly SubjectKey[];
}

const rank = (s: LinkStatement): number => (s.op === 'link' ? 0 : 1);
const inTime = (a: LinkStatement, b: LinkStatement): number =>
  a.at - b.at || rank(a) - rank(b) || (a.event < b.event ? -1 : a.event > b.event ? 1 : 0);

/** The links of a port as one fold sees them: statements of events that do not count are left out. */
export class LinkView {
  readonly #subjects: Subjects;
  /** `eventKey` of the events of a subject that are superseded, cancelled or parked. */
  readonly #dead = new Map<SubjectKey, ReadonlySet<string>>();
  readonly #calls = new Map<SubjectKey, CallNames>();

  constructor(subjects: Subjects) {
    this.#subjects = subjects;
  }

  #counts = ({ speaker, event }: LinkStatement): boolean => !this.#isDead(speaker, event);

  #isDead(speaker: SubjectKey, event: string): boolean {
    let dead = this.#dead.get(speaker);
    if (!dead) {
      dead = new Set(settle(speaker, this.#subjects.events(speaker)).dead);
      this.#dead.set(speaker, dead);
    }
    return dead.has(event);
  }

  /** Living statements between a subject and subjects of a type, as they stand. */
  statements(subject: SubjectKey, to: SubjectType): readonly LinkStatement[] {
    const all = this.#subjects.links(subject, to);
    return all.every(this.#counts) ? all : all.filter(this.#counts);
  }

  /** The same statements, one bond per other subject. A withdrawn declaration is tied to nothing from then on. */
  bonds(subject: SubjectKey, to: SubjectType): Bond[] {
    const bonds = this.#bonds(subject, to);
    if (to !== 'declaration' && !subject.startsWith('declaration:')) return bonds;
    return bonds.map((bond) => {
      const withdrawnAt = this.withdrawnAt(to === 'declaration' ? bond.other : subject);
      return withdrawnAt === undefined ? bond : { ...bond, spans: endedAt(bond.spans, withdrawnAt) };
    });
  }

  /** When a declaration was withdrawn. */
  withdrawnAt(declaration: SubjectKey): number | undefined {
    return this.#subjects
      .events(declaration)
      .find((e) => e.code === 'customs.declaration-withdrawn' && e.action !== 'cancel' && !this.#isDead(declaration, eventKey(e)))
      ?.occurredAt;
  }

  #bonds(subject: SubjectKey, to: SubjectType): Bond[] {
    const all = this.statements(subject, to);
    const [only] = all;
    if (!only) return [];
    if (all.length === 1)
      return [
        { other: only.from === subject ? only.to : only.from, statements: all, spans: only.op === 'link' ? always : [], at: only.at },
      ];
    const byOther = new Map<SubjectKey, LinkStatement[]>();
    for (const s of all) {
      const other = s.from === subject ? s.to : s.from;
      const list = byOther.get(other);
      if (list) list.push(s);
      else byOther.set(other, [s]);
    }
    return [...byOther].map(([other, statements]) => {
      if (statements.length > 1) statements.sort(inTime);
      return { other, statements, spans: spansOf(statements), at: statements[0]?.at ?? 0 };
    });
  }

  /**
   * A call by all its names, and the one to show, however it is referred to (ruling 3): the one under which it was
   * registered, the least of them when there are several.
   */
  call(name: SubjectKey): CallNames {
    const known = this.#calls.get(name);
    if (known) return known;
    const names = new Set([name]);
    let registered: SubjectKey | undefined;
    for (const each of names)
      for (const s of this.statements(each, 'call')) {
        names.add(s.from === each ? s.to : s.from);
        if (registered === undefined || s.from < registered) registered = s.from;
      }
    const call = { canonical: registered ?? name, names: [...names] };
    for (const each of names) this.#calls.set(each, call);
    return call;
  }
}
