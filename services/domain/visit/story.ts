import type { Code } from '../events/catalogue.generated.ts';
import { codeRules } from '../events/codes.ts';
import { type AcceptedEvent, type Classifier, type Details, eventKey, type Reference, type SubjectType } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import { linkStatements } from './links.ts';
import { follow, towardsContainers, typeOf } from './reach.ts';
import { type Refolded, refoldContainer } from './refold.ts';
import { type LinkStatement, type SubjectKey, type Subjects, subjectKey, type VisitIdentity } from './visit.ts';

/** Midnight at which every story begins; offsets are written `h:mm` from it. */
export const storyStart = Date.UTC(2026, 2, 1);

/** The instant of an offset such as `54:20`. */
export function at(offset: string): number {
  const [hours = '0', minutes = '0'] = offset.split(':');
  return storyStart + (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const types: Readonly<Record<string, SubjectType>> = { C: 'container', B: 'bill', M: 'bill', H: 'bill', D: 'declaration', K: 'call' };

/** What a letter and number of a story mean: `C1` a box, `B1` `M1` `H1` bills, `BK1` a booking, `D1` a declaration, `K1` a call. */
export function named(name: string, ids: Readonly<Record<string, string>> = {}): Reference & { type: SubjectType } {
  const type = types[name[0] ?? ''];
  if (!type) throw new Error(`A story knows no ${name}.`);
  const id = ids[name] ?? name;
  return name.startsWith('BK') ? { type, id, kind: 'booking' } : { type, id };
}

let serial = 0;

/** One event of a story: `told('20:00', 'customs.declaration-linked', 'D1', 'B1 C1', { … })`. */
export function told(
  offset: string,
  code: Code,
  subject: string,
  references = '',
  details?: Details & { id?: string; source?: string; classifier?: Classifier },
): AcceptedEvent {
  const { id = `e${++serial}`, source, classifier, ...rest } = details ?? {};
  const when = instant(at(offset));
  const rule = codeRules[code];
  return {
    id,
    action: 'report',
    port: 'CNDLC' as UnLocode,
    source: source ?? rule.agency,
    agency: rule.agency,
    code,
    subject: named(subject),
    references: references
      .split(' ')
      .filter(Boolean)
      .map((r) => named(r)),
    classifier: classifier ?? rule.classifiers.at(-1) ?? 'actual',
    occurredAt: when,
    receivedAt: when,
    appliedAt: when,
    ...(Object.keys(rest).length > 0 && { details: rest }),
  };
}

/** A port in memory: applies events one by one or in batches, as the owner of a port does. */
export class StoryPort implements Subjects {
  readonly #events = new Map<SubjectKey, AcceptedEvent[]>();
  readonly #links = new Map<SubjectKey, LinkStatement[]>();
  readonly #known = new Set<string>();
  readonly #identities = new Map<SubjectKey, readonly VisitIdentity[]>();
  readonly folded = new Map<SubjectKey, Refolded>();

  events(subject: SubjectKey): readonly AcceptedEvent[] {
    return this.#events.get(subject) ?? [];
  }

  links(subject: SubjectKey, to: SubjectType): readonly LinkStatement[] {
    return (this.#links.get(subject) ?? []).filter((l) => typeOf(l.from === subject ? l.to : l.from) === to);
  }

  /** Applies one batch and refolds the boxes that it reaches. */
  apply(...events: readonly AcceptedEvent[]): this {
    const touched = new Set<SubjectKey>();
    for (const event of events) {
      if (this.#known.has(eventKey(event))) continue;
      this.#known.add(eventKey(event));
      const subject = subjectKey(event.subject);
      this.#push(this.#events, subject, event);
      for (const link of linkStatements(event)) for (const end of [link.from, link.to]) this.#push(this.#links, end, link);
      touched.add(subject);
      for (const r of event.references) if (r.type !== 'truck' && r.type !== 'seal') touched.add(subjectKey({ type: r.type, id: r.id }));
    }
    const boxes = new Set(
      [...touched].flatMap((key) => [...follow(key, towardsContainers, this)]).filter((key) => typeOf(key) === 'container'),
    );
    for (const box of boxes) {
      const refolded = refoldContainer('CNDLC' as UnLocode, box, this, this.#identities.get(box) ?? [], instant(storyStart));
      this.#identities.set(box, refolded.identities);
      this.folded.set(box, refolded);
    }
    return this;
  }

  /** The visits of a box, oldest first. */
  visits(box: string): Refolded['visits'] {
    return this.folded.get(subjectKey(named(box)))?.visits ?? [];
  }

  #push<T>(map: Map<SubjectKey, T[]>, key: SubjectKey, value: T): void {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  }
}
