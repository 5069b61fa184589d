import { Readable } from 'node:stream';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { type Column, columnOf, writeRows } from './row-binary.ts';
import { RowBinaryBuffer } from './row-binary-buffer.ts';
import { asWarehouseError } from './warehouse-error.ts';

/** Inserts rows in one request; see the port `Warehouse`. */
export type Insert = (table: string, rows: Iterable<Row>, token: string) => Promise<void>;

const firstBufferBytes = 1024 * 1024;
/** Buffers are kept for the next insert: fresh memory costs more than writing into it. At most so much of it, all together. */
const keptBytes = 32 * 1024 * 1024;

/** The insert path over one client: knows each table's columns after its first insert. */
export function createInsert(client: ClickHouseClient): Insert {
  const tables = new Map<string, Promise<ReadonlyMap<string, Column>>>();
  const free: RowBinaryBuffer[] = [];

  const columnsOf = (table: string): Promise<ReadonlyMap<string, Column>> => {
    const known = tables.get(table) ?? describe(client, table);
    tables.set(table, known);
    return known;
  };

  return async (table, rows, token) => {
    if (!/^\w+$/.test(table)) throw new TypeError(`"${table}" is no name of a table`);
    const buffer = free.pop() ?? new RowBinaryBuffer(firstBufferBytes);
    try {
      const written = writeRows(buffer, await columnsOf(table), rows);
      if (written > 0) await send(client, table, buffer.written(), written, token);
    } catch (thrown) {
      // The table may have changed, or not be there yet. The buffer is left alone: the socket may still read it.
      tables.delete(table);
      throw asWarehouseError(thrown, `insert into ${table}`);
    }
    buffer.clear();
    const kept = free.reduce((sum, { capacity }) => sum + capacity, 0);
    if (kept + buffer.capacity <= keptBytes) free.push(buffer);
  };
}

async function describe(client: ClickHouseClient, table: string): Promise<ReadonlyMap<string, Column>> {
  const result = await client.query({ query: `DESCRIBE TABLE ${table}`, format: 'JSONEachRow' });
  const rows = await result.json<{ name: string; type: string; default_type: string }>();
  const written = rows.filter((row) => row.default_type !== 'MATERIALIZED' && row.default_type !== 'ALIAS');
  return new Map(written.map((row) => [row.name, columnOf(row)]));
}

async function send(client: ClickHouseClient, table: string, body: Buffer, rows: number, token: string): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} FORMAT RowBinaryWithNamesAndTypes`,
    values: Readable.from([body], { objectMode: false }),
    clickhouse_settings: insertSettings(rows, token),
  });
  // The connection is free again once the (empty) answer is read.
  for await (const _ of stream);
}

/** One part per insert (one per partition of the table), acknowledged when written, known by its token. */
function insertSettings(rows: number, token: string): ClickHouseSettings {
  return {
    async_insert: 0,
    insert_deduplicate: 1,
    insert_deduplication_token: token,
    // In a cluster an insert is acknowledged when every server has written its part.
    distributed_foreground_insert: 1,
    max_insert_block_size: String(rows),
    // A batch may touch visits of more months than ClickHouse takes unasked, 100; refusing it would stop its port for good.
    max_partitions_per_insert_block: '0',
    input_format_with_names_use_header: 1,
    input_format_with_types_use_header: 1,
  };
}
