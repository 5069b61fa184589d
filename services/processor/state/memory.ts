import type { PublishedLists } from '@clearquay/domain/clearance/published-lists.ts';
import type { PortTable, UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import { PortMemory } from './port-memory.ts';
import { Recency } from './recency.ts';
import type { SubjectMemory } from './subject-memory.ts';

/** What this process remembers of the ports that it owns: a bounded cache before the warehouse. */
export class Memory {
  readonly #ports = new Map<UnLocode, PortMemory>();
  readonly #table: PortTable;
  readonly #lists: PublishedLists | undefined;
  readonly #recency: Recency;

  constructor(table: PortTable, maxBytes: number, lists?: PublishedLists) {
    this.#table = table;
    this.#lists = lists;
    this.#recency = new Recency(maxBytes);
  }

  /** Estimated bytes of all subjects. */
  get bytes(): number {
    return this.#recency.bytes;
  }

  /** Subjects in memory. */
  get subjects(): number {
    return this.#recency.count;
  }

  /** The port of an event that was validated against the same table. */
  port(code: UnLocode, partition: number): PortMemory {
    const known = this.#ports.get(code);
    if (known) return known;
    const row = this.#table.resolve(code);
    if (!row) throw new Error(`${code} is not in the port table`);
    const port = new PortMemory(row, partition, this.#recency, this.#lists);
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

  /** Forgets the ports of a partition: another owner may write to them from now on. */
  forget(partition: number): void {
    for (const [code, port] of this.#ports) {
      if (port.partition !== partition) continue;
      port.clear();
      this.#ports.delete(code);
    }
  }
}
