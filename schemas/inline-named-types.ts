/** A schema in Avro's JSON form (Avro 1.11, "Schema Declaration"): a name, a union, or a type object. */
export type AvroSchema = string | readonly AvroSchema[] | AvroObject;

/** A type object, e.g. a record with its fields or an array with its items. */
export interface AvroObject {
  readonly type: AvroSchema;
  readonly name?: string;
  readonly doc?: string;
  readonly fields?: readonly AvroField[];
  readonly items?: AvroSchema;
  readonly symbols?: readonly string[];
}

/** A field of a record. A default of null marks a value that may be left out. */
export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc?: string;
  readonly default?: unknown;
}

/** True for a union; `Array.isArray` alone does not narrow a readonly array. */
export const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

/** Makes a schema whole: the first use of each named type becomes its definition, later ones stay names. */
export function inlineNamedTypes(schema: AvroSchema, named: readonly AvroObject[]): AvroSchema {
  const waiting = new Map(named.map((type) => [type.name, type]));
  const inline = (part: AvroSchema): AvroSchema => {
    if (typeof part === 'string') {
      const definition = waiting.get(part);
      if (!definition) return part;
      waiting.delete(part);
      return inline(definition);
    }
    if (isUnion(part)) return part.map(inline);
    if (part.fields) return { ...part, fields: part.fields.map((field) => ({ ...field, type: inline(field.type) })) };
    return part.items === undefined ? part : { ...part, items: inline(part.items) };
  };
  return inline(schema);
}
