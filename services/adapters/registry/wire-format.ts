/** Bytes before the datum in the Confluent wire format: a zero byte and the schema id in four bytes, big-endian. */
export const headerBytes = 5;

/** The schema id that a value names, or nothing when it is too short or does not begin with the zero byte. */
export function schemaIdOf(value: Uint8Array): number | undefined {
  if (value.length < headerBytes || value[0] !== 0) return undefined;
  return new DataView(value.buffer, value.byteOffset).getUint32(1);
}

/** Writes the header at the beginning of a buffer. */
export function writeHeader(buffer: Buffer, id: number): void {
  buffer[0] = 0;
  buffer.writeUInt32BE(id, 1);
}
