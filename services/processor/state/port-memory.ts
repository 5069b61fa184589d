import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { AcceptedEvent, SubjectType } from '@clearquay/domain/events/status-event.ts';
import type { Port } from '@clearquay/domain/identifiers/un-locode.ts';
import type { FoldSettings } from '@clearquay/domain/visit/fold.ts';
import { type Refolded, refoldContainer } from '@clearquay/domain/visit/refold.ts';
import type { LinkStatement, SubjectKey, Subjects, VisitIdentity } from '@clearquay/domain/visit/visit.ts';
import type { Fence } from '../fence.ts';
import type { Recency } from './recency.ts';
import { SubjectMemory } from './subject-memory.ts';

/** The subjects of one port that are in memory; what the folds of its boxes read. */
export class PortMemory implements Subjects {
  readonly port: Port;
  readonly fence: Fence;
  /**
   * True while every subject of the port is in memory: it was empty when this owner took it over and nothing was
   * evicted since. An unknown subject is then a new one, and the warehouse is not asked. Nothing before the first look.
   */
  isComplete: boolean | undefined;
  /** Reads of subjects that were not in memory although the port is not complete: a gap of the prefetch. */
  misses = 0;
  readonly #subjects = new Map<SubjectKey, SubjectMemory>();
  readonly #recency: Recency;
  readonly #settings: FoldSettings;

  constructor(port: Port, recency: Recency, fence: Fence, lists?: PublishedLists) {
    this.port = port;
    this.#settings = { ...lists, zone: port.zone };
    this.#recency = recency;
    this.fence = fence;
  }

  /** Folds the visits of a box from what is in memory, by the rules and published lists of this port. */
  refold(box: SubjectKey, previous: readonly VisitIdentity[]): Refolded {
    return refoldContainer(this.port.code, box, this, previous, this.#settings);
  }

  get(key: SubjectKey): SubjectMemory | undefined {
    return this.#subjects.get(key);
  }

  /** Begins to remember a subject that is not in memory yet. */
  add(key: SubjectKey): SubjectMemory {
    const subject = new SubjectMemory(this, key);
    this.#subjects.set(key, subject);
    this.#recency.add(subject);
    return subject;
  }

  /** The subject; one that is not in memory is new to the port. */
  getOrAdd(key: SubjectKey): SubjectMemory {
    return this.#subjects.get(key) ?? this.add(key);
  }

  /** Called when a subject was evicted: from now on an unknown one may be an old one. */
  drop(subject: SubjectMemory): void {
    this.#subjects.delete(subject.key);
    this.isComplete = false;
  }

  /** Forgets a subject whose tables a former owner has changed meanwhile. One that a batch in flight needs stays. */
  forget(key: SubjectKey): void {
    const subject = this.#subjects.get(key);
    if (subject && subject.pins > 0) return;
    if (subject) this.#recency.remove(subject);
    this.#subjects.delete(key);
    this.isComplete = false;
  }

  grow(subject: SubjectMemory, bytes: number): void {
    subject.bytes += bytes;
    this.#recency.grow(bytes);
  }

  /** Forgets everything. */
  clear(): void {
    for (const subject of this.#subjects.values()) this.#recency.remove(subject);
    this.#subjects.clear();
  }

  events(key: SubjectKey): readonly AcceptedEvent[] {
    return this.#read(key)?.events ?? [];
  }

  links(key: SubjectKey, to: SubjectType): readonly LinkStatement[] {
    return this.#read(key)?.links[to] ?? [];
  }

  #read(key: SubjectKey): SubjectMemory | undefined {
    const subject = this.#subjects.get(key);
    if (!subject && !this.isComplete) this.misses++;
    return subject;
  }
}
