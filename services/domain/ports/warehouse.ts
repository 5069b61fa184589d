/** A row of a table: column names to values, 64-bit integers as decimal strings, instants as epoch milliseconds. */
export type Row = Readonly<Record<string, unknown>>;

/** The ClickHouse database. Broken infrastructure throws. */
export interface Warehouse {
  /** Inserts the rows in one block; durable when it resolves. The same token in the same table is inserted once. */
  insert(table: string, rows: readonly Row[], token: string): Promise<void>;
  /** Runs a query with bound parameters (`{name:Type}`) and gives its rows. */
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<T[]>;
  /** True when the server answers. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
