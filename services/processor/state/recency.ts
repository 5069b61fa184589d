import type { SubjectMemory } from './subject-memory.ts';

/**
 * Subjects in the order of their last use, as a list through the subjects themselves, with the bytes they weigh
 * together. `lru-cache` evicts while it adds; here a subject of a batch in flight must stay whatever it weighs.
 */
export class Recency {
  readonly maxBytes: number;
  bytes = 0;
  count = 0;
  #newest: SubjectMemory | undefined;
  #oldest: SubjectMemory | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  add(subject: SubjectMemory): void {
    this.bytes += subject.bytes;
    this.count++;
    this.#link(subject);
  }

  remove(subject: SubjectMemory): void {
    this.bytes -= subject.bytes;
    this.count--;
    this.#unlink(subject);
  }

  touch(subject: SubjectMemory): void {
    if (this.#newest === subject) return;
    this.#unlink(subject);
    this.#link(subject);
  }

  grow(bytes: number): void {
    this.bytes += bytes;
  }

  /** Forgets what was used longest ago until the bound holds. Subjects of batches in flight stay. */
  evict(): void {
    for (let subject = this.#oldest; subject && this.bytes > this.maxBytes; ) {
      const next: SubjectMemory | undefined = subject.newer;
      if (subject.pins === 0) {
        this.remove(subject);
        subject.port.drop(subject);
      }
      subject = next;
    }
  }

  #link(subject: SubjectMemory): void {
    subject.older = this.#newest;
    subject.newer = undefined;
    if (this.#newest) this.#newest.newer = subject;
    this.#newest = subject;
    this.#oldest ??= subject;
  }

  #unlink(subject: SubjectMemory): void {
    const { older, newer } = subject;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    subject.older = undefined;
    subject.newer = undefined;
  }
}
