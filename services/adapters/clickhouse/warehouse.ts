import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient, type ResponseHeaders } from '@clickhouse/client';
import { createInsert } from './insert.ts';
import { asWarehouseError, WarehouseError } from './warehouse-error.ts';

export interface WarehouseOptions {
  /** HTTP interface, e.g. `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** When a request is given up; longer than the server's own limits, shorter than the poll interval of the log. */
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

/** Sockets idle for longer are not reused: below the 10 s after which a stock ClickHouse closes them. */
const idleSocketMs = 2_500;
const maxConnections = 16;
/** Who asks whether it answers wants to know soon. */
const pingTimeoutMs = 2_000;

function querySettings(requestTimeoutMs: number): ClickHouseSettings {
  return {
    output_format_json_quote_64bit_integers: 1,
    // The whole answer is taken anyway; so an error in the middle comes as a status and never as cut-off rows.
    wait_end_of_query: 1,
    // What nobody waits for any more must not go on computing.
    max_execution_time: Math.ceil(requestTimeoutMs / 1000),
    // In a cluster all that is joined is about one port, which lies on one server.
    distributed_product_mode: 'local',
  };
}

/** The ClickHouse database over HTTP. Failures reject with `WarehouseError`; rows that fit no column with TypeError, a bug of the caller. */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const { logger } = options;
  const client = createClickHouseClient(options);
  const settings = querySettings(options.requestTimeoutMs);
  return {
    insert: createInsert(client),
    async query<T>(sql: string, params: Readonly<Record<string, unknown>> = {}) {
      try {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          query_params: { ...params },
          clickhouse_settings: settings,
        });
        return wholeAnswer(sql, await result.json<T>(), result.response_headers);
      } catch (thrown) {
        throw asWarehouseError(thrown, 'query');
      }
    },
    async ping() {
      const answer = await client.ping({ select: false, abort_signal: AbortSignal.timeout(pingTimeoutMs) });
      if (!answer.success) logger.warn({ error: answer.error.message }, 'ClickHouse does not answer');
      return answer.success;
    },
    close: () => client.close(),
  };
}

const givesRows = /^\s*(?:SELECT|WITH)\b/i;

/**
 * Without room on its disk ClickHouse answers 200 with nothing or a part of the rows, because the answer is held there until
 * it is complete; how many it found stands in a header. Nothing must never read as "there is nothing".
 */
function wholeAnswer<T>(sql: string, rows: T[], headers: ResponseHeaders): T[] {
  const summary = headers['x-clickhouse-summary'];
  const found = typeof summary === 'string' ? Number((JSON.parse(summary) as { result_rows?: string }).result_rows ?? 0) : 0;
  if (rows.length >= found || !givesRows.test(sql)) return rows;
  throw new WarehouseError(`query: ${rows.length} of ${found} rows came`, 'INCOMPLETE_ANSWER', true, undefined);
}

/** The official client with the time limits and connection rules of this product. */
export function createClickHouseClient(
  options: Omit<WarehouseOptions, 'logger' | 'database'> & { readonly database?: string },
): ClickHouseClient {
  const { url, username, password, database, requestTimeoutMs } = options;
  return createClient({
    url,
    username,
    password,
    ...(database !== undefined && { database }),
    application: 'clearquay',
    request_timeout: requestTimeoutMs,
    max_open_connections: maxConnections,
    // Thousands of ids in one parameter do not fit a URL. A stock server takes 128 KiB per parameter; its default
    // profile may allow more (`http_max_field_value_size`), as the embedded one does.
    use_multipart_params_auto: true,
    keep_alive: { enabled: true, idle_socket_ttl: idleSocketMs },
    // Failures are thrown and logged where they are handled.
    log: { level: ClickHouseLogLevel.OFF },
  });
}
