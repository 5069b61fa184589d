import { type AcceptedEvent, eventKey, type SubjectType } from '../events/status-event.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import type { FoldSettings } from './fold.ts';
import { linkStatements } from './links.ts';
import { closure, towardsContainers, typeOf } from './reach.ts';
import { type Refolded, refoldContainer } from './refold.ts';
import { chainOf } from './standing.ts';
import { type LinkStatement, type SubjectKey, type Subjects, subjectKey, type VisitIdentity } from './visit.ts';

const isSubject = (type: string): type is SubjectType => type !== 'truck' && type !== 'seal';

/** The subjects that an event names, its own first; the boxes that a replaced bill moves stand in its map. */
const namedBy = (event: AcceptedEvent): SubjectKey[] => [
  subjectKey(event.subject),
  ...event.references.flatMap(({ type, id }) => (isSubject(type) ? [subjectKey({ type, id })] : [])),
  ...(event.code === 'carrier.bill-replaced' ? linkStatements(event).map((s) => s.from) : []),
];

const noLinks: readonly LinkStatement[] = [];

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/**
 * One port in memory, with nothing behind it: keeps its events and links and the visits of each box. It applies events
 * in batches as the owner of a port does; an event that is already known changes nothing. Unbounded, so for files,
 * stories and tests.
 */
export class MemoryPort implements Subjects {
  readonly port: UnLocode;
  readonly #settings: FoldSettings;
  readonly #events = new Map<SubjectKey, AcceptedEvent[]>();
  /** By either end, then by the type of the other one. */
  readonly #links = new Map<SubjectKey, Record<SubjectType, LinkStatement[]>>();
  readonly #known = new Set<string>();
  readonly #folded = new Map<SubjectKey, Refolded>();

  constructor(port: UnLocode, settings: FoldSettings = {}) {
    this.port = port;
    this.#settings = settings;
  }

  events(subject: SubjectKey): readonly AcceptedEvent[] {
    return this.#events.get(subject) ?? [];
  }

  links(subject: SubjectKey, to: SubjectType): readonly LinkStatement[] {
    return this.#links.get(subject)?.[to] ?? noLinks;
  }

  /** Every subject that an event spoke about or a link named, in order of first sight. */
  subjects(): Set<SubjectKey> {
    return new Set([...this.#events.keys(), ...this.#links.keys()]);
  }

  /** What stands about a box, or nothing when no event has reached it. */
  folded(box: SubjectKey): Refolded | undefined {
    return this.#folded.get(box);
  }

  /** Every box that was reached, in order of first sight. */
  boxes(): Iterable<SubjectKey> {
    return this.#folded.keys();
  }

  /** Applies one batch and refolds the boxes that it reaches. */
  applyBatch(events: readonly AcceptedEvent[]): void {
    const touched = new Set<SubjectKey>();
    for (const event of events) {
      if (this.#known.has(eventKey(event))) continue;
      this.#known.add(eventKey(event));
      push(this.#events, subjectKey(event.subject), event);
      for (const link of linkStatements(event)) {
        this.#keep(link.from, link.to, link);
        this.#keep(link.to, link.from, link);
      }
      for (const one of chainOf(event, this.events(subjectKey(event.subject)))) for (const key of namedBy(one)) touched.add(key);
    }
    const reached = [...closure(touched, towardsContainers, this)].filter((key) => typeOf(key) === 'container');
    for (const box of reached) {
      const previous: readonly VisitIdentity[] = this.#folded.get(box)?.identities ?? [];
      this.#folded.set(box, refoldContainer(this.port, box, this, previous, this.#settings));
    }
  }

  /** Files a link under one of its ends. */
  #keep(end: SubjectKey, other: SubjectKey, link: LinkStatement): void {
    let byType = this.#links.get(end);
    if (!byType) {
      byType = { container: [], bill: [], declaration: [], call: [] };
      this.#links.set(end, byType);
    }
    byType[typeOf(other)].push(link);
  }
}
