import type { WarehouseFailure } from '@clearquay/domain/ports/warehouse.ts';
import { ClickHouseError } from '@clickhouse/client';

/** A request to ClickHouse that failed. */
export class WarehouseError extends Error implements WarehouseFailure {
  /** True when the same request may succeed later; an insert may or may not have been applied. */
  readonly retriable: boolean;
  /** ClickHouse's name of the error, e.g. `TOO_MANY_PARTS`, or the network's, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, code: string, retriable: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'WarehouseError';
    this.code = code;
    this.retriable = retriable;
  }
}

/** Answers of a ClickHouse that is overloaded, full, starting or stopping: the request itself is sound. */
const passingAnswers = new Set([
  'ABORTED',
  'ALL_CONNECTION_TRIES_FAILED',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'CANNOT_OPEN_FILE',
  'CANNOT_READ_ALL_DATA',
  'CANNOT_SCHEDULE_TASK',
  'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
  'FILE_DOESNT_EXIST',
  'KEEPER_EXCEPTION',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'NOT_ENOUGH_SPACE',
  'QUERY_WAS_CANCELLED',
  'SERVER_OVERLOADED',
  'SOCKET_TIMEOUT',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_FEW_LIVE_REPLICAS',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'UNKNOWN_STATUS_OF_INSERT',
]);

/** Answers of a ClickHouse whose files are not what was written to them; the message names the file. */
const damages = new Set(['CANNOT_DECOMPRESS', 'CHECKSUM_DOESNT_MATCH', 'CORRUPTED_DATA']);
const remedy = 'The warehouse is damaged: stop, then restore a backup, or move the folder of ClickHouse away and replay the log';

/** Turns whatever the client threw into a `WarehouseError`; a programming error is passed on as it is. */
export function asWarehouseError(thrown: unknown, doing: string): Error {
  if (thrown instanceof WarehouseError) return thrown;
  if (thrown instanceof ClickHouseError) {
    const code = thrown.type ?? thrown.code;
    const what = damages.has(code) ? `${thrown.message}. ${remedy}` : thrown.message;
    return new WarehouseError(`${doing}: ${what}`, code, passingAnswers.has(code), thrown);
  }
  if (!(thrown instanceof Error) || thrown instanceof TypeError || thrown instanceof RangeError) return asError(thrown);
  const answer = /Poco::Exception\..*e\.code\(\) = (\d+)/.exec(thrown.message);
  // Without an error number of the system behind it, such an answer is about the request.
  if (answer) return new WarehouseError(`${doing}: ${thrown.message}`, 'POCO', answer[1] !== '0', thrown);
  // So it tells what its disk refused it: read-only, or with an error of its own.
  if (thrown.message.includes('filesystem_error')) return new WarehouseError(`${doing}: ${thrown.message}`, 'FILESYSTEM', true, thrown);
  // What is no answer of ClickHouse is the network: a refused, broken or timed out connection.
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'NETWORK';
  return new WarehouseError(`${doing}: ${thrown.message || code}`, code, true, thrown);
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
