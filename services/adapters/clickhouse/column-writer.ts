import type { RowBinaryBuffer } from './row-binary-buffer.ts';

/** Writes one value of a column. `undefined` and, outside `Nullable`, `null` are the type's zero value. */
export type ColumnWriter = (out: RowBinaryBuffer, value: unknown) => void;

/** The writer for a ClickHouse type as `DESCRIBE` names it. Throws on a type that no table of this product has. */
export function columnWriter(type: string): ColumnWriter {
  const composite = /^(LowCardinality|Nullable|Array|Map|FixedString|DateTime64)\((.*)\)$/s.exec(type);
  if (!composite) return plainWriter(type);
  const [, name, inside = ''] = composite;
  switch (name) {
    case 'LowCardinality':
      return columnWriter(inside);
    case 'Nullable':
      return nullableWriter(columnWriter(inside));
    case 'Array':
      return arrayWriter(columnWriter(inside));
    case 'Map':
      return mapWriter(inside);
    case 'FixedString':
      return fixedStringWriter(Number(inside));
    default:
      if (inside !== '3' && !inside.startsWith('3,')) throw new TypeError(`instants are kept in milliseconds, not as ${type}`);
      return writeInstant;
  }
}

function plainWriter(type: string): ColumnWriter {
  switch (type) {
    case 'String':
      return writeString;
    case 'UInt8':
      return integerWriter(0, 1);
    case 'Int8':
      return integerWriter(-(2 ** 7), 1);
    case 'UInt16':
      return integerWriter(0, 2);
    case 'Int16':
      return integerWriter(-(2 ** 15), 2);
    case 'UInt32':
      return integerWriter(0, 4);
    case 'Int32':
      return integerWriter(-(2 ** 31), 4);
    case 'UInt64':
    case 'Int64':
      return writeBigInteger;
    case 'Bool':
      return (out, value) => out.integer(value === true || value === 1 ? 1 : 0, 1);
    case 'Float64':
      return (out, value) => out.double(numberOf(value));
    default:
      throw new TypeError(`no writer for the column type ${type}`);
  }
}

function writeString(out: RowBinaryBuffer, value: unknown): void {
  if (typeof value === 'string') out.string(value);
  else if (value instanceof Uint8Array) {
    out.varint(value.length);
    out.raw(value);
  } else if (value === undefined || value === null) out.varint(0);
  else throw new TypeError(`expected text or bytes, got ${typeof value}`);
}

function integerWriter(lowest: number, bytes: 1 | 2 | 4): ColumnWriter {
  const highest = lowest + 256 ** bytes - 1;
  return (out, value) => {
    const integer = numberOf(value);
    if (!(integer >= lowest && integer <= highest && Number.isInteger(integer))) throw new TypeError(`${integer} is out of range`);
    out.integer(integer, bytes);
  };
}

function writeInstant(out: RowBinaryBuffer, value: unknown): void {
  out.int64(safeInteger(value));
}

function writeBigInteger(out: RowBinaryBuffer, value: unknown): void {
  if (typeof value === 'bigint') out.bigInt(value);
  else if (typeof value === 'string') out.bigInt(BigInt(value));
  else out.int64(safeInteger(value));
}

function nullableWriter(inner: ColumnWriter): ColumnWriter {
  return (out, value) => {
    const isNull = value === undefined || value === null;
    out.integer(isNull ? 1 : 0, 1);
    if (!isNull) inner(out, value);
  };
}

function arrayWriter(inner: ColumnWriter): ColumnWriter {
  return (out, value) => {
    const items = value ?? [];
    if (!Array.isArray(items)) throw new TypeError(`expected an array, got ${typeof value}`);
    out.varint(items.length);
    for (const item of items) inner(out, item);
  };
}

/** Keys are plain types, so the first comma ends the key's type. */
function mapWriter(types: string): ColumnWriter {
  const comma = types.indexOf(', ');
  const writeKey = columnWriter(types.slice(0, comma));
  const writeValue = columnWriter(types.slice(comma + 2));
  return (out, value) => {
    const map = value ?? {};
    if (typeof map !== 'object') throw new TypeError(`expected an object, got ${typeof value}`);
    const entries = Object.entries(map);
    out.varint(entries.length);
    for (const [key, item] of entries) {
      writeKey(out, key);
      writeValue(out, item);
    }
  };
}

function fixedStringWriter(length: number): ColumnWriter {
  return (out, value) => {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(typeof value === 'string' ? value : '');
    if (bytes.length > length) throw new TypeError(`expected at most ${length} bytes, got ${bytes.length}`);
    out.raw(bytes);
    out.raw(new Uint8Array(length - bytes.length));
  };
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === undefined || value === null) return 0;
  throw new TypeError(`expected a number, got ${typeof value}`);
}

function safeInteger(value: unknown): number {
  const integer = numberOf(value);
  if (!Number.isSafeInteger(integer)) throw new TypeError(`expected a safe integer, got ${integer}`);
  return integer;
}
