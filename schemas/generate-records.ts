import { type AvroField, type AvroObject, type AvroSchema, isUnion } from './inline-named-types.ts';
import { type SchemaFiles, schemaText } from './read-schemas.ts';

const scalars: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Uint8Array',
  string: 'string',
};

function typeOf(schema: AvroSchema): string {
  if (typeof schema === 'string') return scalars[schema] ?? schema;
  if (isUnion(schema)) return schema.map(typeOf).reverse().join(' | ');
  if (schema.symbols) return schema.symbols.map((symbol) => `'${symbol}'`).join(' | ');
  if (schema.items !== undefined) return `readonly ${typeOf(schema.items)}[]`;
  return typeOf(schema.type);
}

const isTime = (schema: AvroSchema): boolean => JSON.stringify(schema).includes('"timestamp-millis"');

function fieldLines(field: AvroField): string[] {
  const doc = [...(field.doc ? [field.doc] : []), ...(isTime(field.type) ? ['Epoch milliseconds.'] : [])].join(' ');
  const nullable = isUnion(field.type) && field.type.includes('null');
  return [
    ...(doc ? [`  /** ${doc} */`] : []),
    `  readonly ${field.name}${nullable ? '?' : ''}: ${typeOf(field.type)}${nullable ? ' | undefined' : ''};`,
  ];
}

function interfaceOf(record: AvroObject): string {
  return [
    `/** ${record.doc ?? `The record ${record.name} of schemas/avro.`} */`,
    `export interface ${record.name} {`,
    ...(record.fields ?? []).flatMap(fieldLines),
    '}',
  ].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Writes `schemas/records.generated.ts`: one interface per record and the schema text that is registered for it. */
export function generateRecords({ named, records }: SchemaFiles): string {
  const texts = [...records].map(([name, record]) => `  ${name}: ${quoted(schemaText(record, named))},`);
  return `// Generated from schemas/avro by \`pnpm generate\`; do not edit.

${[...named, ...records.values()].map(interfaceOf).join('\n\n')}

/** Every record's schema as it is registered: whole, with the named types inlined. */
export const recordSchemas = {
${texts.join('\n')}
} as const;
`;
}
