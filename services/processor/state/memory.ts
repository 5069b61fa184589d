import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { PortTable, UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Fence } from '../fence.ts';
import { PortMemory } from './port-memory.ts';
import type { Recency } from './recency.ts';
import type { SubjectMemory } from './subject-memory.ts';

/**
 * What the owner of one partition remembers of its ports: a cache before the warehouse. It is begun empty with every
 * ownership, so that nothing which a former one did not write is ever taken for written. All share one bound.
 */
export class Memory {
  readonly #ports = new Map<UnLocode, PortMemory>();
  readonly #table: PortTable;
  readonly #lists: PublishedLists | undefined;
  readonly #recency: Recency;
  readonly #fence: Fence;

  constructor(table: PortTable, recency: Recency, fence: Fence, lists?: PublishedLists) {
    this.#table = table;
    this.#lists = lists;
    this.#recency = recency;
    this.#fence = fence;
  }

  /** The port of an event that was validated against the same table. */
  port(code: UnLocode): PortMemory {
    const known = this.#ports.get(code);
    if (known) return known;
    const row = this.#table.resolve(code);
    if (!row) throw new Error(`${code} is not in the port table`);
    const port = new PortMemory(row, this.#recency, this.#fence, this.#lists);
    this.#ports.set(code, port);
    return port;
  }

  /** Keeps a subject until `release`. */
  pin(subject: SubjectMemory): void {
    subject.pins++;
    this.#recency.touch(subject);
  }

  /** Lets subjects go that a batch had pinned, and brings the cache back under its bound. */
  release(pinned: SubjectMemory[]): void {
    for (const subject of pinned) subject.pins--;
    pinned.length = 0;
    this.#recency.evict();
  }

  /** Forgets everything: another owner may write from now on. */
  clear(): void {
    for (const port of this.#ports.values()) port.clear();
    this.#ports.clear();
  }
}
