import type { EventLog, LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Row, Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { Instruments } from './instruments.ts';
import type { ProcessorOptions } from './options.ts';
import { untilDone } from './retry.ts';

export interface PatientDeps {
  readonly log: EventLog;
  readonly warehouse: Warehouse;
  readonly logger: Logger;
  readonly options: ProcessorOptions;
  readonly instruments: Instruments;
  /** The targets of the calls that failed and are being made again, one entry per call. */
  readonly failing: Map<symbol, Target>;
  /** Ends the patience. */
  readonly signal: AbortSignal;
}

/** What can be away. */
export type Target = 'warehouse' | 'log';

/** Infrastructure that waits for itself: every call is made again, with the same arguments, until it is done. */
export interface Patient extends Pick<Warehouse, 'query' | 'insert'> {
  append(records: readonly LogRecord[]): Promise<void>;
  again<T>(target: Target, work: () => Promise<T>): Promise<T>;
}

/** Wraps the event log and the warehouse. */
export function patient({ log, warehouse, logger, options, instruments, failing, signal }: PatientDeps): Patient {
  const again = <T>(target: Target, work: () => Promise<T>): Promise<T> => {
    const call = Symbol(target);
    return untilDone(work, {
      ...options,
      signal,
      failed(err) {
        failing.set(call, target);
        instruments.retries.add(1, { target });
        logger.warn({ err, target }, 'a request failed and is tried again');
      },
    }).finally(() => failing.delete(call));
  };
  return {
    again,
    insert: (table: string, rows: Iterable<Row>, token: string) => again('warehouse', () => warehouse.insert(table, rows, token)),
    query: <T>(sql: string, params?: Readonly<Record<string, unknown>>) => again('warehouse', () => warehouse.query<T>(sql, params)),
    append: async (records) => void (await again('log', () => log.append(records))),
  };
}
