import { createHash } from 'node:crypto';
import avsc from 'avsc';

/** The parsing canonical form of a schema (Avro 1.11): what decides how bytes are read. Throws on what is no Avro schema. */
export function canonicalForm(schema: string): string {
  return JSON.stringify(avsc.Type.forSchema(JSON.parse(schema), { wrapUnions: 'auto' }).schema());
}

/**
 * The id of a schema where no registry server gives one: the first 31 bits of the SHA-256 of its canonical form. It
 * depends on nothing but the fields, so it never changes, and a schema that differs only in documentation or
 * defaults, which reads the same bytes, has the same id. Throws on what is no Avro schema.
 */
export function schemaId(schema: string): number {
  return createHash('sha256').update(canonicalForm(schema)).digest().readUInt32BE(0) >>> 1;
}
