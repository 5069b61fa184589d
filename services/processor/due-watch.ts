import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { type SubjectKey, subjectKey } from '@clearquay/domain/visit/visit.ts';

/** A visit of which an answer changed by the passing of time alone: a deadline missed, a delivery order expired. */
export interface DueVisit {
  readonly port: UnLocode;
  readonly box: SubjectKey;
  readonly visitId: string;
}

export interface DueWatchDeps {
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Visits looked up at once; the rest comes with the next look. */
const most = 5_000;

/**
 * Finds visits whose `next_change_at` has passed and hands them to the owner of their partition. The tables alone say
 * what is due, so nothing of it is lost in a crash.
 */
export class DueWatch {
  readonly #deps: DueWatchDeps;
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
      const rows = await warehouse.query<{ port: UnLocode; container: string; visit_id: string }>(
        `SELECT port, container, visit_id FROM visits FINAL
WHERE next_change_at <= fromUnixTimestamp64Milli({now:Int64}) AND gone = 0 ORDER BY next_change_at LIMIT ${most}
SETTINGS do_not_merge_across_partitions_select_final = 1`,
        { now: clock.now() },
      );
      const due = rows.map(
        (r): DueVisit => ({ port: r.port, box: subjectKey({ type: 'container', id: r.container }), visitId: r.visit_id }),
      );
      this.#due = Map.groupBy(due, (d) => partitionOf(d.port));
    } catch (err) {
      logger.warn({ err }, 'what is due could not be read; it is looked up again');
    }
  }
}
