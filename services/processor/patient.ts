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
  /** Ends the patience. */
  readonly signal: AbortSignal;
}

/** Infrastructure that waits for itself: every call is made again, with the same arguments, until it is done. */
export interface Patient extends Pick<Warehouse, 'query' | 'insert'> {
  append(records: readonly LogRecord[]): Promise<void>;
  again<T>(target: 'warehouse' | 'log', work: () => Promise<T>): Promise<T>;
}

/** Wraps the event log and the warehouse. */
export function patient({ log, warehouse, logger, options, instruments, signal }: PatientDeps): Patient {
  const again = <T>(target: 'warehouse' | 'log', work: () => Promise<T>): Promise<T> =>
    untilDone(work, {
      ...options,
      signal,
      failed(err) {
        instruments.retries.add(1, { target });
        logger.warn({ err, target }, 'a request failed and is tried again');
      },
    });
  return {
    again,
    insert: (table: string, rows: Iterable<Row>, token: string) => again('warehouse', () => warehouse.insert(table, rows, token)),
    query: <T>(sql: string, params?: Readonly<Record<string, unknown>>) => again('warehouse', () => warehouse.query<T>(sql, params)),
    append: async (records) => void (await again('log', () => log.append(records))),
  };
}
