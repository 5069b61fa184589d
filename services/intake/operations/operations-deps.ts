import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Problem } from '@clearquay/domain/problems/problem.ts';
import type { Result } from '@clearquay/domain/result.ts';
import type { IntakeDeps } from '../intake-deps.ts';

/** What the routes need by which people put right what went wrong. */
export interface OperationsDeps extends Omit<IntakeDeps, 'limits' | 'metrics'> {
  /** Reads what was refused, and keeps who did what in `audit`. */
  readonly warehouse: Pick<Warehouse, 'query' | 'insert'>;
  /** Judges a record of an agency's topic as the owner of its port will. */
  readonly judgeRecord: (record: LogRecord) => Promise<Result<StatusEvent, Problem>>;
  /** Pause between two looks whether schemas that were unknown are known by now. Default 30 s. */
  readonly lookAgainMs?: number;
}
