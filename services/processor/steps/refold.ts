import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Counter } from '@clearquay/domain/ports/metrics.ts';
import { closure, towardsContainers, typeOf } from '@clearquay/domain/visit/reach.ts';
import type { Refolded } from '@clearquay/domain/visit/refold.ts';
import { eventLabel } from '@clearquay/domain/visit/standing.ts';
import type { SubjectKey } from '@clearquay/domain/visit/visit.ts';
import type { Batch } from '../batch.ts';
import { type BatchEvents, compareVisits } from '../state/visit-comparison.ts';
import type { VisitMemory } from '../state/visit-memory.ts';
import type { VisitRevision } from '../visit-revision.ts';
import type { AppliedPort } from './apply.ts';

export interface RefoldDeps {
  readonly nextRevision: () => bigint;
  readonly maxReach: number;
  readonly logger: Logger;
  /** Counts boxes whose fold threw. */
  readonly failures: Counter;
  /** Counts reads of subjects that the prefetch had not brought. */
  readonly misses: Counter;
}

/** How long it folds before others have a turn: heartbeats and answers of the log must not wait for a whole batch. */
const turnMs = 50;

/** The boxes that are reached from the starts. */
const boxesFrom = (starts: Iterable<SubjectKey>, { port }: AppliedPort, limit: number): SubjectKey[] =>
  [...closure(starts, towardsContainers, port, limit)].filter((key) => typeOf(key) === 'container');

/** A fold that throws is a bug: its box keeps its last state, and neither its neighbours nor its port wait for it. */
function tryRefold(
  box: SubjectKey,
  { port }: AppliedPort,
  previous: readonly VisitMemory[],
  batch: Batch,
  deps: RefoldDeps,
): Refolded | undefined {
  try {
    return port.refold(box, previous);
  } catch (err) {
    deps.failures.add(1);
    deps.logger.error({ err, port: port.port.code, partition: batch.partition }, 'a box could not be folded');
    return undefined;
  }
}

/**
 * Folds every box that the batch touches, once, and gives a revision to each of its visits that changed. Boxes of
 * events that a former owner may have applied in part get one also when nothing changed.
 */
export async function refold(batch: Batch, applied: readonly AppliedPort[], deps: RefoldDeps): Promise<VisitRevision[]> {
  const revisions: VisitRevision[] = [];
  let turnAt = performance.now() + turnMs;
  for (const ofPort of applied) {
    const { port } = ofPort;
    const events: BatchEvents = {
      byEvent: new Map(ofPort.events.map((e) => [e.event, e])),
      byLabel: new Map(ofPort.events.map((e) => [eventLabel(e.event), e])),
    };
    const takenOver = new Set(boxesFrom(ofPort.takenOver, ofPort, deps.maxReach));
    for (const box of takenOver.union(new Set([...boxesFrom(ofPort.starts, ofPort, deps.maxReach), ...ofPort.due.keys()]))) {
      if (performance.now() > turnAt) {
        await turn();
        turnAt = performance.now() + turnMs;
      }
      const subject = port.getOrAdd(box);
      const folded = tryRefold(box, ofPort, subject.visits, batch, deps);
      if (folded)
        compareVisits({
          subject,
          folded,
          events,
          isForced: takenOver.has(box),
          due: ofPort.due.get(box),
          nextRevision: deps.nextRevision,
          now: batch.appliedAt,
          revisions,
        });
    }
    if (port.misses > 0) {
      deps.misses.add(port.misses);
      deps.logger.error({ port: port.port.code, misses: port.misses }, 'a fold read subjects that were not prefetched');
      port.misses = 0;
    }
  }
  return revisions;
}
