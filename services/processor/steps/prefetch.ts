import { type Queries, readSubjects } from '@clearquay/domain/history/stored-subjects.ts';
import { linkStatements } from '@clearquay/domain/visit/links.ts';
import { type Along, fromContainer, nextLevel, speakersOf, towardsContainers, typeOf } from '@clearquay/domain/visit/reach.ts';
import { chainOf } from '@clearquay/domain/visit/standing.ts';
import { type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';
import type { Batch } from '../batch.ts';
import type { Memory } from '../state/memory.ts';
import type { PortMemory } from '../state/port-memory.ts';
import { reachStarts } from '../state/reach-starts.ts';
import type { SubjectMemory } from '../state/subject-memory.ts';
import { addSubjects, isEmptyPort } from '../state/subject-reader.ts';
import { readVisits, rememberVisits, type StoredVisits } from '../state/visit-reader.ts';
import type { Incoming } from './validate.ts';

export interface PrefetchDeps {
  readonly warehouse: Queries;
  readonly memory: Memory;
  readonly maxReach: number;
}

/** Brings the subjects of one port into memory that a batch can read or change. */
class PortPrefetch {
  readonly #deps: PrefetchDeps;
  readonly #port: PortMemory;
  readonly #pinned = new Map<SubjectKey, SubjectMemory>();
  readonly #stored = new Map<SubjectKey, StoredVisits>();

  constructor(deps: PrefetchDeps, port: PortMemory) {
    this.#deps = deps;
    this.#port = port;
  }

  /** Everything that was asked for; it stays in memory until it is released. */
  get pinned(): Iterable<SubjectMemory> {
    return this.#pinned.values();
  }

  #pin(subject: SubjectMemory): void {
    if (this.#pinned.has(subject.key)) return;
    this.#pinned.set(subject.key, subject);
    this.#deps.memory.pin(subject);
  }

  /**
   * One query per table for all subjects that are not in memory. What is seen is pinned at once: others evict meanwhile.
   * Boxes that are only listened to, not folded, are read without their visits: what bears on those is not asked for.
   */
  async load(keys: Iterable<SubjectKey>, areFolded = true): Promise<void> {
    const { warehouse } = this.#deps;
    const port = this.#port;
    const unknown: SubjectKey[] = [];
    const boxes: SubjectKey[] = [];
    for (const key of keys) {
      const subject = port.get(key);
      if (subject) this.#pin(subject);
      else unknown.push(key);
      if (areFolded && typeOf(key) === 'container' && (subject?.hasUnreadVisits ?? true)) boxes.push(key);
    }
    if (unknown.length === 0 && boxes.length === 0) return;
    port.isComplete ??= await isEmptyPort(warehouse, port.port.code);
    if (!port.isComplete) {
      const [stored, visits] = await Promise.all([
        readSubjects(warehouse, port.port.code, unknown),
        boxes.length > 0 ? readVisits(warehouse, port, boxes) : [],
      ]);
      addSubjects(port, unknown, stored);
      for (const key of unknown) port.getOrAdd(key).hasUnreadVisits = !areFolded;
      for (const key of boxes) port.getOrAdd(key).hasUnreadVisits = false;
      for (const [box, ofBox] of visits) this.#stored.set(box, ofBox);
    }
    for (const key of unknown) this.#pin(port.getOrAdd(key));
  }

  /** Follows links level by level, asking for what is not in memory. */
  async expand(starts: Iterable<SubjectKey>, along: Along): Promise<Set<SubjectKey>> {
    const found = new Set(starts);
    for (let level = [...found]; level.length > 0; ) {
      await this.load(level);
      level = nextLevel(level, along, this.#port, found, this.#deps.maxReach);
    }
    return found;
  }

  /** The links of the events whose standing the batch can change: they change with it. */
  targets(incoming: readonly Incoming[]): { ends: SubjectKey[]; starts: SubjectKey[] } {
    const ends: SubjectKey[] = [];
    const starts: SubjectKey[] = [];
    for (const { event } of incoming)
      for (const other of chainOf(event, this.#port.get(subjectKey(event.subject))?.events ?? [])) {
        if (other === event) continue;
        const statements = linkStatements(other);
        ends.push(...statements.flatMap((s) => [s.from, s.to]));
        starts.push(...reachStarts(other, statements));
      }
    return { ends, starts };
  }

  async run(incoming: readonly Incoming[], boxes: readonly SubjectKey[]): Promise<void> {
    const ends = new Set<SubjectKey>();
    const starts = new Set<SubjectKey>();
    for (const { event, statements } of incoming) {
      for (const key of reachStarts(event, statements)) starts.add(key);
      ends.add(subjectKey(event.subject));
      for (const { from, to } of statements) ends.add(from).add(to);
    }
    await this.load(ends);
    const targets = this.targets(incoming);
    for (const key of targets.ends) ends.add(key);
    for (const key of targets.starts) starts.add(key);
    const reached = await this.expand(starts, towardsContainers);
    const bearing = await this.expand([...ends, ...reached, ...boxes], fromContainer);
    await this.load(speakersOf(bearing, this.#port), false);
    for (const [box, stored] of this.#stored) rememberVisits(this.#port, box, stored);
  }
}

/**
 * Brings everything into memory that the batch can read or change: what its events reach down to the boxes, and what
 * bears on those boxes. Whatever is not in memory is asked from the warehouse; there is no other way in.
 */
export async function prefetch(batch: Batch, incoming: readonly Incoming[], deps: PrefetchDeps): Promise<void> {
  const byPort = Map.groupBy(incoming, ({ event }) => event.port);
  const dueBy = Map.groupBy(batch.due, ({ port }) => port);
  for (const code of new Set([...byPort.keys(), ...dueBy.keys()])) {
    const memory = deps.memory.port(code);
    const due = dueBy.get(code) ?? [];
    for (const { box, isUntold } of due) if (isUntold) memory.forget(box);
    const port = new PortPrefetch(deps, memory);
    await port.run(
      byPort.get(code) ?? [],
      due.map(({ box }) => box),
    );
    for (const subject of port.pinned) batch.pinned.push(subject);
  }
}
