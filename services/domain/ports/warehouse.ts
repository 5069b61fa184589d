/**
 * A row to insert: column names to values. 64-bit integers are bigints, decimal strings or safe integers, instants whole epoch
 * milliseconds as numbers, bytes a `Uint8Array` in a text column, maps plain objects. Absent and, outside nullable
 * columns, null values are the zero value of the column's type; the columns of an insert are those that its first row names,
 * the others have their default.
 */
export type Row = Readonly<Record<string, unknown>>;

/** How broken infrastructure is thrown: `retriable` says that the same request may succeed later (an insert under its token). */
export interface WarehouseFailure extends Error {
  readonly retriable: boolean;
}

/** The ClickHouse database. Broken infrastructure throws `WarehouseFailure`. */
export interface Warehouse {
  /**
   * Inserts the rows in one block; durable when it resolves. The same token in the same table is inserted once. Rows are
   * read one by one, and again when the insert is tried again, so they may be made on the way.
   */
  insert(table: string, rows: Iterable<Row>, token: string): Promise<void>;
  /**
   * Runs a query with bound parameters (`{name:Type}`) and gives its rows as JSON has them: 64-bit integers as decimal
   * strings, instants as text in UTC (`toUnixTimestamp64Milli(x)` for milliseconds), bytes only by `base64Encode(x)`.
   */
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<T[]>;
  /** True when the server answers. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
