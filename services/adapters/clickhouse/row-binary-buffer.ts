/** Longest string, in UTF-16 units, whose UTF-8 length surely fits one length byte (three bytes a unit, below 128). */
const oneLengthByte = 42;

/** Writes the primitive values of ClickHouse's `RowBinary` format; grows as needed and can be used again. */
export class RowBinaryBuffer {
  #bytes: Buffer;
  #end = 0;

  constructor(initialBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** Memory held, in bytes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** What was written; valid until the next `clear`. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  clear(): void {
    this.#end = 0;
  }

  /** LEB128, for lengths. */
  varint(value: number): void {
    this.#ensure(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#end++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#end++] = rest;
  }

  /** A string in UTF-8; half a surrogate pair becomes U+FFFD. */
  string(value: string): void {
    if (value.length <= oneLengthByte) {
      this.#ensure(1 + value.length * 3);
      const length = this.#bytes.write(value, this.#end + 1);
      this.#bytes[this.#end] = length;
      this.#end += 1 + length;
      return;
    }
    const length = Buffer.byteLength(value);
    this.varint(length);
    this.#ensure(length);
    this.#end += this.#bytes.write(value, this.#end);
  }

  /** Bytes as they are, without their length. */
  raw(value: Uint8Array): void {
    this.#ensure(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }

  /** An integer of 1, 2 or 4 bytes; signed ones wrap. */
  integer(value: number, bytes: 1 | 2 | 4): void {
    this.#ensure(bytes);
    let rest = value;
    for (let index = 0; index < bytes; index++) {
      this.#bytes[this.#end++] = rest & 255;
      rest >>= 8;
    }
  }

  /** A safe integer as 8 bytes. */
  int64(value: number): void {
    this.#ensure(8);
    const low = ((value % 4_294_967_296) + 4_294_967_296) % 4_294_967_296;
    this.#end = this.#bytes.writeUInt32LE(low, this.#end);
    this.#end = this.#bytes.writeInt32LE(Math.floor(value / 4_294_967_296), this.#end);
  }

  bigInt(value: bigint): void {
    this.#ensure(8);
    this.#end = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#end);
  }

  double(value: number): void {
    this.#ensure(8);
    this.#end = this.#bytes.writeDoubleLE(value, this.#end);
  }

  #ensure(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#end + more));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}
