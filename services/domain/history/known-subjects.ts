import type { AcceptedEvent, SubjectType } from '../events/status-event.ts';
import { typeOf } from '../visit/reach.ts';
import { type LinkStatement, type SubjectKey, type Subjects, subjectKey } from '../visit/visit.ts';
import type { StoredLink } from './stored-subjects.ts';

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** What is known of some subjects so far; it only grows. */
export class KnownSubjects implements Subjects {
  readonly #events = new Map<SubjectKey, AcceptedEvent[]>();
  readonly #links = new Map<string, LinkStatement[]>();

  addEvent(event: AcceptedEvent): void {
    push(this.#events, subjectKey(event.subject), event);
  }

  addLink({ end, statement }: Pick<StoredLink, 'end' | 'statement'>): void {
    const other = typeOf(statement.from === end ? statement.to : statement.from);
    push(this.#links, `${other}\u0000${end}`, statement);
  }

  events(subject: SubjectKey): readonly AcceptedEvent[] {
    return this.#events.get(subject) ?? [];
  }

  links(subject: SubjectKey, to: SubjectType): readonly LinkStatement[] {
    return this.#links.get(`${to}\u0000${subject}`) ?? [];
  }
}
