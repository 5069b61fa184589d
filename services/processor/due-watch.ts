import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionCount, partitionOf } from '@clearquay/domain/stream/partition.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';
import { type Fence, standing } from './fence.ts';

/**
 * A visit that gets a revision without an event: an answer changed by the passing of time alone (a deadline missed, a
 * delivery order expired), or the newest revision is that of a former owner who may not have published it.
 */
export interface DueVisit {
  readonly port: UnLocode;
  readonly box: SubjectKey;
  readonly visitId: string;
  /** True when it is written again because a former owner may have written it and told nobody. */
  readonly isUntold: boolean;
}

export interface DueWatchDeps {
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Visits of the owned partitions that are looked up at once; the rest comes with the next look. */
const most = 5_000;

interface DueRow {
  readonly port: UnLocode;
  readonly container: string;
  readonly visit_id: string;
  readonly untold: number;
}

/** `partitionOf` as ClickHouse computes it. */
export const partitionSql = `toUInt16(kafkaMurmurHash(port) % ${partitionCount})`;
const ofOwned = (name: 'after' | 'before'): string =>
  `transform(${partitionSql}, {partitions:Array(UInt16)}, {${name}:Array(UInt64)}, toUInt64(0))`;
// A visit that is gone by a revision that nobody was told of may not have gone at all.
const dueSql = `SELECT port, container, visit_id, revision > ${ofOwned('after')} AND revision < ${ofOwned('before')}
  AND revision > transform(bitShiftLeft(toUInt64(${partitionSql}), 40) + bitShiftRight(revision, 40),
    {epochs:Array(UInt64)}, {until:Array(UInt64)}, toUInt64(0)) AS untold
FROM visits FINAL WHERE ${partitionSql} IN {partitions:Array(UInt16)}
  AND ((next_change_at <= fromUnixTimestamp64Milli({now:Int64}) AND gone = 0) OR untold)
ORDER BY untold DESC, next_change_at LIMIT ${most} SETTINGS do_not_merge_across_partitions_select_final = 1`;

/**
 * Finds visits whose `next_change_at` has passed and hands them to the owner of their partition. The tables alone say
 * what is due, so nothing of it is lost in a crash.
 */
export class DueWatch {
  readonly #deps: DueWatchDeps;
  readonly #fences = new Map<number, Fence>();
  #due = new Map<number, DueVisit[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: DueWatchDeps) {
    this.#deps = deps;
  }

  /** What is due in a partition now; it is handed out once. */
  take(partition: number): readonly DueVisit[] {
    const due = this.#due.get(partition) ?? [];
    this.#due.delete(partition);
    return due;
  }

  /** From now on also what former owners of the partition wrote is looked for. */
  gained(partition: number, fence: Fence): void {
    this.#fences.set(partition, fence);
  }

  lost(partition: number): void {
    this.#fences.delete(partition);
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), this.#deps.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    const { warehouse, clock, logger } = this.#deps;
    try {
      const fences = [...this.#fences.values()];
      const stands = [...this.#fences].flatMap(([partition, fence]) =>
        standing(fence).map(({ epoch, until }) => ({ epoch: revisionOf(partition, epoch), until })),
      );
      const rows = await warehouse.query<DueRow>(dueSql, {
        now: clock.now(),
        partitions: [...this.#fences.keys()],
        after: fences.map((f) => f[0].after),
        before: fences.map((f) => f.at(-1)?.before),
        epochs: stands.map((s) => s.epoch),
        until: stands.map((s) => s.until),
      });
      const due = rows.map(
        (r): DueVisit => ({
          port: r.port,
          box: subjectKey({ type: 'container', id: r.container }),
          visitId: r.visit_id,
          isUntold: r.untold === 1,
        }),
      );
      this.#due = Map.groupBy(due, (d) => partitionOf(d.port));
    } catch (err) {
      logger.warn({ err }, 'what is due could not be read; it is looked up again');
    }
  }
}
